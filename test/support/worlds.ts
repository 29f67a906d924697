import type { Scenario, ScenarioAccount, ScenarioPolicy } from '../../sandbox/scenario.ts';

/** The organization of every world on the wire. */
export const exampleOrganization = { id: 'o-exampleorg1', managementAccountId: '111111111111' } as const;

/** An account of a world, with what it used. */
export function accountOf(
  account: string,
  name: string,
  usage: ScenarioAccount['usage'],
  joined = '2022-03-01',
): ScenarioAccount {
  return { account, name, joined, ...(usage ? { usage } : {}) };
}

/** The text of an SCP that allows these actions. */
export function allowing(...actions: readonly string[]) {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions.length === 1 ? actions[0] : actions, Resource: '*' }],
  };
}

/** AWS's own SCP that allows everything, on these targets and the management account. */
export function fullAccessOn(...targets: readonly string[]): ScenarioPolicy {
  return {
    ...{ id: 'p-FullAWSAccess', name: 'FullAWSAccess', awsManaged: true, content: allowing('*') },
    targets: [...targets, exampleOrganization.managementAccountId],
  };
}

/** A world whose root has these children, where this SCP of the root allows s3 and lex alone. */
export function underRootAllow(
  children: NonNullable<Scenario['root']['children']>,
  below: readonly string[],
): Scenario {
  return {
    organization: exampleOrganization,
    root: { id: 'r-ex01', children },
    policies: [
      fullAccessOn(...below),
      {
        ...{ id: 'p-rootallow', name: 'RootAllow', targets: ['r-ex01'] },
        content: allowing('s3:*', 'lex:*'),
      },
    ],
  };
}
