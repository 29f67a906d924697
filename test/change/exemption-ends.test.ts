import { describe, expect, test } from '@jest/globals';
import { checksToAccept } from '../../core/change/content/acceptance.ts';
import { digestMismatch } from '../../core/change/content/digest.ts';
import { editOf } from '../../core/change/content/edit.ts';
import { restsOf } from '../../core/change/deciding/suppression.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import type { AccessReport } from '../../core/finding/access-report.ts';
import { standingExemptions } from '../../core/kinds/scp/ours/standing-exemptions.ts';
import { draftEnds, judgeEnds } from '../../core/kinds/scp/proposing/end-exemption.ts';
import { type EndFacts, keptExemptionsIn } from '../../core/kinds/scp/proposing/exemption-ends.ts';
import { draftGiveBack } from '../../core/kinds/scp/proposing/give-back.ts';
import { proveEndExemption } from '../../core/proof/end-exemption.ts';
import cases from '../cases/change/exemption-ends.json' with { type: 'json' };
import { peopleConfiguration, viewOf } from '../message/sample-view.ts';
import { treeOf } from '../support/small-world.ts';
import { bodiesUntil, lived } from './lives.ts';
import { afterText, day, hour, proposal, start } from './samples.ts';

interface Row {
  readonly name: string;
  /** For how long it is exempt, from day 0 on. */
  readonly days: number | 'for ever';
  /** On day 1 it is exempt once more, for so long from then. */
  readonly again?: number | 'for ever';
  /** When it is judged, days and hours after it was given. */
  readonly at: number;
  readonly hours?: number;
  /** The last use that AWS's report of the account shows, days after it was given. */
  readonly used?: number | 'never' | 'failed' | 'not-listed';
  readonly account?: 'gone';
  readonly text?: 'as-denied' | 'detached' | 'unread' | 'edited-elsewhere';
  readonly configured?: readonly string[];
  readonly rejectedUntil?: number;
  /** Regions that the account may use; absent: `sources.regions` is off. `unread`: they could not be read. */
  readonly regions?: readonly string[] | 'unread';
  readonly partition?: string;
  /** What the account spends on Amazon Lex, in dollars. */
  readonly spends?: number;
  readonly deny?: 'rolled-back';
  readonly end?: 'applied' | 'rolled-back';
  /** `none`: no exemption with an end stands. */
  readonly verdict: string;
  readonly why?: string;
  /** What the check `regions` of a change that takes it out says. */
  readonly check?: string;
  readonly says?: string;
}

const rests = restsOf({ rejectionDays: 90, thresholdDays: 180 });
const bots = 'arn:aws:iam::222222222222:role/Bots';
const deny = lived(proposal(), bodiesUntil('applied'));
const rolledBack: readonly EventBody[] = [
  ...bodiesUntil('roll-back-requested'),
  { type: 'roll-back-step-sending', step: 0 },
  { type: 'roll-back-step-done', step: 0, outcome: 'restored', detail: 'it is as before' },
  { type: 'rolled-back' },
];

function given(
  days: number | 'for ever',
  from: readonly ChangeRecord[],
  at = start,
  who = bots,
): ChangeRecord {
  const drafted = draftGiveBack(deny, from, {
    ...{ services: ['lex'], principals: [who], maximumCharacters: 5_120, reason: 'the bots are needed' },
    ...{ requiredApprovals: 1, now: at, ...(days === 'for ever' ? {} : { days }) },
  });
  if (!drafted.ok) throw new Error(drafted.reasons[0].detail);
  expect(digestMismatch(drafted.value)).toBeNull();
  return lived(proposal(drafted.value, undefined, at), bodiesUntil('applied'), at + hour);
}

function reportOf({ used }: Row): readonly AccessReport[] {
  const entityId = '222222222222';
  if (used === undefined) return [];
  if (used === 'failed')
    return [{ status: 'failed', entityId, failure: { code: 'REPORT_TIMED_OUT', message: 'late' } }];
  const lastAccessedAt = used === 'never' || used === 'not-listed' ? null : start + used * day;
  const row = {
    ...{ serviceNamespace: 'lex', serviceName: 'Amazon Lex', lastAccessedAt },
    ...{ lastAccessedBy: null, lastAccessedRegion: null, accountsEverUsed: 0 },
  };
  const rows = new Map(used === 'not-listed' ? [] : [['lex', row]]);
  return [{ status: 'completed', entityId, jobId: 'job-1', createdAt: start, completedAt: start, rows }];
}

function factsOf(row: Row, text: string): EndFacts {
  const { account, configured = [], at, hours = 0 } = row;
  const texts = {
    ...{ 'as-denied': afterText, detached: text, unread: null },
    'edited-elsewhere': text.replace('"s3:*"', '"s3:*","sqs:*"'),
  };
  const root = treeOf({
    Development: { 'dev-1': { id: account === 'gone' ? '999999999999' : '222222222222' } },
  });
  return {
    tree: root,
    policies: [
      {
        ...{ id: 'p-newsvctest', name: 'NewServiceTest', awsManaged: false, tags: null },
        text: row.text === undefined ? text : texts[row.text],
        targets:
          row.text === 'detached' ? [] : [{ id: 'ou-test-development', type: 'ou', name: 'Development' }],
      },
    ],
    reports: reportOf(row),
    configuration: {
      ...peopleConfiguration(),
      exemptPrincipals: [...configured],
      sources: { ...peopleConfiguration().sources, regions: row.regions !== undefined },
    },
    ...sourcesOf(row),
    kept: [],
    asOf: start + at * day + hours * hour,
  };
}

function sourcesOf({ partition, regions, spends }: Row): Pick<EndFacts, 'partition' | 'regions' | 'spend'> {
  const accountId = '222222222222';
  const reading = regions === 'unread' ? { failure: 'AccessDenied' } : { regions: regions ?? [] };
  const spend = {
    ...{ from: '2025-12-01', to: '2026-02-01', accountIds: new Set([accountId]) },
    rows: [{ accountId, costName: 'Amazon Lex', amount: spends ?? 0, currency: 'USD', quantity: 1 }],
  };
  return {
    partition,
    regions: regions && new Map([[accountId, reading]]),
    ...(spends === undefined ? {} : { spend }),
  };
}

const requestOf = () => ({
  ...{ organizationId: 'o-exampleorg1', reviewId: 'rev-2', thresholdDays: 180 },
  configuration: peopleConfiguration(),
});

function drafted(records: readonly ChangeRecord[], facts: EndFacts) {
  const ends = judgeEnds(standingExemptions(records), facts);
  return draftEnds(ends, facts, requestOf());
}

describe('what becomes of an exemption', () => {
  test.each(cases as readonly Row[])('$name', (row) => {
    const { again, days, end, rejectedUntil, verdict, why } = row;
    const first = given(days, [deny]);
    const records = [
      ...(row.deny === 'rolled-back' ? [lived(proposal(), rolledBack)] : [deny]),
      first,
      ...(again === undefined ? [] : [given(again, [deny, first], start + day)]),
    ];
    const text = editOf(first.content).after;
    let kept: EndFacts['kept'] = [];
    if (end !== undefined || rejectedUntil !== undefined) {
      const facts = factsOf({ ...row, at: 8, used: 'never' }, text);
      const [content] = drafted(records, facts).changes;
      if (!content) throw new Error('nothing was drafted');
      const rejected: readonly EventBody[] = [
        {
          ...{ type: 'rejected', approverId: 'bob', reason: 'still needed' },
          notAgainBefore: start + (rejectedUntil ?? 0) * day,
        },
      ];
      const bodies =
        end === 'applied' ? bodiesUntil('applied') : end === 'rolled-back' ? rolledBack : rejected;
      const at = start + 8 * day;
      records.push(lived(proposal(content, undefined, at), bodies, at));
      kept = keptExemptionsIn(records, rests);
    }
    const judged = judgeEnds(standingExemptions(records), { ...factsOf(row, text), kept });
    expect(judged.map((each) => each.judged.verdict)).toEqual(verdict === 'none' ? [] : [verdict]);
    if (why !== undefined) expect(judged[0]?.judged).toMatchObject({ why: expect.stringContaining(why) });
    if (row.check === undefined) return;
    const [change] = drafted(records, factsOf(row, text)).changes;
    const check = change?.certificate.checks.find(({ name }) => name === 'regions');
    expect(check?.verdict).toBe(row.check);
    expect(check?.detail).toContain(row.says ?? '');
  });

  test('two with different ends in one statement: each is taken out when its own is over, by a change that says so', () => {
    const other = 'arn:aws:iam::222222222222:user/ann';
    const first = given(7, [deny]);
    const second = given(30, [deny, first], start + day, other);
    const text = editOf(second.content).after;
    const row = { name: '', days: 7, at: 8, used: 'never', verdict: '' } as const;
    const one = drafted([deny, first, second], factsOf(row, text));
    expect(one.refusals).toEqual([]);
    const [content] = one.changes;
    if (!content) throw new Error('nothing was drafted');
    expect(editOf(content).after).toContain(other);
    expect(editOf(content).after).not.toContain(bots);
    expect(content).toMatchObject({
      ...{ intent: 'end-exemption', services: ['lex'], accountIds: ['222222222222'] },
      exemptions: [{ principals: [bots], services: ['lex'], of: first.id }],
      certificate: { ok: true },
    });
    expect(content.choice.join()).toContain('ended on');
    const view = viewOf(lived(proposal(content), []));
    expect(view.headline).toContain('End the exemption of 1 principal from the denial of 1 service');
    expect(view.told.sees).toContain(`AccessDenied for ${bots}`);
    const both = drafted([deny, first, second], factsOf({ ...row, at: 32 }, text)).changes;
    expect(both).toHaveLength(1);
    expect(editOf(both[0] ?? content).after).toBe(afterText);
  });

  test.each([
    [2, ['due', []]],
    [3, ['kept', ['DEFERRED']]],
  ])('asked about %d times without an answer', (times, becomes) => {
    const first = given(7, [deny]);
    const text = editOf(first.content).after;
    const row = { name: '', days: 7, at: 8, used: 'never', verdict: '' } as const;
    const [content] = drafted([deny, first], factsOf(row, text)).changes;
    if (!content) throw new Error('nothing was drafted');
    const at = start + 8 * day;
    const bodies: EventBody[] = [];
    for (let revision = 1; revision <= times; revision += 1) {
      const sent = { approverId: 'ana', channel: 'email', purpose: 'decide:1' } as const;
      if (revision > 1) bodies.push(proposal({ ...content, revision }, undefined, at));
      bodies.push({ type: 'notified', ...sent }, { type: 'expired' });
    }
    const ended = lived(proposal(content, undefined, at), bodies, at);
    const kept = keptExemptionsIn([deny, first, ended], rests);
    const facts = { ...factsOf(row, text), kept };
    const ends = judgeEnds(standingExemptions([deny, first, ended]), facts);
    const { refusals } = draftEnds(ends, facts, requestOf());
    expect([ends[0]?.judged.verdict, refusals.map(({ code }) => code)]).toEqual(becomes);
    // Never longer than an exemption may last.
    const later = judgeEnds(standingExemptions([deny, first, ended]), { ...facts, asOf: at + 91 * day });
    expect(later[0]?.judged.verdict).not.toBe('kept');
  });

  test('what is required to be proven and is not asked about an end is named, and must be accepted', () => {
    const first = given(7, [deny]);
    const text = editOf(first.content).after;
    const requireProven = ['replay', 'second-judge', 'no-running-resources', 'quotas'];
    const configuration = { ...peopleConfiguration(), requireProven };
    const facts = {
      ...factsOf({ name: '', days: 7, at: 8, used: 'never', verdict: '' }, text),
      configuration,
    };
    const ends = judgeEnds(standingExemptions([deny, first]), facts);
    const [content] = draftEnds(ends, facts, { ...requestOf(), configuration }).changes;
    if (!content) throw new Error('nothing was drafted');
    expect(content.certificate.ok).toBe(true);
    expect(checksToAccept(content, requireProven)).toEqual([
      'no-running-resources',
      'second-judge',
      'replay',
    ]);
  });

  test.each([
    ['of none', [], 'ok', undefined],
    ['of one of two', ['333333333333'], 'not-proven', 1],
    ['of both', ['222222222222', '333333333333'], 'not-proven', undefined],
  ])(
    'where the Regions of some accounts could not be read, these are counted: %s',
    (_, unread, verdict, unproven) => {
      const first = given(7, [deny]);
      const other = given(7, [deny, first], start + 2 * hour, bots.replace('222222222222', '333333333333'));
      const facts = factsOf(
        { name: '', days: 7, at: 9, regions: [], verdict: '' },
        editOf(other.content).after,
      );
      const [report] = reportOf({ name: '', days: 7, at: 9, used: 'never', verdict: '' });
      if (!report) throw new Error('no report');
      const accountIds = ['222222222222', '333333333333'];
      const { changes } = drafted([deny, first, other], {
        ...facts,
        tree: treeOf({ Development: { 'dev-1': { id: '222222222222' }, 'dev-2': { id: '333333333333' } } }),
        reports: accountIds.map((entityId) => ({ ...report, entityId })),
        regions: new Map(
          accountIds.map((id) => [id, unread.includes(id) ? { failure: 'no' } : { regions: ['us-east-1'] }]),
        ),
      });
      const regions = changes[0]?.certificate.checks.find(({ name }) => name === 'regions');
      expect([regions?.verdict, regions?.unproven]).toEqual([verdict, unproven]);
    },
  );

  test('a change that is for what only a later version knows frees nobody', () => {
    const first = given(7, [deny]);
    const content = { ...first.content, intent: 'quarantine' } as unknown as typeof first.content;
    const history = first.history.map((event) => (event.type === 'proposed' ? { ...event, content } : event));
    const later = { ...first, content, history };
    expect(standingExemptions([deny, first])).toHaveLength(1);
    expect(standingExemptions([deny, later])).toEqual([]);
  });

  test('one that was used is held and named, and nothing is drafted for it', () => {
    const first = given(7, [deny]);
    const row = { name: '', days: 7, at: 8, used: 3, verdict: '' } as const;
    expect(drafted([deny, first], factsOf(row, editOf(first.content).after))).toMatchObject({
      changes: [],
      refusals: [{ code: 'EXEMPTION_IN_USE', policyId: 'p-newsvctest', services: ['lex'] }],
    });
  });
});

describe('the proof that an exemption is taken out fails where', () => {
  const statement = (sid: string, principals: readonly string[], ...services: readonly string[]) =>
    JSON.stringify({
      ...{ Sid: sid, Effect: 'Deny', Action: services.map((service) => `${service}:*`), Resource: '*' },
      ...(principals.length > 0 ? { Condition: { ArnNotLike: { 'aws:PrincipalArn': principals } } } : {}),
    });
  const policy = (...statements: readonly string[]) =>
    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},${statements.join(',')}]}`;
  const other = 'arn:aws:iam::222222222222:role/Other';
  const before = policy(
    statement('DenyUnusedServices', [], 'dms'),
    statement('DenyUnusedServices2', [bots, other], 'lex'),
  );
  test.each([
    ['another principal goes too', statement('DenyUnusedServices', [], 'dms', 'lex'), 'only-ended-taken-out'],
    [
      'the principal stays free',
      `${statement('DenyUnusedServices', [], 'dms')},${statement('DenyUnusedServices2', [bots, other], 'lex')}`,
      'only-ended-taken-out',
    ],
    ['the denial itself goes', statement('DenyUnusedServices', [], 'dms'), 'only-ended-taken-out'],
    [
      'another service is denied too',
      `${statement('DenyUnusedServices', [], 'dms', 's3')},${statement('DenyUnusedServices2', [other], 'lex')}`,
      'only-ended-taken-out',
    ],
    [
      'a statement of somebody else comes',
      `${statement('DenyUnusedServices', [], 'dms')},${statement('DenyUnusedServices2', [other], 'lex')},${statement('Others', [], 'lex')}`,
      'other-statements-unchanged',
    ],
  ])('%s', (_, statements, name) => {
    const edit = {
      ...{ policyId: 'p-1', policyName: 'One', targets: [], services: ['lex'] },
      ...{ before, after: policy(statements) },
    };
    const { checks, ok } = proveEndExemption({
      ...{ edit, principalsOf: new Map([['lex', [bots]]]), exemptPrincipals: [] },
      use: { verdict: 'ok', detail: 'nobody used it' },
      regions: { verdict: 'ok', detail: '' },
      paid: null,
      requireProven: [],
    });
    expect(ok).toBe(false);
    expect(checks.filter(({ verdict }) => verdict === 'failed').map((check) => check.name)).toContain(name);
  });
});

describe('who is asked to be exempt', () => {
  const session = 'arn:aws:sts::222222222222:assumed-role/Bots/run-1';
  test('a session is its role, with the path that AWS told of where it did', () => {
    expect(given(7, [deny], start, session).content.exemptions).toMatchObject([{ principals: [bots] }]);
    const withPath = 'arn:aws:iam::222222222222:role/apps/Bots';
    const seen = lived(proposal(), [
      ...bodiesUntil('applied'),
      {
        ...{ type: 'denied-access-observed', serviceNamespace: 'lex', accountId: '222222222222' },
        ...{ accountName: 'dev-1', attemptedAt: start, region: null },
        ...{ principal: withPath, action: 'lex:GetBot', count: 1, firstAt: start },
      },
    ]);
    const drafted = draftGiveBack(seen, [seen], {
      ...{ services: ['lex'], principals: [session], days: 7, maximumCharacters: 5_120 },
      ...{ reason: 'the bots are needed', requiredApprovals: 1, now: start },
    });
    expect(drafted).toMatchObject({ ok: true, value: { exemptions: [{ principals: [withPath] }] } });
  });

  test('for no longer than it is exempt already, nothing is asked', () => {
    const first = given(30, [deny]);
    const again = (days: number) =>
      draftGiveBack(deny, [deny, first], {
        ...{ services: ['lex'], principals: [bots], days, maximumCharacters: 5_120 },
        ...{ reason: 'the bots are needed', requiredApprovals: 1, now: start + day },
      });
    expect(again(7)).toMatchObject({
      ok: false,
      reasons: [{ detail: expect.stringContaining('may use lex already, until') }],
    });
    const longer = again(60);
    if (!longer.ok) throw new Error(longer.reasons[0].detail);
    const { after, before } = editOf(longer.value);
    expect([after, longer.value.certificate.ok]).toEqual([before, true]);
    expect(longer.value.choice.join()).toContain('The text of the SCP stays as it is');
  });
});

describe('a give-back that is approved and not written yet', () => {
  const seven = given(7, [deny]);
  const approved = (drafted: ReturnType<typeof draftGiveBack>): ChangeRecord => {
    if (!drafted.ok) throw new Error(drafted.reasons[0].detail);
    return lived(
      proposal(drafted.value, undefined, start + 2 * hour),
      bodiesUntil('approved'),
      start + 3 * hour,
    );
  };
  const asked = (principals: readonly string[], days?: number) =>
    approved(
      draftGiveBack(deny, [deny, seven], {
        ...{ services: ['lex'], principals, maximumCharacters: 5_120, reason: 'the bots are needed' },
        ...{ requiredApprovals: 1, now: start + day, ...(days === undefined ? {} : { days }) },
      }),
    );
  test('holds the end of the exemption: for longer, without an end, or for everybody', () => {
    const ends = (...others: readonly ChangeRecord[]) =>
      standingExemptions([deny, seven, ...others]).map(({ changeId, endsAt }) => [changeId, endsAt]);
    const longer = asked([bots], 30);
    expect(ends()).toEqual([[seven.id, start + 7 * day]]);
    expect(ends(longer)).toEqual([[longer.id, start + 31 * day]]);
    expect(ends(asked([]))).toEqual([]);
    expect(ends(approved(draftGiveBack(deny, [deny], forEver)))).toEqual([]);
  });
  const forEver = {
    ...{ services: ['lex'], principals: [bots], maximumCharacters: 5_120, reason: 'the bots are needed' },
    ...{ requiredApprovals: 1, now: start + day },
  };
});
