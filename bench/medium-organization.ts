import type { Scenario, ScenarioAccount, ScenarioChild, ScenarioPolicy } from '../sandbox/scenario.ts';
import type { OrganizationShape } from './baseline-calls.ts';

/** An organization with what the formulas need to know of it. */
export interface SizedScenario {
  readonly scenario: Scenario;
  readonly shape: OrganizationShape;
}

const managementAccountId = '111111111111';
const accountsPerUnit = 10;
/** Children of the root and of each OU, level by level: 4 + 8 + 8·1.5 … are 40 OUs over four levels. */
const unitIdsByLevel = [4, 8, 12, 16];
const deepestThatMayHoldUnits = 4;

/** 40 OUs over four levels, 10 accounts in each, and 14 SCPs beside FullAWSAccess, attached to 1 to 4 OUs each. */
export function mediumOrganization(): SizedScenario {
  const levels = unitIdsByLevel.map((count, level) =>
    Array.from(
      { length: count },
      (_, index) => `ou-ex01-level${level + 1}no${String(index).padStart(3, '0')}`,
    ),
  );
  const unitIds = levels.flat();
  const parentOf = (level: number, index: number): string | undefined =>
    levels[level - 1]?.[index % (levels[level - 1]?.length ?? 1)];
  const childUnits = (parentId: string | undefined, level: number): string[] =>
    (levels[level] ?? []).filter((_, index) => parentOf(level, index) === parentId);

  let accounts = 0;
  const account = (): ScenarioAccount => {
    accounts += 1;
    return { account: String(200000000000 + accounts), name: `account-${accounts}`, joined: '2023-01-05' };
  };
  const unit = (id: string, level: number): ScenarioChild => ({
    ou: id,
    name: id.slice('ou-ex01-'.length),
    children: [
      ...childUnits(id, level + 1).map((child) => unit(child, level + 1)),
      ...Array.from({ length: accountsPerUnit }, account),
    ],
  });
  const policies = Array.from({ length: 14 }, (_, index): ScenarioPolicy => {
    const Statement = [{ Effect: 'Deny', Action: [`braket:Action${index}`], Resource: '*' }];
    return {
      id: `p-medium${String(index).padStart(4, '0')}`,
      name: `Guardrail${index}`,
      content: { Version: '2012-10-17', Statement },
      targets: unitIds.slice(index * 2, index * 2 + 1 + (index % 4)),
    };
  });
  const units = childUnits(undefined, 0).map((id) => unit(id, 0));
  const management: ScenarioAccount = {
    account: managementAccountId,
    name: 'management',
    joined: '2020-01-05',
  };
  const holders = levels.slice(0, deepestThatMayHoldUnits);
  return {
    scenario: {
      organization: { id: 'o-exampleorg1', managementAccountId },
      root: { id: 'r-ex01', children: [...units, management] },
      policies,
    },
    shape: {
      accounts: accounts + 1,
      childUnits: [
        units.length,
        ...holders.flatMap((ids, level) => ids.map((id) => childUnits(id, level + 1).length)),
      ],
      policies: [
        // FullAWSAccess, which AWS attaches to everything.
        { targets: 1 + unitIds.length + accounts + 1, awsManaged: true },
        ...policies.map(({ targets }) => ({ targets: targets?.length ?? 0, awsManaged: false })),
      ],
    },
  };
}
