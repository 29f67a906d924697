import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IdentitiesResult } from '../../../core/review/identities/identities-result.ts';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import { accountWith, ownAccount, policyOf, reviewed } from '../../support/identities-on-the-wire.ts';

// The stories with other names and figures. LONG=1 plays many.
const numRuns = process.env.LONG === '1' ? 40 : 2;
afterEach(closeBoxes);

const services = [
  'athena',
  'cloudtrail',
  'dynamodb',
  'ec2',
  'ecr',
  'ecs',
  'events',
  'glue',
  'lambda',
  'lex',
  'logs',
  'route53',
  's3',
  'sns',
  'sqs',
  'states',
] as const;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=,.@_-'.split('');
const word = fc
  .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 20 })
  .map((all) => all.join(''));
/** Names that differ by more than letter case, as IAM wants them. */
const names = (count: number) =>
  fc
    .array(word, { minLength: count, maxLength: count })
    .map((all) => all.map((name, index) => `${name}${index}`));
const path = fc.constantFrom('/', '/teams/', '/a+b/c=d,e.f@g-h_i/');
const days = fc.integer({ min: 30, max: 380 });
/** A day before or after the cut-off, by a number from 0 to 1. */
const within = (threshold: number, share: number): number => share * (threshold - 1);
const beyond = (threshold: number, share: number): number => threshold + 1 + share * (398 - threshold - 1);
const allow = (...actions: readonly string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

test('a group that may use nearly everything is narrowed to what its members use, whatever all is called', async () => {
  const account = fc.record({
    order: fc.shuffledSubarray([...services], { minLength: 8, maxLength: services.length }),
    used: fc.integer({ min: 1, max: 5 }),
    lapsed: fc.integer({ min: 0, max: 3 }),
    called: names(5),
    at: path,
    threshold: days,
    share: fc.double({ min: 0, max: 0.99, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(account, async ({ at, called, lapsed, order, share, threshold, used }) => {
      const [group = '', policy = '', ...members] = called;
      const inUse = order.slice(0, used);
      const before = order.slice(used, used + lapsed);
      const kept = { Sid: 'Some', ...allow('iam:ListRoles', 'organizations:DescribeOrganization') };
      const userAt = (index: number): string => `user/${members[index % members.length]}`;
      await openBox({
        scenario: accountWith({
          users: members.map((name) => ({ name, path: at, groups: [group] })),
          groups: [{ name: group, path: at, policies: [policy] }],
          policies: [
            {
              name: policy,
              path: at,
              versions: [
                policyOf(
                  { Sid: 'Nearly', Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' },
                  kept,
                ),
              ],
            },
          ],
          use: [
            ...inUse.map((service, index) => ({
              by: userAt(index),
              service,
              daysAgo: within(threshold, share),
            })),
            ...before.map((service, index) => ({
              by: userAt(index),
              service,
              daysAgo: beyond(threshold, share),
            })),
            { by: userAt(0), service: 'iam', daysAgo: 1 },
          ],
        }),
      });
      const result = await reviewed('--group', group, '--days', String(threshold));
      const [change, ...others] = result.changes;
      expect(others).toEqual([]);
      expect(change?.steps).toHaveLength(1);
      const after = JSON.parse(change?.steps[0]?.after ?? '');
      expect([...after.Statement[0].Action].sort()).toEqual(inUse.map((service) => `${service}:*`).sort());
      expect(after.Statement[1]).toEqual(kept);
      const told = result.findings
        .filter(({ kind }) => kind === 'lapsed')
        .map(({ serviceNamespace }) => serviceNamespace);
      expect(told.sort()).toEqual([...before].sort());
      await closeBoxes();
    }),
    { numRuns },
  );
});

test('each path of a user has its answer, whatever all is called', async () => {
  const account = fc.record({
    order: fc.shuffledSubarray([...services], { minLength: 4, maxLength: 4 }),
    called: names(8),
    at: path,
    threshold: days,
    share: fc.double({ min: 0, max: 0.99, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(account, async ({ at, called, order, share, threshold }) => {
      const [own, shared, forgotten] = order;
      const [
        user = '',
        colleague = '',
        administrator = '',
        team = '',
        security = '',
        used = '',
        usedByOthers = '',
        unused = '',
      ] = called;
      const wide = 'arn:aws:iam::aws:policy/IAMFullAccess';
      await openBox({
        scenario: accountWith({
          users: [
            { name: administrator, policies: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
            { name: user, path: at, groups: [team, security], policies: [wide] },
            { name: colleague, path: at, groups: [team] },
          ],
          groups: [
            { name: team, path: at, policies: [used, usedByOthers, unused] },
            { name: security, policies: [wide] },
          ],
          policies: [
            { name: used, path: at, versions: [policyOf(allow(`${own}:*`))] },
            { name: usedByOthers, versions: [policyOf(allow(`${shared}:*`))] },
            { name: unused, path: at, versions: [policyOf(allow(`${forgotten}:*`))] },
          ],
          use: [
            { by: `user/${administrator}`, service: 'iam', daysAgo: 0.1 },
            { by: `user/${user}`, service: own ?? '', daysAgo: within(threshold, share) },
            { by: `user/${colleague}`, service: shared ?? '', daysAgo: within(threshold, share) },
          ],
        }),
      });
      const result = await reviewed('--user', user, '--days', String(threshold));
      expect(adviceOf(result, forgotten)).toEqual([`detach ${unused} ${team}`, `delete-policy ${unused}`]);
      expect(adviceOf(result, shared)).toEqual([`keep ${usedByOthers} ${team}`]);
      expect(adviceOf(result, 'iam')).toEqual([
        `detach IAMFullAccess ${user}`,
        `leave-group IAMFullAccess ${security}`,
      ]);
      expect(adviceOf(result, own)).toBeNull();
      expect(result.changes.map(({ services: taken }) => taken.join()).sort()).toEqual(
        [forgotten, 'iam,organizations'].sort(),
      );
      await closeBoxes();
    }),
    { numRuns },
  );
});

test('a tracked action that a role may not use is told apart from one that it may and does not', async () => {
  await openBox({
    scenario: accountWith({
      roles: [
        {
          name: 'read=only,1',
          path: '/service+roles/',
          inline: {
            'buckets@1': policyOf(
              allow('s3:GetBucketPolicy', 's3:GetBucketLogging', 's3:GetObject', 's3:GetBucketTagging'),
            ),
          },
          lastUsed: { daysAgo: 4, region: 'eu-central-1' },
        },
      ],
      use: [
        {
          by: 'role/read=only,1',
          service: 's3',
          daysAgo: 4,
          region: 'eu-central-1',
          actions: { GetBucketPolicy: 4, GetBucketTagging: 200 },
        },
      ],
    }),
  });
  const result = await reviewed('--role', 'read=only,1', '--level', 'action', '--days', '120');
  const [finding] = result.findings;
  expect(finding?.actions).toMatchObject({
    used: [{ name: 'GetBucketPolicy', region: 'eu-central-1' }],
    unused: [
      { name: 'GetBucketLogging', lastAccessedAt: null },
      { name: 'GetBucketTagging', lastAccessedAt: expect.stringMatching(/Z$/) },
    ],
    notTracked: ['GetObject'],
    notPermitted: expect.arrayContaining(['GetAccessPoint']),
  });
  expect(JSON.parse(result.changes[0]?.steps[0]?.after ?? '').Statement[0].Action).toEqual([
    's3:GetBucketPolicy',
    's3:GetObject',
  ]);
  expect(result.subjects[0]?.arn).toBe(`arn:aws:iam::${ownAccount}:role/service+roles/read=only,1`);
});

/** `do policy from` of the one finding of a service; null: it makes none. */
function adviceOf({ findings }: IdentitiesResult, service: string | undefined): readonly string[] | null {
  const finding = findings.find(({ serviceNamespace }) => serviceNamespace === service);
  return (
    finding?.advice.map(({ do: what, from, policyName }) =>
      [what, policyName, from?.name].filter(Boolean).join(' '),
    ) ?? null
  );
}
