import { afterEach, expect, test } from '@jest/globals';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import {
  accountWith,
  identities,
  ownAccount,
  policyOf,
  reviewed,
} from '../../support/identities-on-the-wire.ts';

afterEach(closeBoxes);

const arn = `arn:aws:iam::${ownAccount}:policy/Example`;
const boss = { name: 'boss', policies: ['arn:aws:iam::aws:policy/AdministratorAccess'] };

/** An account whose policy grants something that its bearer does not use. */
function scenario(description: string | undefined, denied: readonly string[] = []) {
  const grants = policyOf({ Effect: 'Allow', Action: ['s3:*', 'lex:*'], Resource: '*' });
  return {
    ...accountWith({
      users: [boss, { name: 'ana', policies: ['Example'] }],
      policies: [
        {
          name: 'Example',
          versions: [grants],
          versionDaysAgo: [900],
          ...(description === undefined ? {} : { description }),
        },
      ],
      use: [{ by: 'user/ana', service: 's3', daysAgo: 1 }],
    }),
    denied,
  };
}

async function codesOfDeletion(): Promise<readonly string[]> {
  const { output } = await identities('check-delete', arn, '--format', 'json');
  const { reasons } = JSON.parse(output) as { readonly reasons: readonly { readonly code: string }[] };
  return reasons.map(({ code }) => code);
}

test('a description that names a tool names the owner, though the read of the account has none', async () => {
  const sandbox = await openBox({ scenario: scenario('Managed by Terraform') });
  const result = await reviewed('--user', 'ana');
  expect(result.changes).toEqual([]);
  expect(result.refusals).toMatchObject([{ code: 'FOREIGN_POLICY', policyArn: arn, services: ['lex'] }]);
  expect(sandbox.calls().filter(({ operation }) => operation === 'GetPolicy')).toHaveLength(1);
  expect(await codesOfDeletion()).toContain('FOREIGN_POLICY');
});

test('where neither description nor tags may be read, the owner is not proven, and nothing is safe to delete', async () => {
  await openBox({ scenario: scenario(undefined, ['iam:GetPolicy']) });
  const result = await reviewed('--user', 'ana');
  const owner = result.changes.map(({ certificate }) =>
    certificate.checks.find(({ name }) => name === 'owner'),
  );
  expect(owner).toMatchObject([{ verdict: 'not-proven' }]);
  expect(await codesOfDeletion()).toContain('EVIDENCE_MISSING');
});

test('a policy of nobody else is proven to be that', async () => {
  await openBox({ scenario: scenario('for work') });
  const { changes } = await reviewed('--user', 'ana');
  const [change] = changes;
  expect(change?.certificate.checks.find(({ name }) => name === 'owner')).toMatchObject({ verdict: 'ok' });
  expect(await codesOfDeletion()).not.toContain('EVIDENCE_MISSING');
});
