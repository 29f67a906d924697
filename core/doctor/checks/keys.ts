import { patternMatchesAction } from '../../base/matching.ts';
import { check, doubtful, type Finding, fine, unchecked, wrong } from '../check.ts';
import { statementsIn } from '../policy-statements.ts';
import type { KeyReading } from '../readings.ts';

/** What a service does that uses a key in its own name. */
const needed = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** The customer-managed keys: without its key nothing of table and topics can be read or sent, and nothing written to bus, queues and logs. */
export const keys = check({
  name: 'keys',
  reads: ['keys', 'table', 'bus'],
  judge: ({ bus, keys: found, table }, { configuration: { deployment } }) => {
    const { kmsKeyArn } = deployment;
    const misplaced = kmsKeyArn === null ? [] : otherKeys(kmsKeyArn, found, { bus, table });
    const seen = found.flatMap(ofKey);
    return seen.length + misplaced.length === 0
      ? [fine('no customer-managed key in use')]
      : [...seen, ...misplaced];
  },
});

function ofKey(key: KeyReading): readonly Finding[] {
  const { id, isSymmetric, rotated, state, use } = key;
  const seen = `the key ${id} of ${use}`;
  if (state === null) return [wrong(`${seen} does not exist`, 'deploy again with a key that exists')];
  if (state === 'PendingDeletion')
    return [wrong(`${seen} waits for its deletion`, `aws kms cancel-key-deletion --key-id ${id}`)];
  if (state !== 'Enabled') return [wrong(`${seen} is ${state}`, `aws kms enable-key --key-id ${id}`)];
  if (!isSymmetric)
    return [wrong(`${seen} is asymmetric`, 'name a symmetric key for encryption and decryption')];
  const problems = [
    ...policyProblems(seen, key),
    ...(rotated === false
      ? [doubtful(`${seen} is not rotated`, `aws kms enable-key-rotation --key-id ${id}`)]
      : []),
  ];
  return problems.length > 0
    ? problems
    : [fine(`${seen} is enabled${rotated === true ? ' and rotated' : ''}`)];
}

/** Whether the policy lets the services use the key at all; what its conditions say is left to AWS. */
function policyProblems(seen: string, { policy, services }: KeyReading): readonly Finding[] {
  if (services.length === 0) return [];
  if (policy === null) return [unchecked(`the policy of ${seen}: you may not read it`)];
  const refused = services.filter((service) => !needed.every((action) => lets(policy, service, action)));
  return refused.map((service) =>
    wrong(
      `the policy of ${seen} does not let ${service} use it`,
      'put the statements of docs/kms/key-policy.json into it',
    ),
  );
}

function lets(policy: string, service: string, action: string): boolean {
  return statementsIn(policy).some(
    ({ Action, Effect, Principal }) =>
      Effect === 'Allow' &&
      [Action].flat().some((pattern) => patternMatchesAction(String(pattern), action)) &&
      [(Principal as { readonly Service?: unknown } | undefined)?.Service].flat().includes(service),
  );
}

/** What is encrypted with another key than the configured one. */
function otherKeys(
  kmsKeyArn: string,
  found: readonly KeyReading[],
  holders: {
    readonly bus: { readonly keyArn: string | null } | null;
    readonly table: { readonly keyArn: string | null } | null;
  },
): readonly Finding[] {
  const held = [
    ...found.flatMap(({ id, use }) => (/opic/.test(use) ? [[use, id] as const] : [])),
    ...(holders.table === null ? [] : [['the table', holders.table.keyArn] as const]),
    ...(holders.bus === null ? [] : [['the bus', holders.bus.keyArn] as const]),
  ];
  return held.flatMap(([use, id]) =>
    id === kmsKeyArn
      ? []
      : [
          wrong(
            `${use}: encrypted with ${id ?? 'a key of AWS'}, not with deployment.kmsKeyArn`,
            'deploy again',
          ),
        ],
  );
}
