import { describe, expect, test } from '@jest/globals';
import { type ChangeRecord, evolve } from '../../core/change/life/life.ts';
import { namedAccount } from '../../core/finding/access-report.ts';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { ownWritesOf } from '../../core/kinds/scp/drift.ts';
import { watchApplied } from '../../core/kinds/scp/watch.ts';
import type { WatchFacts } from '../../core/kinds/scp/watch-facts.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { withIdByHand } from '../flow/moments.ts';
import { treeOf } from '../support/small-world.ts';
import { bodiesUntil, lived } from './lives.ts';
import { afterText, beforeText, content, day, proposal, start, system } from './samples.ts';

const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222222' }, 'dev-2': { id: '333333333333' } },
  Else: { other: { id: '444444444444' } },
});
const target = { id: 'ou-test-dev00000', type: 'ou', name: 'Dev' } as const;
const elsewhere = { id: 'ou-test-else0000', type: 'ou', name: 'Else' } as const;
const record = lived(proposal(content({ targets: [target] })), bodiesUntil('applied'));
const later = start + day;

const policy = (changes: Partial<ServiceControlPolicy> = {}): ServiceControlPolicy => ({
  ...{ id: 'p-newsvctest', name: 'NewServiceTest', awsManaged: false, text: afterText },
  ...{ targets: [target], tags: null },
  ...changes,
});
const facts = (changes: Partial<WatchFacts> = {}): WatchFacts => ({
  ...{ tree, moves: new Map(), policies: [policy()], reports: [], ownWrites: new Map() },
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
  watchApplied(of, facts(changes))
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

  test('by what a later change of ours wrote: only what this one denies counts', () => {
    const ownWrites = new Map([['p-newsvctest', later]]);
    expect(seen({ policies: [policy({ text: withIdByHand(afterText) })], ownWrites })).toEqual([]);
    expect(seen({ policies: [policy({ text: beforeText })], ownWrites })).toHaveLength(1);
  });

  test('says nothing before the write has settled', () => {
    const policies = [policy({ text: beforeText })];
    expect(seen({ policies, readSince: start + 299_999 })).toEqual([]);
    expect(seen({ policies, readSince: start + 300_000 })).toHaveLength(1);
  });
});

describe('when our changes wrote an SCP last', () => {
  test('is when the newest journal says, also while one is at it', () => {
    const { revision } = record;
    const head = { actor: system, revision };
    const taking = [
      { ...head, at: later, type: 'roll-back-requested', approverId: 'bob', reason: 'no' } as const,
      { ...head, at: later + 5, type: 'roll-back-step-sending', step: 0 } as const,
    ].reduce(evolve, record);
    expect(ownWritesOf([record])).toEqual(new Map([['p-newsvctest', start]]));
    expect(ownWritesOf([taking, record])).toEqual(new Map([['p-newsvctest', later + 5]]));
    expect(ownWritesOf([lived(proposal(), [])])).toEqual(new Map());
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
      'by whoever got the service back',
      {
        reports: reportOf('lex', '222222222222', later),
        givenBack: new Map([['p-newsvctest', [{ at: start + day, services: ['lex'], text: afterText }]]]),
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
