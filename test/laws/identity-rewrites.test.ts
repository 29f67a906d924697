import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchedNames } from '../../core/policy/known-actions.ts';
import { rewritePolicy } from '../../core/policy/rewrite-policy.ts';
import type { RewriteRequest, ServiceUse } from '../../core/policy/rewrite-statement.ts';
import { modelOf } from '../support/policy-model.ts';

const numRuns = process.env.LONG ? 3000 : 50;
const roomy = 1_000_000;
const services = ['s3', 's3-outposts', 'sqs', 'sns', 'sts', 'iam', 'rds-db', 'lex', 'kms'] as const;
const actions = services.flatMap((namespace) =>
  matchedNames(`${namespace}:*`, namespace).map((name) => `${namespace}:${name}`),
);
// AWS adds actions and services later: what is written today must not allow them where the text before did not.
const later = [
  ...services.map((namespace) => `${namespace}:DescribeNewThing`),
  'sqs:GetNews',
  'sqs:GetQueueNews',
  'newservice:Do',
];
const universe = [...actions, ...later];

const pattern = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...services).map((namespace) => `${namespace}:*`) },
  { weight: 3, arbitrary: fc.constantFrom(...actions) },
  fc.constantFrom(
    '*',
    '*:*',
    's?s:*',
    '*:List*',
    'S3:Get*',
    'sqs:*Message*',
    'iam:P*',
    's3*:Get?bject',
    'sqs:**',
    'sqs:*Queue*',
  ),
  fc.constantFrom('newservice:*', 'SQS:getqueueurl', 'sqs:Get*', 'iam:Pass?ole'),
);
const oneOrList = fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 4 }));
const statement = fc
  .record({
    Sid: fc.constantFrom('', 'KEEPThis', 'Other'),
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    key: fc.constantFrom('Action', 'Action', 'NotAction'),
    list: oneOrList,
    resource: fc.constantFrom<object>(
      { Resource: '*' },
      { Resource: ['arn:aws:s3:::b/*'] },
      { NotResource: 'arn:aws:s3:::b/*' },
      { Resource: `arn:aws:iam::*:user/${'$'}{aws:username}` },
    ),
    when: fc.constantFrom<object>({}, { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
  })
  .map(({ Sid, Effect, key, list, resource, when }) => ({
    ...(Sid ? { Sid } : {}),
    Effect,
    [key]: list,
    ...resource,
    ...when,
  }));
const policy = fc
  .tuple(fc.array(statement, { minLength: 1, maxLength: 4 }), fc.constantFrom(0, 2))
  .map(([statements, indentation]) => JSON.stringify({ Statement: statements }, null, indentation));
const serviceUse = fc.oneof<fc.Arbitrary<ServiceUse>[]>(
  fc.constant({ verdict: 'kept' }),
  fc.constant({ verdict: 'unused' }),
);
const narrowedUse = (namespace: string): fc.Arbitrary<ServiceUse> =>
  fc
    .subarray([...matchedNames(`${namespace}:*`, namespace)])
    .map((unused) => ({ verdict: 'narrowed', unused, listed: ['DescribeNewThing'] }));
const use = (level: string): fc.Arbitrary<ReadonlyMap<string, ServiceUse>> =>
  fc
    .record(
      Object.fromEntries(
        services.map((namespace) => [
          namespace,
          level === 'service' ? serviceUse : fc.oneof(serviceUse, narrowedUse(namespace)),
        ]),
      ),
      { requiredKeys: ['s3'] },
    )
    .map((record) => new Map(Object.entries(record) as [string, ServiceUse][]));
const request: fc.Arbitrary<RewriteRequest> = fc
  .constantFrom<'service' | 'action'>('service', 'action')
  .chain((level) => use(level).map((map) => ({ level, use: map })));

const alwaysKept = (action: string): boolean => action === 'iam:PassRole';
const stays = (map: ReadonlyMap<string, ServiceUse>, action: string): boolean => {
  const [namespace = '', name = ''] = action.split(':');
  const each = map.get(namespace);
  if (each?.verdict === 'narrowed') return !each.unused.includes(name);
  return each?.verdict === 'kept';
};
const goes = (map: ReadonlyMap<string, ServiceUse>, action: string): boolean =>
  map.has(action.split(':')[0] ?? '') && !stays(map, action) && !alwaysKept(action);

/** Whatever the policy says by statements that may change: without those kept by Sid or as one's own credentials. */
function changeable(text: string): string {
  const all = [JSON.parse(text).Statement].flat();
  const free = all.filter(
    (s) => s.Effect === 'Allow' && !s.Sid?.startsWith('KEEP') && !JSON.stringify(s).includes('aws:username'),
  );
  return JSON.stringify({ Statement: free });
}

/** Names that hold on to what is unused: single actions of iam and the like, and services whose use reports may not show. */
function named(text: string, { level, use }: RewriteRequest): ReadonlySet<string> {
  const patterns = [JSON.parse(text).Statement].flat().flatMap((s) => [s.Action ?? []].flat() as string[]);
  return new Set(
    patterns
      .map((each) => each.toLowerCase())
      .filter((each) => {
        const verdict = use.get(each.split(':')[0] ?? '');
        if (level === 'service' && /^(iam|sts):[a-z]+$/.test(each)) return true;
        return /^(rds-db|kms):/.test(each) && verdict?.verdict === 'unused';
      }),
  );
}

function hold(before: string, request: RewriteRequest, maximum: number, all: readonly string[]): string {
  const result = rewritePolicy(before, request, maximum);
  if (result.kind === 'refused' || result.kind === 'unchanged') return result.kind;
  const after = result.kind === 'rewritten' ? result.text : '{"Statement":[]}';
  const earlier = modelOf(before, all);
  const later = modelOf(after, all);
  for (const [key, part] of later) {
    const was = earlier.get(key) ?? new Set();
    for (const action of part) if (!was.has(action)) throw new Error(`widened: ${action} in ${key}`);
  }
  for (const [key, part] of earlier) {
    const is = later.get(key) ?? new Set();
    for (const action of part) {
      if (is.has(action)) continue;
      if (key.startsWith('Deny')) throw new Error(`a Deny lost ${action}`);
      if (stays(request.use, action) && !action.includes('NewThing') && !/News$/.test(action))
        throw new Error(`lost in use: ${action}`);
    }
  }
  const kept = named(before, request);
  const isHeld = (action: string): boolean =>
    [...kept].some((each) =>
      modelOf(JSON.stringify({ Statement: [{ Effect: 'Allow', Action: each }] }), all)
        .values()
        .next()
        .value?.has(action),
    );
  for (const part of modelOf(changeable(after), all).values())
    for (const action of part)
      if (goes(request.use, action) && !isHeld(action)) throw new Error(`stayed: ${action}`);
  return result.kind;
}

describe('rewritePolicy', () => {
  test('never widens, keeps what is in use, takes what is unused, leaves Denies alone', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(policy, request, fc.constantFrom(roomy, 700), (before, asked, maximum) => {
        const kind = hold(before, asked, maximum, universe);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }),
      { numRuns },
    );
    expect(seen.get('rewritten')).toBeGreaterThan(numRuns / 5);
  });

  test('changes nothing when it is asked twice', () => {
    fc.assert(
      fc.property(policy, request, (before, asked) => {
        const first = rewritePolicy(before, asked, roomy);
        if (first.kind !== 'rewritten') return;
        expect(rewritePolicy(first.text, asked, roomy).kind).toBe('unchanged');
      }),
      { numRuns },
    );
  });
});
