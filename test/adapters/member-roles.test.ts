import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { sessionPolicy } from '../../adapters/aws/session-policy.ts';
import { wireCredentials } from '../../adapters/wire-credentials.ts';
import { wireIdentities } from '../../adapters/wire-identities.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import type { IdentityStep } from '../../core/identity/identity-step.ts';
import { checkDeletion } from '../../flow/identities/one-identity.ts';
import { readIdentityEvent, reviewAccount } from '../../flow/identities/review-account.ts';
import { closeBoxes, openBox } from './box.ts';

const template = readFileSync(new URL('../../deploy/member-roles.yml', import.meta.url), 'utf8');
const [readRole = '', writeRole = ''] = template.split(/^ {2}WriteRole:/m);
const actionsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ +- (iam:\w+)$/gm)].map(([, action = '']) => action).sort();

afterAll(closeBoxes);

/** Every way in which a step is taken or undone. */
const steps: readonly IdentityStep[] = [
  ...(['user', 'group', 'role'] as const).flatMap((type): IdentityStep['resource'][] => [
    { type: 'inline-policy', principal: { type, name: 'a' }, name: 'p' },
    { type: 'policy-attachment', principal: { type, name: 'a' }, policyArn: 'arn:aws:iam::aws:policy/P' },
  ]),
  { type: 'membership', user: 'a', group: 'b' } as const,
  { type: 'managed-policy', arn: 'arn:aws:iam::222222222222:policy/P' } as const,
].flatMap((resource) => [
  { resource, before: 'x', after: null },
  { resource, before: null, after: 'x' },
  { resource, before: 'x', after: 'y' },
]);

test('a session policy fits into what AWS takes, whatever the names', () => {
  const name = 'n'.repeat(128);
  const place = { accountId: '222222222222', partition: 'aws-us-gov' };
  // IAM API reference: a path has at most 512 characters, names at most 128, those of roles and users 64.
  const arn = `arn:aws-us-gov:iam::222222222222:policy/${'p'.repeat(510)}/${name}`;
  const longest: readonly IdentityStep['resource'][] = [
    ...(['user', 'group', 'role'] as const).flatMap((type): IdentityStep['resource'][] => [
      { type: 'inline-policy', principal: { type, name }, name },
      { type: 'policy-attachment', principal: { type, name }, policyArn: arn },
    ]),
    { type: 'membership', user: name, group: name },
    { type: 'managed-policy', arn },
  ];
  for (const resource of longest)
    for (const [before, after] of [
      ['x', null],
      [null, 'x'],
      ['x', 'y'],
    ] as const)
      expect(sessionPolicy({ resource, before, after }, place).length).toBeLessThanOrEqual(2_048);
});

test('the role to write may do what the session policies of the steps allow, and nothing else', () => {
  const place = { accountId: '222222222222', partition: 'aws' };
  const needed = steps.flatMap((step) =>
    JSON.parse(sessionPolicy(step, place)).Statement.flatMap(({ Action }: { Action: string[] }) => Action),
  );
  expect(actionsIn(writeRole)).toEqual([...new Set(needed)].sort());
});

test('the role to read may do what a review of a member account calls, and what looks at a step before it is taken', async () => {
  const sandbox = await openBox({ scenario: 'across-organization' });
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  const ports = wireIdentities(configuration.value.memberRoles);
  const event = readIdentityEvent({ dryRun: true, all: true }, configuration.value, ports.clock.now());
  const given = { configuration: configuration.value, organization: null, reviewId: 'rev-test' };
  const run = await reviewAccount(ports, '222222222222', event, given);
  expect(run.status).toBe('reviewed');
  const arn = 'arn:aws:iam::222222222222:user/deployer';
  const asked = { accountId: '222222222222', thresholdDays: 90, ...given };
  const credentials = wireCredentials(configuration.value.memberRoles);
  expect(await checkDeletion({ ...ports, credentials }, arn, asked)).toMatchObject({ status: 'checked' });
  const calls = sandbox.calls().filter(({ service }) => service === 'iam');
  const called = [...new Set(calls.map(({ operation }) => `iam:${operation}`))].sort();
  const granted = actionsIn(readRole);
  const place = { accountId: '222222222222', partition: 'aws' };
  const looks = [
    ...new Set(steps.flatMap((step) => sessionPolicy(step, place).match(/iam:(Get|List)\w+/g) ?? [])),
  ];
  expect([...called, ...looks].filter((action) => !granted.includes(action))).toEqual([]);
  // Texts and versions of policies that AWS left out of the details of the account.
  const rarely = ['iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:ListPolicyVersions'];
  expect(granted.filter((action) => ![...called, ...looks, ...rarely].includes(action))).toEqual([]);
});
