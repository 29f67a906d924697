import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { identityStepsOf } from '../../core/change/content/identity-content.ts';
import { resourceKey } from '../../core/identity/identity-values.ts';
import { knownActions, matchedNames } from '../../core/policy/known-actions.ts';
import { identitiesResultOf } from '../../core/review/identities/identities-result-of.ts';
import { reviewIdentities } from '../../core/review/identities/review-identities.ts';
import { type AccountSketch, identityReviewOf, reportOf } from '../support/account-builder.ts';
import { answered } from '../support/identity-review.ts';
import { accessIn, missing, plainOf, type Said, stepped } from './account-model.ts';

// Random accounts are reviewed, and every change is carried out on a model of a few lines over every known action.
const numRuns = process.env.LONG ? 1500 : 8;
const services = ['s3', 'sqs', 'sns', 'sts', 'iam', 'lex', 'kms', 'rds-db', 'lambda'] as const;
const actionsOf = (namespace: string): readonly string[] =>
  matchedNames(`${namespace}:*`, namespace).map((name) => `${namespace}:${name}`);
const later = 'DescribeWhatComesLater';
const universe = [
  ...services.flatMap(actionsOf),
  // Of other services a few stand for all: nobody uses them here.
  ...[...knownActions().keys()].flatMap((namespace) => actionsOf(namespace).slice(0, 2)),
  ...services.map((namespace) => `${namespace}:${later}`),
  'newservice:Do',
].filter((action, at, all) => all.indexOf(action) === at);
const known = new Map(
  services.map((namespace) => [namespace as string, matchedNames(`${namespace}:*`, namespace)]),
);

const own = `${'$'}{aws:username}`;
const pattern = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...services).map((namespace) => `${namespace}:*`) },
  { weight: 3, arbitrary: fc.constantFrom(...services.flatMap(actionsOf)) },
  fc.constantFrom('*', 'S3:Get*', 'sqs:*Message*', 'iam:P*', 'iam:PassRole', 'lambda:*Function*'),
);
const statement = fc
  .record({
    Sid: fc.constantFrom('', '', '', 'KEEPThis'),
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Allow', 'Allow', 'Deny'),
    key: fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
    list: fc.array(pattern, { minLength: 1, maxLength: 4 }),
    where: fc.constantFrom<object>(
      ...[{ Resource: '*' }, { Resource: '*' }, { Resource: '*' }, { Resource: ['arn:aws:s3:::b/*'] }],
      { NotResource: 'arn:aws:s3:::b/*' },
      { Resource: `arn:aws:iam::*:user/${own}` },
    ),
    when: fc.constantFrom<object>({}, {}, {}, { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
  })
  .map(({ Effect, Sid, key, list, when, where }) => {
    return { ...(Sid ? { Sid } : {}), Effect, [key]: [...new Set(list)], ...where, ...when };
  });
const document = fc.array(statement, { minLength: 1, maxLength: 3 }).map((all) => ({
  Version: '2012-10-17',
  // AWS takes no Sid twice.
  Statement: all.map((each, at) => ('Sid' in each ? { ...each, Sid: `KEEPThis${at}` } : each)),
}));

const policyNames = ['P0', 'P1', 'P2', 'P3'] as const;
const borne = {
  policies: fc.subarray([...policyNames]),
  inline: fc.option(document, { nil: undefined, freq: 3 }).map((text) => (text ? { own: text } : {})),
};
const age = { createdDaysAgo: fc.constantFrom(900, 900, 900, 20) };
const limit = { boundary: fc.constantFrom(undefined, undefined, undefined, 'Limit') };
const useOf = (level: 'service' | 'action') =>
  fc
    .record({
      by: fc.constantFrom('user/u0', 'user/u1', 'user/u2', 'role/r0', 'role/r1'),
      service: fc.constantFrom(...services),
      daysAgo: fc.constantFrom(1, 30, 90, 91, 200),
      picked: fc.array(fc.nat(), { maxLength: 3 }),
    })
    .map(({ picked, ...use }) => {
      const names = known.get(use.service) ?? [];
      const actions = picked.map((at) => names[at % names.length] ?? '');
      return level === 'service'
        ? use
        : { ...use, actions: Object.fromEntries(actions.map((name) => [name, use.daysAgo])) };
    });
const level = fc.constantFrom<'service' | 'action'>('service', 'service', 'action');
const sketch: fc.Arbitrary<AccountSketch> = level.chain((at) =>
  fc
    .record({
      users: fc.tuple(
        ...['u0', 'u1', 'u2'].map((name) =>
          fc.record({
            name: fc.constant(name),
            groups: fc.subarray(['g0', 'g1']),
            ...borne,
            ...age,
            ...limit,
          }),
        ),
      ),
      groups: fc.tuple(...['g0', 'g1'].map((name) => fc.record({ name: fc.constant(name), ...borne }))),
      roles: fc.tuple(
        ...['r0', 'r1'].map((name) => fc.record({ name: fc.constant(name), ...borne, ...age, ...limit })),
      ),
      policies: fc
        .tuple(
          ...policyNames.map((name) =>
            fc.record({
              name: fc.constant(name),
              awsManaged: fc.constantFrom(false, false, true),
              versions: fc.array(document, { minLength: 1, maxLength: 2 }),
            }),
          ),
        )
        .chain((policies) =>
          document.map((text) => [...policies, { name: 'Limit', awsManaged: false, versions: [text] }]),
        ),
      use: fc.array(useOf(at), { maxLength: 8 }),
    })
    .map((account) => {
      const tracked = { s3: known.get('s3') ?? [], sqs: known.get('sqs') ?? [], iam: known.get('iam') ?? [] };
      return { ...account, ...(at === 'action' ? { tracked } : {}) } as AccountSketch;
    }),
);
const choice = fc.constantFrom(
  ...[{ kind: 'all' }, { kind: 'all' }, { kind: 'group', name: 'g0' }, { kind: 'user', name: 'u0' }],
  { kind: 'role', name: 'r0' },
  { kind: 'policy', name: 'P0' },
) as fc.Arbitrary<Parameters<typeof identityReviewOf>[1]['choice']>;

const takesNothing =
  'only-intended-lost: the edit takes nothing away from anybody: whomever it touches has the same by other policies, or may not do it anyway';

function reviewed(account: AccountSketch, asked: Parameters<typeof identityReviewOf>[1]) {
  const { facts: start, request } = identityReviewOf(account, asked);
  const empty = { ...start, catalogue: { ...start.catalogue, knownActions: known } };
  const { facts } = answered(empty, request, (arn) => {
    const report = reportOf(account, arn);
    if (report.status === 'failed') return report;
    return { ...report, rows: new Map([...report.rows].filter(([namespace]) => known.has(namespace))) };
  });
  const decision = reviewIdentities(facts, request);
  const metrics = { reportJobs: 0, apiCalls: {}, throttled: 0, durationMs: 0 };
  return { facts, decision, result: identitiesResultOf(decision, facts, request, metrics) };
}

/** What he may do somewhere: what is denied always and everywhere he may not. */
function possible(said: Said): Said {
  const denied = [...said].flatMap(([scope, actions]) =>
    scope === 'Deny | "*" |  | ' || scope === 'Deny | ["*"] |  | ' ? [...actions] : [],
  );
  const gone = new Set(denied);
  return new Map(
    [...said].map(([scope, all]) => [scope, new Set([...all].filter((each) => !gone.has(each)))]),
  );
}

test('nobody loses what he used, nobody gains anything, and every open finding is answered', () => {
  fc.assert(
    fc.property(sketch, choice, fc.boolean(), (account, chosen, quarantine) => {
      const attachedOwn = [...(account.users ?? []), ...(account.groups ?? []), ...(account.roles ?? [])];
      const isBorne = attachedOwn.some(({ policies = [] }) => policies.includes('P0'));
      fc.pre(chosen?.kind !== 'policy' || isBorne);
      const { decision, facts, result } = reviewed(account, {
        ...(chosen ? { choice: chosen } : {}),
        quarantine,
      });
      const plain = plainOf(facts.identities);
      const before = accessIn(plain, universe);
      const uses = (account.use ?? []).filter(({ daysAgo }) => daysAgo <= 90);
      const check = (after: ReadonlyMap<string, Said>, principals: ReadonlySet<string>): void => {
        for (const [arn, was] of before) {
          const is = after.get(arn) ?? new Map();
          expect(missing(is, was, 'Allow')).toEqual([]);
          expect(missing(was, is, 'Deny')).toEqual([]);
          if (!principals.has(arn)) {
            expect(missing(was, is, 'Allow')).toEqual([]);
            expect(missing(is, was, 'Deny')).toEqual([]);
          }
          // What is written action by action does not have what AWS adds later; the certificate names that.
          const lost = missing(possible(was), possible(is), 'Allow').filter((each) => !each.includes(later));
          for (const { actions, by, service } of uses) {
            if (!arn.endsWith(`:${by}`)) continue;
            const names = actions === undefined ? null : Object.keys(actions);
            const isMeant = (each: string): boolean =>
              account.tracked === undefined || !(service in account.tracked)
                ? each.startsWith(`${service}:`)
                : (names ?? []).some((name) => each.startsWith(`${service}:${name} `));
            expect(lost.filter(isMeant)).toEqual([]);
          }
        }
      };
      let together = plain;
      for (const change of decision.changes) {
        const steps = identityStepsOf(change);
        check(accessIn(stepped(plain, steps), universe), new Set(change.identity?.principals));
        together = stepped(together, steps);
      }
      check(
        accessIn(together, universe),
        new Set(decision.changes.flatMap(({ identity }) => identity?.principals ?? [])),
      );

      const keys = decision.changes.flatMap((change) =>
        identityStepsOf(change).map(({ resource }) => resourceKey(resource)),
      );
      expect(keys.length).toBe(new Set(keys).size);
      // What is drafted is proved, but where a kept statement beside it grants the same.
      const failed = result.refusals.filter(({ code }) => code === 'CERTIFICATE_FAILED');
      expect(failed.filter(({ detail }) => !detail.endsWith(takesNothing))).toEqual([]);

      const answeredIds = new Set(decision.changes.flatMap(({ findingIds }) => findingIds));
      const unanswered = result.findings.filter(
        ({ advice, id, kind, serviceNamespace, status, subjectArn }) => {
          if (status !== 'open' || answeredIds.has(id)) return false;
          const kept = advice.filter((each) => each.do === 'keep' && each.why !== '');
          // Beside what is kept may stand what is done for other findings: it is done, or refused for these.
          const names = [...keys, ...result.refusals.map(({ detail }) => detail)];
          const isTold = ({ from, policyName }: (typeof advice)[number]): boolean =>
            names.some((each) => each.includes(`${policyName}`) || each.endsWith(`/member/${from?.name}`));
          if (kept.length > 0 && advice.every((each) => kept.includes(each) || isTold(each))) return false;
          if (kind === 'unused-role' && advice.some((each) => each.do === 'deny-all')) return false;
          return !result.refusals.some(
            (each) => each.subjectArn === subjectArn && each.services?.includes(serviceNamespace ?? ''),
          );
        },
      );
      expect(unanswered).toEqual([]);
    }),
    { numRuns },
  );
});
