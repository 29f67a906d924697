import { describe, expect, test } from '@jest/globals';
import type { EventBody } from '../../core/change/life/events.ts';
import { type ChangeRecord, evolve } from '../../core/change/life/life.ts';
import type { Applied } from '../../core/change/life/state.ts';
import type { AccessReport } from '../../core/finding/access-report.ts';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { standsByPolicy } from '../../core/kinds/scp/ours/fold-writes.ts';
import { cameUnderDenial } from '../../core/kinds/scp/watching/came-under-denial.ts';
import type { WatchFacts } from '../../core/kinds/scp/watching/watch-facts.ts';
import { cameWords } from '../../core/message/views/since-applied.ts';
import type { Account } from '../../core/organization/organization.ts';
import table from '../cases/change/came-under-denial.json' with { type: 'json' };
import { reportOf, treeOf } from '../support/small-world.ts';
import { bodiesUntil, givenBack, lived } from './lives.ts';
import { afterText, content, day, proposal, start, system } from './samples.ts';

type Uses = Readonly<Record<string, readonly [string, number, string?] | null>>;

interface Case {
  readonly case: string;
  /** Accounts beside dev-1, dev-2 and other: where they are and were, when they joined. */
  readonly accounts?: Readonly<
    Record<
      string,
      { in: string; from?: string; joined?: number; invited?: boolean; state?: Account['state'] }
    >
  >;
  /** Where proved accounts were seen. */
  readonly away?: Readonly<Record<string, string>>;
  readonly targets?: readonly string[];
  readonly text?: string | null;
  readonly givenBack?: readonly string[];
  readonly reports?: Readonly<Record<string, Uses>>;
  readonly failed?: readonly string[];
  /** Days after the apply at which the review looks. */
  readonly after?: number;
  readonly told: readonly string[];
}

const now = start + 30 * day;
const ids: Readonly<Record<string, string>> = {
  ...{ 'dev-1': '222222222222', 'dev-2': '333333333333', other: '444444444444', new: '555555555555' },
  ...{ Dev: 'ou-test-dev00000', Else: 'ou-test-else0000', Team: 'ou-test-team0000' },
};
const idOf = (name: string): string => ids[name] ?? name;
const nameOf = (id: string): string => Object.keys(ids).find((name) => ids[name] === id) ?? id;
/** Texts that the SCP may have since, from the one that was applied. */
const texts: Readonly<Record<string, (applied: string) => string>> = {
  'without lex': (text) => text.replace('"dms:*","lex:*"],"Resource":"*"}]', '"dms:*"],"Resource":"*"}]'),
  'a role of dev-1 is free': (text) =>
    text.replace(
      /"Resource":"\*"\}\]\}$/,
      '"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/bot"}}}]}',
    ),
};
const dev = { id: idOf('Dev'), type: 'ou', name: 'Dev' } as const;
const applied = lived(proposal(content({ targets: [dev] })), bodiesUntil('applied'));

function factsOf(each: Case): WatchFacts {
  const now = start + (each.after ?? 30) * day;
  const accountsIn = (place: string) =>
    Object.fromEntries(
      Object.entries(each.accounts ?? {})
        .filter(([, account]) => account.in === place)
        .map(([name, { invited, joined, state = 'ACTIVE' }]) => [
          name,
          {
            ...{ id: idOf(name), state, joinedAt: start + (joined ?? -1_000) * day },
            ...(invited === undefined ? {} : { invited }),
          },
        ]),
    );
  const tree = treeOf({
    Dev: { 'dev-1': { id: idOf('dev-1') }, Team: { 'dev-2': { id: idOf('dev-2') } }, ...accountsIn('Dev') },
    Else: { other: { id: idOf('other') }, ...accountsIn('Else') },
  });
  const reports = Object.entries(each.reports ?? {}).map(([entity, uses]): AccessReport => {
    const made = Object.entries(uses).flatMap(([service, use]) =>
      use === null
        ? []
        : [
            { service, accountId: idOf(use[0]), at: start + use[1] * day },
            ...(use[2] === undefined ? [] : [{ service, accountId: idOf(use[2]), at: start }]),
          ],
    );
    return reportOf(tree, idOf(entity), made, Object.keys(uses), now);
  });
  const failed = (each.failed ?? []).map((name): AccessReport => {
    const failure = { code: 'ORGANIZATIONS_REPORT_ACCESS_DENIED', message: 'no' };
    return { status: 'failed', entityId: idOf(name), failure };
  });
  const moved = [
    ...Object.entries(each.accounts ?? {}).flatMap(([name, { from }]) =>
      from ? [[name, from] as const] : [],
    ),
    ...Object.entries(each.away ?? {}),
  ];
  const moves = new Map(moved.map(([name, from]) => [idOf(name), new Set([idOf(from)])]));
  const all = [...reports, ...failed];
  const text = (texts[each.text ?? ''] ?? ((applied: string) => applied))(afterText);
  return {
    ...{ tree, moves, reports: all, readSince: now, now },
    knowledge: buildKnowledge({ tree, reports: all, cutOff: now - 180 * day, moves }),
    policies: [
      {
        ...{ id: 'p-newsvctest', name: 'NewServiceTest', awsManaged: false, tags: null },
        text: each.text === null ? null : text,
        targets: (each.targets ?? ['Dev']).map((name) => ({ id: idOf(name), type: 'ou', name })),
      },
    ],
    stands: standsByPolicy([
      applied,
      ...(each.givenBack === undefined ? [] : [givenBack(applied, each.givenBack, start + day)]),
    ]),
  };
}

const seen = (record: ChangeRecord, facts: WatchFacts): readonly EventBody[] =>
  cameUnderDenial(record, record.state as Applied, facts);
const shown = (bodies: readonly EventBody[]): readonly string[] =>
  bodies.map((body) => {
    if (body.type !== 'came-under-denial') return body.type;
    const uses = body.used.map(({ serviceNamespace }) => serviceNamespace);
    const parts = [
      ...(uses.length > 0 ? [`uses ${uses.join(' ')}`] : []),
      ...(body.unknown.length > 0 ? [`unknown ${body.unknown.join(' ')}`] : []),
    ];
    return `${nameOf(body.accountId)} ${body.how}: ${parts.join('; ')}`;
  });
const afterwards = (record: ChangeRecord, bodies: readonly EventBody[]): ChangeRecord =>
  bodies.reduce((before, body) => evolve(before, { ...body, at: now, actor: system, revision: 1 }), record);

describe('who comes under a standing deny', () => {
  test.each((table.cases as unknown as readonly Case[]).map((each) => [each.case, each] as const))(
    '%s',
    (_, each) => {
      const facts = factsOf(each);
      const news = seen(applied, facts);
      expect(shown(news)).toEqual(each.told);
      // Once per account and service.
      expect(seen(afterwards(applied, news), facts)).toEqual([]);
    },
  );

  test('what nobody knew is told once it is known', () => {
    const came = { accounts: { new: { in: 'Dev', from: 'Else' } }, case: '', told: [] };
    const unknown = afterwards(applied, seen(applied, factsOf(came)));
    const known = factsOf({ ...came, reports: { 'r-test': { lex: ['new', 20], dms: null } } });
    expect(shown(seen(unknown, known))).toEqual(['new moved: uses lex']);
  });

  test('an attachment that brings many accounts is told of some in each review', () => {
    const facts = factsOf({
      case: '',
      told: [],
      accounts: Object.fromEntries(
        Array.from({ length: 30 }, (_, index) => [String(600_000_000_000 + index), { in: 'Else' }]),
      ),
      targets: ['Dev', 'Else'],
    });
    const first = seen(applied, facts);
    expect(first).toHaveLength(20);
    // dev-1 and dev-2 were proved; other is there as well.
    expect(seen(afterwards(applied, first), facts)).toHaveLength(11);
  });

  test('what is too much to list is told by its number', () => {
    const services = Array.from({ length: 25 }, (_, index) => `s${String(index).padStart(2, '0')}`);
    const deny = { Sid: 'DenyUnusedServices', Effect: 'Deny', Resource: '*' };
    const after = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...deny, Action: services.map((service) => `${service}:*`) }],
    });
    const wide = content({ targets: [dev], services });
    const record = lived(
      proposal({ ...wide, steps: wide.steps.map((step) => ({ ...step, before: '{}', after })) }),
      bodiesUntil('applied'),
    );
    const facts = factsOf({ case: '', told: [], accounts: { new: { in: 'Dev', from: 'Else' } } });
    const policies = facts.policies.map((policy) => ({ ...policy, text: after }));
    const [came, ...others] = seen(record, { ...facts, policies });
    expect([came, others]).toMatchObject([{ unknown: services.slice(0, 20), unknownMore: 5 }, []]);
    if (came?.type !== 'came-under-denial') throw new Error('nobody came');
    const words = cameWords({ ...came, at: now, actor: system, revision: 1 });
    expect(words).toContain('nobody knows whether it uses s00, s01, s02 and 22 more');
    expect(cameWords({ ...came, accountsMore: 7, at: now, actor: system, revision: 1 })).toContain(
      '; so did 7 more accounts, of which nothing is told',
    );
  });

  test('accounts beyond those that a history holds are counted', () => {
    const accounts = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [String(600_000_000_000 + index), { in: 'Else' }]),
    );
    const facts = factsOf({ case: '', told: [], accounts, targets: ['Dev', 'Else'] });
    const told = Array.from({ length: 395 }, (_, index) => ({
      ...{ type: 'came-under-denial', accountId: String(700_000_000_000 + index), accountName: 'gone' },
      ...{ how: 'moved', used: [], unknown: ['lex'] },
    })) as readonly EventBody[];
    const last = seen(afterwards(applied, told), facts);
    expect(last.map((body) => ('accountsMore' in body ? body.accountsMore : 0))).toEqual([0, 0, 0, 0, 26]);
  });
});
