import { runCommand } from '../../cli/main.ts';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import type { ScenarioIdentities } from '../../sandbox/iam/scenario-identities.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { identitiesResultSchema } from './identities-result-schema.ts';

/** What a command printed, and its exit code. */
export interface Said {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `oar identities …` as `oar` does. */
export function identities(...args: readonly string[]): Promise<Said> {
  return oar('identities', ...args);
}

/** Runs `oar …` as a person does at a terminal without colours, against the endpoint that the environment names. */
export async function oar(...args: readonly string[]): Promise<Said> {
  let [output, errors] = ['', ''];
  const code = await runCommand(args, {
    look: { columns: 100, colour: false },
    wantsProgress: false,
    write: (text) => {
      output += text;
    },
    note: (text) => {
      errors += text;
    },
  });
  return { code, output, errors };
}

/** The result of `oar identities review … --format json`: read by its schema, and true to what holds of every result. */
export async function reviewed(...args: readonly string[]): Promise<IdentitiesResult> {
  const said = await identities('review', ...args, '--format', 'json');
  if (said.code !== 0) throw new Error(said.errors);
  const result = identitiesResultSchema.parse(JSON.parse(said.output)) as IdentitiesResult;
  const problems = unanswered(result);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return result;
}

/** Every open finding is answered by a change, by advice to keep with the reason, by a refusal, or by the advice to deny everything. */
function unanswered({ changes, findings, refusals }: IdentitiesResult): readonly string[] {
  const changed = new Set(
    changes.flatMap(({ services, actions = [] }) => [
      ...services,
      ...actions.map((name) => name.split(':')[0] ?? ''),
    ]),
  );
  return findings.flatMap(({ advice, serviceNamespace: service, status, subjectArn }) => {
    if (status !== 'open') return [];
    const isKept = advice.some(({ do: what }) => what === 'keep' || what === 'deny-all');
    const isRefused = refusals.some(
      (refusal) =>
        refusal.subjectArn === subjectArn && (service === null || refusal.services?.includes(service)),
    );
    return isKept || isRefused || (service !== null && changed.has(service))
      ? []
      : [`${subjectArn} ${service}: no answer`];
  });
}

/** The account of most scenarios: the management account itself. */
export const ownAccount = '111111111111';

/** An organization of one account with these identities. */
export function accountWith(identitiesOf: ScenarioIdentities): Scenario {
  return {
    organization: {
      id: 'o-exampleorg1',
      managementAccountId: ownAccount,
      managementAccountName: 'Example Corp',
    },
    root: { id: 'r-ex01' },
    identities: { [ownAccount]: identitiesOf },
  };
}

/** A policy document of these statements, with AWS's version. */
export function policyOf(...statements: readonly object[]): {
  readonly Version: string;
  readonly Statement: readonly object[];
} {
  return { Version: '2012-10-17', Statement: statements };
}
