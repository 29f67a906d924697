import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { happened, type keys, openSite, type Site } from '../web/site.ts';
import { inThirtyDays, oar, oarHeard } from './run-oar.ts';
import { neverUsed, sampleFinding, sampleResult } from './sample-result.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const stateOf = async ({ record }: StoredChange) => (await site.load(record.id)).record.state;

describe('oar changes', () => {
  beforeEach(() => {
    process.env.PAGE_URL = site.gateway.url;
  });
  const decide = (who: keyof typeof keys, verb: string, change: StoredChange, ...more: readonly string[]) =>
    oar(who, 'changes', verb, change.record.id, '--confirm', 'Development', ...more);

  /** What the command shows, wherever its lines break. */
  const wordsOf = async (id: string): Promise<string> =>
    (await oar('ana', 'changes', 'show', id)).output.replace(/\s+/g, ' ');

  test('lists, and shows what a decision rests on', async () => {
    const change = await site.put();
    const { id, content } = change.record;
    const listed = (await oar('nobody', 'changes', 'list')).output;
    expect(listed).toMatch(/^CHANGE +STATUS +WHERE +.*RISK +.*DECIDE BY\n/);
    expect(listed).toMatch(new RegExp(`^${id} +proposed +Development +.*0 of \\d`, 'm'));
    expect(listed).toContain(`next: npx --no -- oar changes show ${id}`);
    const { code, errors, output } = await oar('ana', 'changes', 'show', id);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    for (const words of [
      ...['Amazon Lex', '213 days ago', 'dev-1 (222222222222)', '1 of 2 accounts ever'],
      ...[
        '+         "lex:*"',
        'If nobody answers, it expires unapplied.',
        'not-proven regions',
        content.digest,
      ],
    ])
      expect(output).toContain(words);
    expect(JSON.parse((await oar('ana', 'changes', 'show', id, '--json')).output)).toMatchObject({ id });
  });

  test('approves what was read, as whoever signed', async () => {
    const change = await site.put();
    const blind = await decide('ana', 'approve', change);
    expect(blind).toMatchObject({ code: 2, errors: expect.stringContaining('--digest') });
    const other = await decide('ana', 'approve', change, '--digest', '0123456789ab');
    expect(other).toMatchObject({ code: 2, errors: expect.stringContaining('read revision 1, then decide') });
    expect((await stateOf(change)).status).toBe('proposed');

    const digest = change.record.content.digest.slice(0, 12);
    const { code, output } = await decide('ana', 'approve', change, '--digest', digest);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('Approved by Ana Diaz') });
    const [approval] = (await site.load(change.record.id)).record.history.filter(
      ({ type }) => type === 'approval-recorded',
    );
    expect(approval?.actor).toEqual({ type: 'principal', id: 'arn:aws:iam::111111111111:user/ana' });
  });

  test('rejects, snoozes, exempts, narrows, cancels and rolls back', async () => {
    const rejected = await site.put();
    expect((await decide('ana', 'reject', rejected, '--reason', 'needed')).code).toBe(0);
    expect(await stateOf(rejected)).toMatchObject({ status: 'rejected', reason: 'needed' });
    const snoozed = await site.put();
    const later = ['--reason', 'later', '--until', inThirtyDays()];
    expect((await decide('ben', 'snooze', snoozed, ...later)).code).toBe(0);
    expect(await stateOf(snoozed)).toMatchObject({ status: 'snoozed', approverId: 'ben' });
    const exempted = await site.put();
    const exempt = await decide('ana', 'exempt', exempted, ...later, '--services', 'lex');
    expect(exempt).toMatchObject({ code: 0, output: expect.stringContaining('revision 2') });
    const narrowed = await site.put();
    const narrow = await decide('ana', 'narrow', narrowed, '--keep', 'lex');
    expect(narrow).toMatchObject({ code: 0, output: expect.stringContaining('revision 2') });
    expect((await site.load(narrowed.record.id)).record.content.services).toEqual(['lex']);
    const approved = await site.put({}, happened('approved'));
    expect((await oar('ana', 'changes', 'cancel', approved.record.id)).code).toBe(0);
    expect(await stateOf(approved)).toMatchObject({ status: 'cancelled' });
    const applied = await site.put({}, happened('applied'));
    const bare = await oar('ana', 'changes', 'roll-back', applied.record.id);
    expect(bare).toMatchObject({ code: 2, errors: expect.stringContaining('--reason: Give a reason') });
    await oar('ana', 'changes', 'roll-back', applied.record.id, '--reason', 'payroll');
    expect(await stateOf(applied)).toMatchObject({ status: 'rolling-back', request: { reason: 'payroll' } });
  });

  test('proposes to give a service back, which is applied and rolled back by nobody here', async () => {
    const { id } = (await site.put({}, happened('applied'))).record;
    const ask = (who: keyof typeof keys, ...more: readonly string[]) =>
      oar(who, 'changes', 'give-back', id, ...more);
    const wanted = ['--service', 'lex', '--reason', 'payroll'];
    expect((await ask('nobody', ...wanted)).errors).toContain('(403)');
    expect((await ask('cleo', ...wanted)).errors).toContain('(403)');
    expect((await ask('ben', '--service', 'lex')).errors).toContain('--reason: Give a reason');
    expect((await ask('ben', '--service', 's3', '--reason', 'x')).errors).toContain('does not deny s3');
    const { code, output } = await ask('ben', ...wanted);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('revision 1') });
    const [given = ''] = /chg-[0-9a-f]{12}/.exec(output) ?? [];
    expect(given).not.toBe(id);
    const shown = (await oar('ana', 'changes', 'show', given)).output;
    for (const words of [
      'Give back 1 denied service in Development',
      'only-named-given-back',
      '-         "lex:*"',
    ])
      expect(shown).toContain(words);
    expect((await oar('ana', 'changes', 'roll-back', given, '--reason', 'x')).errors).toContain(
      'fresh evidence',
    );
    expect((await site.load(id)).record.state.status).toBe('applied');
    const role = 'arn:aws:iam::222222222222:role/Bots';
    const forRole = await ask('ben', ...wanted, '--principals', role);
    const [other = ''] = /chg-[0-9a-f]{12}/.exec(forRole.output) ?? [];
    expect([id, given]).not.toContain(other);
    expect(await wordsOf(other)).toContain(`asks back lex for ${role} alone`);
    expect((await ask('ben', ...wanted, '--principals', '*')).errors).toContain('leaves every role free');
  });

  test('lets an interrupted change go on', async () => {
    const { id } = (await site.put({}, happened('interrupted'))).record;
    expect(await wordsOf(id)).toContain(`npx --no -- oar changes resume ${id} --reason`);
    expect((await oar('ana', 'changes', 'resume', id)).errors).toContain('--reason: Give a reason');
    expect((await oar('cleo', 'changes', 'resume', id, '--reason', 'x')).errors).toContain('(403)');
    const { code, output } = await oar('ben', 'changes', 'resume', id, '--reason', 'I looked');
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining(`${id} revision 1: approved`),
    });
    expect((await site.load(id)).record.history.at(-1)).toMatchObject({ type: 'resumed', approverId: 'ben' });
    expect((await oar('ben', 'changes', 'resume', id, '--reason', 'again')).errors).toContain('(409)');
    const token = await site.link(id, 'ben', 'roll-back');
    expect((await site.post(`/changes/${id}/resume`, { token, reason: 'x' })).status).toBe(404);
  });

  test.each(['nobody', 'cleo'] as const)('%s may not decide', async (who) => {
    const change = await site.put();
    const digest = change.record.content.digest.slice(0, 12);
    const { code, errors } = await decide(who, 'approve', change, '--digest', digest);
    expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining('(403)') });
    expect((await stateOf(change)).status).toBe('proposed');
  });

  test('an id that was pasted with what stood around it is that id', async () => {
    const change = await site.put();
    const { content, id } = change.record;
    expect(await oar('ana', 'changes', 'show', `(${id}),`)).toMatchObject({
      ...{ code: 0, output: expect.stringContaining(id) },
    });
    const digest = `${content.digest.slice(0, 12)}.`;
    const sent = await oar(
      'ana',
      'changes',
      'approve',
      `“${id}”`,
      '--digest',
      digest,
      '--confirm',
      'Development',
    );
    expect(sent.code).toBe(0);
  });

  test('says what is wrong with what was typed', async () => {
    expect(await oar('ana', 'changes', 'aprove', 'chg-0123456789ab')).toMatchObject({
      ...{ code: 2, errors: expect.stringContaining('did you mean approve?') },
    });
    expect(await oar('ana', 'changes', 'show', 'chg-1')).toMatchObject({
      ...{ code: 2, errors: expect.stringContaining('ID: a change is named like') },
    });
    expect(await oar('ana', 'changes', 'show', 'chg-0123456789ab')).toMatchObject({
      ...{ code: 2, errors: expect.stringContaining('there is no such change') },
    });
    delete process.env.PAGE_URL;
    expect(await oar('ana', 'changes', 'list')).toMatchObject({
      ...{ code: 2, errors: expect.stringContaining('--url: give the address') },
    });
    expect((await oar('ana', 'changes', 'list', '--url', `${site.gateway.url}/`)).code).toBe(0);
  });
});

describe('oar freeze', () => {
  test('stops and is lifted, with who and why, even while STS does not answer', async () => {
    expect((await oar('ana', 'freeze')).errors).toContain('--reason: say why');
    expect((await oar('ana', 'freeze', '--status')).output).toBe('not frozen\n');
    expect((await oar('ana', 'freeze', '--lift', '--reason', 'x')).output).toMatch(/nothing to lift/);
    expect((await oar('ana', 'freeze', '--reason', 'an incident')).output).toMatch(/^frozen/);
    expect(await site.stores.locks.readFreeze()).toMatchObject({
      ...{ frozen: true, by: 'arn:aws:iam::111111111111:user/ana', reason: 'an incident' },
    });
    expect((await oar('ben', 'freeze', '--lift', '--reason', 'it is over')).output).toMatch(/^lifted/);
    expect((await oar('ben', 'freeze', '--status')).output).toMatch(/^not frozen since .* it is over/);
    site.sandbox.faults.add('error:GetCallerIdentity:AccessDenied:9');
    expect((await oar('ana', 'freeze', '--reason', 'again')).code).toBe(0);
    expect(await site.stores.locks.readFreeze()).toMatchObject({
      ...{ frozen: true, by: 'somebody whom STS could not name' },
    });
  });

  test('names the variable that is missing', async () => {
    const table = process.env.TABLE_NAME;
    delete process.env.TABLE_NAME;
    const { code, errors } = await oar('ana', 'freeze', '--status');
    process.env.TABLE_NAME = table;
    expect({ code, errors }).toEqual({
      code: 2,
      errors: expect.stringMatching(/^oar: TABLE_NAME is not set/),
    });
  });
});

describe('oar reviews', () => {
  beforeEach(() => {
    process.env.PAGE_URL = site.gateway.url;
  });

  test('starts one of identities with the options of "oar identities review"', async () => {
    const start = (...args: readonly string[]) => oar('ben', 'reviews', 'start', '--identities', ...args);
    const started = await start('--group', 'Development', '--days', '90', '--level', 'action');
    expect(started).toMatchObject({ code: 0, errors: '' });
    const [id = ''] = /^req-[0-9a-f]{20}/.exec(started.output) ?? [];
    const { requests } = site.stores;
    expect((await requests.load(id))?.request.event).toEqual({
      ...{ kind: 'identities', group: 'Development', thresholdDays: 90, level: 'action' },
    });
    // It ends, so that it takes nobody's place in what follows.
    await requests.close(id, { failed: 'a test' });
    const many = await start('--organization', '--ou', 'ou-ex01-workloads', '--days', '90');
    const [manyId = ''] = /^req-[0-9a-f]{20}/.exec(many.output) ?? [];
    expect((await requests.load(manyId))?.request.event).toEqual({
      ...{ kind: 'identities', organization: true, ou: 'ou-ex01-workloads', thresholdDays: 90 },
    });
    await requests.close(manyId, { failed: 'a test' });
    expect((await start('--organization', '--user', 'a')).errors).toContain('leave user out');
    expect((await start('--ou', 'ou-ex01-workloads')).errors).toContain('ou: says which part');
    expect((await start('--scope', 'r-ex01')).errors).toContain('--scope');
    expect((await start('--user', 'a', '--role', 'b')).errors).toContain('give one of');
  });

  test('starts one as whoever signs, and tells where it stands', async () => {
    const started = await oar('ben', 'reviews', 'start', '--scope', 'r-ex01', '--days', '200');
    const [id = ''] = /^req-[0-9a-f]{20}/.exec(started.output) ?? [];
    expect(started).toMatchObject({ code: 0, errors: '' });
    expect(started.output).toContain('asked for as arn:aws:iam::111111111111:user/ben');
    expect(await site.stores.requests.load(id)).toMatchObject({
      request: { event: { scope: 'r-ex01', thresholdDays: 200 } },
    });
    const status = async () => (await oar('ana', 'reviews', 'status', id)).output;
    expect(await status()).toMatch(/^req-\w+: asked for by .*user\/ben on .* UTC; it has not begun yet\n$/);
    await site.stores.requests.claim(id, { invocationId: 'i', reviewId: 'rev-1', at: Date.now() });
    expect(await status()).toContain('; it runs as rev-1\n');
    const outcome = { status: 'partial', openFindings: 1, changeIds: ['chg-1', 'chg-2'] } as const;
    await site.stores.requests.close(id, outcome);
    expect(await status()).toContain('; rev-1 ended partial, 1 open finding, 2 changes: chg-1, chg-2\n');
    await site.stores.requests.close(id, { failed: 'scope: gone' });
    for (const verb of ['status', 'show'])
      expect(await oar('ana', 'reviews', verb, id)).toMatchObject({
        code: 1,
        output: expect.stringContaining('it could not be carried out: scope: gone\n'),
      });
  });

  test('waits until it has ended, and says how far it is', async () => {
    const args = ['reviews', 'start', '--scope', 'r-ex01', '--days', '210'];
    const [id = ''] = /^req-[0-9a-f]{20}/.exec((await oar('ben', ...args)).output) ?? [];
    const { requests, runs } = site.stores;
    await requests.noteWaiting(id, 'rev-before', Date.now());
    expect((await oar('ana', 'reviews', 'status', id)).output).toContain(
      '; it waits for the end of rev-before\n',
    );

    await requests.claim(id, { invocationId: 'i', reviewId: 'rev-far', at: Date.now() });
    const seenAt = Date.now();
    const far = {
      reviewId: 'rev-far',
      startedAt: seenAt,
      seenAt,
      reportsDone: 12,
      reportsOpen: 3,
      outcome: null,
    };
    await runs.noteProgress(far, Date.now() + 1_000_000);
    const said = 'it runs as rev-far: 12 reports done, 3 open as far as is known';
    expect((await oar('ana', 'reviews', 'status', 'rev-far')).output).toContain(
      `rev-far; ${said}; last sign of life`,
    );

    const shown = (await oar('ana', 'reviews', 'show', id)).output;
    expect(shown).toContain(`${id}: ${said}; last sign of life`);
    expect(shown).toContain('entities done: 12, left as far as is known: 3\nexpected end: ');

    // It ends once whoever waits has heard how far it is.
    let closed: Promise<unknown> | undefined;
    const { code, errors, output } = await oarHeard(
      'ben',
      [...args, '--wait', '--fail-on-findings'],
      (heard) => {
        if (heard.includes(`${said}\n`))
          closed ??= requests.close(id, { status: 'partial', openFindings: 2, changeIds: [] });
      },
    );
    await closed;
    expect({ code, output }).toEqual({
      code: 3,
      output: 'rev-far ended partial, 2 open findings, 0 changes\n',
    });
    expect(errors).toMatch(new RegExp(`^${id}: asked for as .*\\n${said}\\n$`));
  });

  test.each([
    [['start', '--scope', 'a\u0007b'], '--scope: must be the id of a root, OU or account'],
    [['start', '--days', '20'], '--days: 20 is below minimumThresholdDays (90)'],
    [['start', '--as-of', '2026-01-01'], '--as-of is not known'],
    [['start', 'r-ex01'], 'r-ex01: not expected here'],
    [['start', '--fail-on-findings'], '--fail-on-findings: add --wait'],
    [['status'], 'ID: a request is named like'],
    [['status', 'chg-1'], 'ID: a request is named like'],
    [['status', 'rev-1'], 'there is no such request'],
    [['status', 'req-00000000000000000000'], 'there is no such request'],
  ])('%j ends with what is wrong', async (args, words) => {
    const { code, errors, output } = await oar('ana', 'reviews', ...args);
    expect({ code, output, errors }).toEqual({
      ...{ code: 2, output: '', errors: expect.stringContaining(words) },
    });
  });

  test('lists the reviews that began last: how far each is, when it is expected to end, who started it', async () => {
    const hour = 3_600_000;
    const began = Date.parse('2100-01-01T00:00:00Z');
    const { runs } = site.stores;
    const note = (reviewId: string, more: object) => {
      const figures = { reviewId, startedAt: began, seenAt: began + hour, reportsDone: 0, reportsOpen: 0 };
      return runs.noteProgress({ ...figures, scopeId: null, outcome: null, ...more }, began * 2);
    };
    const outcome = { status: 'partial', openFindings: 2, changeIds: ['chg-0123456789ab'] };
    await note('rev-ended', { reportsDone: 10, startedBy: { type: 'schedule' }, outcome });
    const arn = 'arn:aws:iam::111111111111:user/ben';
    const fast = { startedAt: began + 1, startedBy: { type: 'principal', arn } };
    await note('rev-fast', { ...fast, seenAt: began + 1 + hour, reportsDone: 30, reportsOpen: 15 });
    // Too little is done to know its own pace: that of the review before it.
    await note('rev-new', { startedAt: began + 2, seenAt: began + hour, reportsDone: 1, reportsOpen: 5 });
    // Of another kind: its pace says nothing of theirs.
    const iam = { kind: 'identities', startedAt: began + 3, seenAt: began + 3 + 2 * hour };
    const many = { changes: 60, status: 'partial', openFindings: 9, changeIds: ['chg-0123456789ab'] };
    await note('rev-iam', { ...iam, scopeId: '222222222222', reportsDone: 4, reportsOpen: 2 });
    await note('rev-all', { ...iam, counts: 'accounts', reportsDone: 40, reportsOpen: 20 });
    await note('rev-part', { ...iam, counts: 'accounts', scopeId: 'ou-1', reportsDone: 3, outcome: many });
    const { output } = await oar('ana', 'reviews', 'list', '--format', 'json');
    const { reviews } = JSON.parse(output) as { readonly reviews: readonly { readonly progress: object }[] };
    expect(reviews.filter(({ progress }) => !('kind' in progress)).slice(0, 3)).toMatchObject([
      { reviewId: 'rev-new', progress: { startedBy: null, expectedEnd: '2100-01-01T01:10:00.000Z' } },
      { reviewId: 'rev-fast', progress: { reportsDone: 30, expectedEnd: '2100-01-01T01:30:00.001Z' } },
      { reviewId: 'rev-ended', progress: { expectedEnd: null }, outcome },
    ]);
    const lines = (await oar('ana', 'reviews', 'list')).output;
    expect(lines).toMatch(
      /rev-fast +organization +2100-01-01 00:00 UTC +30 +15 +2100-01-01 01:30 UTC +user\/ben +runs\n/,
    );
    expect(lines).toMatch(/rev-ended .* 10 +the +partial, 2 open findings, 1 change\n/);
    expect(lines).toMatch(/rev-iam +IAM of 222222222222 +2100-01-01 00:00 UTC +4 +2 +2100-01-01 03:00 UTC/);
    expect(lines).toMatch(/rev-all +IAM of all accounts +2100-01-01 00:00 UTC +40 +20 +2100-01-01 03:00 UTC/);
    expect(lines).toMatch(/rev-part +IAM below ou-1 .* partial, 9 open findings, 60 changes\n/);
    const shown = async (id: string): Promise<string> => (await oar('ana', 'reviews', 'show', id)).output;
    expect(await shown('rev-all')).toMatch(/^it runs as rev-all: 40 accounts done, 20 open/);
    expect(await shown('rev-all')).toContain(
      'judges IAM of all accounts, started by not noted\naccounts done: 40',
    );
    expect(await shown('rev-iam')).toContain(
      'judges IAM of 222222222222, started by not noted\nreports done: 4',
    );
    expect(await shown('rev-part')).toContain('60 changes: chg-0123456789ab and others\n');
    const alone = await oar('ana', 'reviews', 'show', 'rev-fast', '--format', 'json');
    expect(JSON.parse(alone.output)).toMatchObject({ progress: { startedBy: { arn }, scopeId: null } });
    expect((await oar('ana', 'reviews', 'show', 'rev-ended', '--follow')).output).toBe(
      'rev-ended ended partial, 2 open findings, 1 change: chg-0123456789ab\n',
    );
  });

  test('shows a stored review whole, and says what it cannot show', async () => {
    const summary = {
      ...{ id: 'rev-kept', organizationId: 'o-exampleorg1', scopeId: 'r-ex01', asOf: 1, thresholdDays: 180 },
      ...{ status: 'completed' as const, namespaces: [] },
    };
    await site.stores.reviews.saveReview(summary, { reviewId: 'rev-kept', findings: [1, 2, 3] });
    const shown = await oar('ana', 'reviews', 'show', 'rev-kept', '--whole');
    expect({ ...shown, output: JSON.parse(shown.output) }).toEqual({
      ...{ code: 0, errors: '', output: { reviewId: 'rev-kept', findings: [1, 2, 3] } },
    });
    const earlier = sampleResult({ reviewId: 'rev-earlier', findings: [sampleFinding()] });
    const later = sampleResult({ reviewId: 'rev-later', findings: [neverUsed('dms')] });
    for (const result of [earlier, later])
      await site.stores.reviews.saveReview({ ...summary, id: result.reviewId }, result);
    const compared = await oar('ana', 'reviews', 'compare', 'rev-earlier', 'rev-later');
    expect(compared).toMatchObject({ code: 0, errors: '' });
    expect(compared.output).toContain(
      '1 finding new, 1 gone, 0 still there, 0 not judged by the later review.',
    );
    const drawn = await oar('ana', 'reviews', 'show', 'rev-later', '--whole', '--format', 'markdown');
    expect(drawn).toMatchObject({ code: 0, errors: '', output: expect.stringContaining('dms') });
    for (const [args, words] of [
      [['compare', 'rev-later'], 'EARLIER LATER: name two reviews'],
      [
        ['compare', 'rev-later', 'rev-kept'],
        'rev-kept: not the whole result of a review of the organization',
      ],
      [['compare', 'rev-later', 'none.json'], 'none.json: cannot be read (ENOENT)'],
      [['compare', 'rev-later', 'package.json'], 'package.json: not the whole result of a review'],
      [['show', 'rev-kept', '--whole', '--format', 'html'], 'rev-kept: not the whole result of a review'],
      [['show', 'rev-none', '--whole'], 'rev-none: no stored review has this id'],
      [['show'], 'ID: name a review'],
      [['list', '--format', 'csv'], '--format csv: must be table or json'],
      [['show', 'rev-none'], 'there is no such request'],
      [['show', 'chg-1'], 'ID: a request is named like'],
      [[], 'reviews: give one of start, status, list, show'],
      [['show', 'rev-kept', '--whole', 'more'], 'more: not expected here'],
    ] as const) {
      const { code, errors } = await oar('ana', 'reviews', ...args);
      expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining(words) });
    }
  });
});
