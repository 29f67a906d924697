import { describe, expect, test } from '@jest/globals';
import { type ChangeRecord, evolve } from '../../core/change/life/life.ts';
import { namedAccount } from '../../core/finding/access-report.ts';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { standsByPolicy, standsIn } from '../../core/kinds/scp/ours/fold-writes.ts';
import { watchApplied } from '../../core/kinds/scp/watching/watch.ts';
import type { WatchFacts } from '../../core/kinds/scp/watching/watch-facts.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { withIdByHand } from '../flow/moments.ts';
import { treeOf } from '../support/small-world.ts';
import { bodiesUntil, givenBack, lived } from './lives.ts';
import { afterText, beforeText, content, day, proposal, start, system } from './samples.ts';

const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222222' }, 'dev-2': { id: '333333333333' } },
  Else: { other: { id: '444444444444' } },
});
const target = { id: 'ou-test-dev00000', type: 'ou', name: 'Dev' } as const;
const elsewhere = { id: 'ou-test-else0000', type: 'ou', name: 'Else' } as const;
const record = lived(proposal(content({ targets: [target] })), bodiesUntil('applied'));
const later = start + day;
const elsewhereRole = 'arn:aws:iam::333333333333:role/else';

const policy = (changes: Partial<ServiceControlPolicy> = {}): ServiceControlPolicy => ({
  ...{ id: 'p-newsvctest', name: 'NewServiceTest', awsManaged: false, text: afterText },
  ...{ targets: [target], tags: null },
  ...changes,
});
const facts = (changes: Partial<WatchFacts> = {}): WatchFacts => ({
  ...{ tree, moves: new Map(), policies: [policy()], reports: [], stands: standsByPolicy([record]) },
  ...{ readSince: later, now: later, knowledge: buildKnowledge({ tree, reports: [], cutOff: 0 }) },
  ...changes,
});
/** A report whose one row says that this account used the service last at this instant. */
const reportOf = (
  serviceNamespace: string,
  accountId: string,
  at: number,
  parentId: string = target.id,
): WatchFacts['reports'] => [
  {
    ...{ status: 'completed', entityId: 'r-test', jobId: 'job', createdAt: later, completedAt: later },
    rows: new Map([
      [
        serviceNamespace,
        {
          ...{ serviceNamespace, serviceName: serviceNamespace, lastAccessedAt: at, accountsEverUsed: 1 },
          ...{
            lastAccessedBy: namedAccount(`o-x/r-test/${parentId}/${accountId}`),
            lastAccessedRegion: null,
          },
        },
      ],
    ]),
  },
];
const seen = (changes: Partial<WatchFacts>, of: ChangeRecord = record): readonly string[] =>
  watchApplied(of, facts({ stands: standsByPolicy([of]), ...changes }))
    // Who came under it has a table of its own.
    .filter(({ type }) => type !== 'came-under-denial')
    .map((event) => (event.type === 'drift-detected' || event.type === 'noted' ? event.detail : event.type));
const watched = (of: ChangeRecord, changes: Partial<WatchFacts>): ChangeRecord =>
  watchApplied(of, facts(changes)).reduce(evolve, of);

describe('how the SCP of an applied change differs', () => {
  test.each<[string, Partial<ServiceControlPolicy> | null, string]>([
    ['the deny was taken out', { text: beforeText }, 'its text no longer denies dms, lex'],
    [
      'one service of it was taken out',
      { text: afterText.replace('"dms:*","lex:*"],"Resource":"*"}]', '"dms:*"],"Resource":"*"}]') },
      'its text no longer denies lex',
    ],
    [
      'something else was edited',
      { text: withIdByHand(afterText) },
      'its text was edited; what this change denies is still denied',
    ],
    ['it is no JSON any more', { text: '{' }, 'its text no longer denies dms, lex'],
    [
      'a target more',
      { targets: [target, elsewhere] },
      'it is also attached to Else (ou-test-else0000), for which nothing was proved',
    ],
    ['no target', { targets: [], text: '' }, 'it is no longer attached to Dev (ou-test-dev00000)'],
    ['it is gone', null, 'does not exist any more: nothing of this change is in force'],
  ])('%s', (_, changes, words) => {
    const policies = changes === null ? [] : [policy(changes)];
    expect(seen({ policies })).toEqual([expect.stringContaining(words)]);
    expect(seen({ policies }, watched(record, { policies }))).toEqual([]);
  });

  test('not at all: nothing is said', () => {
    expect(seen({})).toEqual([]);
  });

  test('not by meaning: nothing is said, and a difference told once is not told again for its layout', () => {
    const relaid = (text: string): string => JSON.stringify(JSON.parse(text), null, 2);
    expect(seen({ policies: [policy({ text: relaid(afterText) })] })).toEqual([]);
    const edited = withIdByHand(afterText);
    const drifted = watched(record, { policies: [policy({ text: edited })] });
    expect(seen({ policies: [policy({ text: relaid(edited) })] }, drifted)).toEqual([]);
  });

  test('although what was applied leaves an account free: nothing is said until it denies less', () => {
    const exempt = { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::222222222222:role/*'] } };
    const after = afterText.replace(/\}\]\}$/, `,"Condition":${JSON.stringify(exempt)}}]}`);
    const free = lived(proposal(content({ targets: [target], after })), bodiesUntil('applied'));
    expect(seen({ policies: [policy({ text: after })] }, free)).toEqual([]);
    expect(seen({ policies: [policy({ text: beforeText })] }, free)).toHaveLength(1);
  });

  test('is noted to have ended, and told anew', () => {
    const policies = [policy({ text: beforeText })];
    const drifted = watched(record, { policies });
    expect(seen({}, drifted)).toEqual(['the SCP is as it was applied again']);
    expect(seen({ policies }, watched(drifted, {}))).toHaveLength(1);
  });

  test('from what a later change of ours left: the newest one tells that it was edited, each what it denies', () => {
    const text = afterText.replace('["dms:*","lex:*"]', '["dms:*","glue:*","lex:*"]');
    const more = content({
      id: 'chg-later',
      targets: [target],
      services: ['glue'],
      before: afterText,
      after: text,
    });
    const newer = lived(proposal(more, undefined, start + 1), bodiesUntil('applied'), start + 1);
    const known = {
      stands: standsByPolicy([record, newer]),
      tellers: new Map([['p-newsvctest', newer.id]]),
    };
    const both = (changes: Partial<ServiceControlPolicy>) => {
      const policies = [policy(changes)];
      return [record, newer].map((of) => seen({ ...known, policies }, of));
    };
    expect(both({ text })).toEqual([[], []]);
    const edited = expect.stringContaining('its text was edited; what this change denies is still denied');
    expect(both({ text: withIdByHand(text) })).toEqual([[], [edited]]);
    const lost = (services: string) => expect.stringContaining(`its text no longer denies ${services}`);
    expect(both({ text: beforeText })).toEqual([[lost('dms, lex')], [lost('glue')]]);
  });

  test('in whom it leaves free: that is told, however strong the denial still is', () => {
    const bot = 'arn:aws:iam::222222222222:role/bot';
    const given = givenBack(record, ['lex'], start + 1, [bot]);
    const stands = standsByPolicy([record, given]);
    const left = standsIn([record, given], 'p-newsvctest').text ?? '';
    expect(seen({ stands, policies: [policy({ text: left })] })).toEqual([]);
    const mallory = 'arn:aws:iam::222222222222:role/mallory';
    const wider = left.replace(JSON.stringify(bot), `${JSON.stringify(bot)},${JSON.stringify(mallory)}`);
    expect(seen({ stands, policies: [policy({ text: wider })] })).toEqual([
      expect.stringContaining(`its text leaves ${mallory} free of the denial of lex`),
    ]);
    const other = left.replace('"s3:*"', '"s3:*","sqs:*"');
    expect(seen({ stands, policies: [policy({ text: other })] })).toEqual([
      expect.stringContaining('its text was edited; what this change denies is still denied'),
    ]);
  });

  test('says nothing before the write has settled', () => {
    const policies = [policy({ text: beforeText })];
    expect(seen({ policies, readSince: start + 299_999 })).toEqual([]);
    expect(seen({ policies, readSince: start + 300_000 })).toHaveLength(1);
  });
});

describe('a write of ours of which nobody knows what came of it', () => {
  test('is open from its first line in a journal on, and nothing is told of the text meanwhile but what it lost', () => {
    const { revision } = record;
    const head = { actor: system, revision };
    const taking = [
      { ...head, at: later, type: 'roll-back-requested', approverId: 'bob', reason: 'no' } as const,
      { ...head, at: later + 5, type: 'roll-back-step-sending', step: 0 } as const,
    ].reduce(evolve, record);
    expect(standsIn([record], 'p-newsvctest')).toMatchObject({ last: { at: start }, open: new Set() });
    const stands = standsIn([taking], 'p-newsvctest');
    expect([stands.last?.at, stands.open.size]).toEqual([later + 5, 1]);
    const facts = { stands: standsByPolicy([taking]) };
    expect(seen({ ...facts, policies: [policy({ text: withIdByHand(afterText) })] })).toEqual([]);
  });
});

describe('an attempt at what is denied', () => {
  const attempt = ['denied-access-observed'];
  test('is told once, and again a month later', () => {
    const reports = reportOf('lex', '222222222222', later);
    expect(seen({ reports })).toEqual(attempt);
    const told = watched(record, { reports });
    expect(seen({ reports: reportOf('lex', '222222222222', later + 29 * day) }, told)).toEqual([]);
    expect(seen({ reports: reportOf('lex', '222222222222', later + 30 * day) }, told)).toEqual(attempt);
    expect(seen({ reports: reportOf('dms', '222222222222', later) }, told)).toEqual(attempt);
    expect(seen({ reports: reportOf('lex', '333333333333', later) }, told)).toEqual(attempt);
  });

  test.each<[string, Partial<WatchFacts>]>([
    ['by an account that it does not reach', { reports: reportOf('lex', '444444444444', later) }],
    ['at another service', { reports: reportOf('s3', '222222222222', later) }],
    [
      'by an account of which somebody got the service back',
      {
        reports: reportOf('lex', '333333333333', later),
        stands: standsByPolicy([record, givenBack(record, ['lex'], start + 1, [elsewhereRole])]),
      },
    ],
    ['before the deny took effect', { reports: reportOf('lex', '222222222222', start + 300_000) }],
    [
      'by an account that is known to have moved',
      {
        reports: reportOf('lex', '222222222222', later),
        moves: new Map([['222222222222', new Set([elsewhere.id])]]),
      },
    ],
    [
      'by an account where it was before it moved here',
      { reports: reportOf('lex', '222222222222', later, elsewhere.id) },
    ],
    [
      'by an account that moved away since',
      {
        reports: reportOf('lex', '222222222222', later, elsewhere.id),
        tree: treeOf({ Dev: {}, Else: { 'dev-1': { id: '222222222222' } } }),
      },
    ],
    [
      'where the deny was taken out by hand',
      { reports: reportOf('lex', '222222222222', later), policies: [policy({ text: `${beforeText} ` })] },
    ],
    [
      'where the SCP is no longer attached',
      { reports: reportOf('lex', '222222222222', later), policies: [policy({ targets: [elsewhere] })] },
    ],
  ])('%s is none', (_, changes) => {
    expect(seen(changes)).not.toContain('denied-access-observed');
  });

  test('is told of every other account where a principal is exempt, as long as the text leaves nobody else free', () => {
    const given = givenBack(record, ['lex'], start + 1, [elsewhereRole]);
    const stands = standsByPolicy([record, given]);
    const left = standsIn([record, given], 'p-newsvctest').text ?? '';
    const reports = reportOf('lex', '222222222222', later);
    const told = (text: string): boolean =>
      seen({ reports, stands, policies: [policy({ text })] }).includes('denied-access-observed');
    expect(told(left)).toBe(true);
    expect(told(left.replace('333333333333', '*'))).toBe(false);
    expect(told(beforeText)).toBe(false);
  });

  test('is none where somebody of the account was exempt then, also once the exemption has ended', () => {
    const given = givenBack(record, ['lex'], start + 1, [elsewhereRole]);
    const endedAt = start + 10 * day;
    const exemptions = [{ principals: [elsewhereRole], services: ['lex'], of: record.id }];
    const before = standsIn([record, given], 'p-newsvctest').text ?? '';
    const end = content({
      ...{ id: 'chg-00000000000e', intent: 'end-exemption', services: ['lex'], exemptions },
      ...{ before, after: afterText },
    });
    const ended = lived(proposal(end, undefined, endedAt), bodiesUntil('applied'), endedAt);
    const stands = standsByPolicy([record, given, ended]);
    const told = (accountId: string, at: number): boolean =>
      seen({ reports: reportOf('lex', accountId, at), stands, readSince: endedAt + day }).length > 0;
    expect(told('333333333333', endedAt - day)).toBe(false);
    expect(told('333333333333', endedAt + day)).toBe(true);
    expect(told('222222222222', endedAt - day)).toBe(true);
  });

  test('comes before drift, so that drift is what people are told', () => {
    const policies = [policy({ targets: [target, elsewhere] })];
    const events = watchApplied(record, facts({ policies, reports: reportOf('lex', '222222222222', later) }));
    expect(events.map(({ type }) => type)).toEqual([
      'denied-access-observed',
      'came-under-denial',
      'drift-detected',
    ]);
  });

  test('of very many, few are told in one review', () => {
    const many = Array.from({ length: 90 }, (_, index) => `svc${index}`);
    const text = afterText.replace('"dms:*","lex:*"', many.map((service) => `"${service}:*"`).join());
    const wide = lived(
      proposal(content({ targets: [target], services: many, after: text })),
      bodiesUntil('applied'),
    );
    const reports = many.flatMap((service) => reportOf(service, '222222222222', later));
    expect(seen({ policies: [policy({ text })], reports }, wide)).toHaveLength(20);
  });
});

describe('an SCP that was not read', () => {
  test('tells neither a drift nor its end, nor an attempt', () => {
    const unread = { policies: [policy({ text: null })], reports: reportOf('lex', '222222222222', later) };
    expect(seen(unread)).toEqual([]);
    const drifted = watched(record, { policies: [policy({ text: beforeText })] });
    expect(seen(unread, drifted)).toEqual([]);
    expect(seen({}, drifted)).toEqual(['the SCP is as it was applied again']);
  });
});
