import { afterEach, describe, expect, test } from '@jest/globals';
import type { Clock } from '../../adapters/ports.ts';
import { wireReview } from '../../adapters/wire.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import type { Progress } from '../../flow/progress.ts';
import { type ReviewOptions, runReview } from '../../flow/review.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { closeBoxes, openBox, quickReports } from '../adapters/box.ts';
import table from '../cases/flow/credentials-end.json' with { type: 'json' };
import { accountOf, underRootAllow } from '../support/worlds.ts';
import { baseText } from './organization.ts';
import { openStory } from './story.ts';

afterEach(closeBoxes);

const units = Array.from({ length: 6 }, (_, index) => `ou-ex01-unit000${index}`);

const accountIds = units.flatMap((_, index) => [0, 1].map((own) => `22222222${own}00${index}`));

/** Six OUs, every second of which used lex lately: each has to be asked. */
const sixUnits = underRootAllow(
  units.map((ou, index) => ({
    ...{ ou, name: `Unit ${index}` },
    children: [0, 1].map((own) =>
      accountOf(`22222222${own}00${index}`, `account-${index}-${own}`, {
        ...{ s3: { daysAgo: 1 }, lex: { daysAgo: index % 2 === 0 ? 300 : 3 } },
      }),
    ),
  })),
  [...units, ...accountIds],
);

/**
 * From the nth call of the operation on every call answers the code; where what is read beside each
 * other is hit first, the operation's own calls alone. A report is asked for until it is ready, so
 * GetOrganizationsAccessReport counts the reports that were begun, not its calls.
 */
function failFrom(
  sandbox: Sandbox,
  code: string,
  operation: string,
  nth: number,
  failing = operation.endsWith('Report') || nth > 1 ? '*' : operation,
): void {
  const counted = operation.replace(/^GetOrg/, 'GenerateOrg');
  let calls = 0;
  let isFailing = false;
  sandbox.onCall((call) => {
    if (call.operation === counted) calls += 1;
    if (isFailing || call.operation !== operation || calls < nth) return;
    isFailing = true;
    sandbox.faults.add(`error:${failing}:${code}:100000`);
  });
}

async function reviewed(options: ReviewOptions = {}, clock?: Clock, scope = 'r-ex01') {
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error('the defaults are wrong');
  const said: Progress[] = [];
  const ports = { ...wireReview(), reports: quickReports().reports, ...(clock ? { clock } : {}) };
  const onProgress = (progress: Progress): void => void said.push(progress);
  const { result } = await runReview(ports, { dryRun: true, scope }, configuration.value, {
    onProgress,
    ...options,
  });
  return { result, said };
}

describe('credentials that end while the review runs', () => {
  test.each(table.cases)('$code from $operation $nth on', async (row) => {
    const sandbox = await openBox({ scenario: sixUnits });
    failFrom(sandbox, row.code, row.operation, row.nth);
    if (row.dryRun === 'refused') {
      await expect(reviewed()).rejects.toMatchObject({ name: 'AwsRefusal', code: row.code });
      return;
    }
    const { result, said } = await reviewed({}, undefined, row.scope);
    expect(result.status).toBe('partial');
    const reports = result.entities.map(({ report }) => Object.keys(report)[0]);
    expect(reports.includes('jobId')).toBe(row.kept);
    expect(reports.includes('pending')).toBe(row.pending);
    expect(result.changes).toEqual([]);
    const missing = result.refusals.filter(({ code }) => code === 'EVIDENCE_MISSING');
    expect(missing.every(({ detail }) => detail.includes(row.code))).toBe(true);
    // Every open finding is named by a refusal: nothing may be proposed on it.
    for (const { entityId, serviceNamespace, status } of result.findings) {
      if (status !== 'open') continue;
      const named = missing.some(
        (one) => one.entityId === entityId && one.services?.includes(serviceNamespace),
      );
      expect(named).toBe(true);
    }
    const kinds = said.map(({ kind }) => kind);
    // The tree was read after every answer where the first report is refused: there is nothing to look at again.
    const hasNoAnswer = kinds.includes('report-started') && !kinds.includes('report-ended');
    expect(kinds.includes('tree-not-confirmed')).toBe(!hasNoAnswer);
  });

  test('whoever stores or proposes is refused instead', async () => {
    const sandbox = await openBox({ scenario: sixUnits });
    failFrom(sandbox, 'ExpiredToken', 'ListAccounts', 2);
    await expect(reviewed({ mustConfirm: true })).rejects.toMatchObject({ code: 'ExpiredToken' });
  });
});

test('a published review whose last look fails stores nothing, proposes nothing and ends nothing', async () => {
  const story = await openStory();
  try {
    const id = await story.propose();
    story.edit(`${baseText} `);
    const { version } = await story.load(id);
    const events = story.eventTypes().length;
    failFrom(story.sandbox, 'ExpiredToken', 'ListAccounts', 2, 'ListAccounts');
    await expect(story.review()).rejects.toMatchObject({ code: 'ExpiredToken' });
    story.sandbox.faults.clear();
    expect(await story.load(id)).toMatchObject({ version, record: { state: { status: 'proposed' } } });
    expect(story.eventTypes()).toHaveLength(events);
  } finally {
    await story.close();
  }
});

describe('credentials whose end is known', () => {
  /** A clock that leaps by so many milliseconds after the nth report. */
  const leaping = (sandbox: Sandbox, nth: number, milliseconds: number): Clock => {
    let jobs = 0;
    sandbox.onCall(({ operation }) => {
      if (operation === 'GenerateOrganizationsAccessReport') jobs += 1;
    });
    return {
      now: () => Date.now() + (jobs >= nth ? milliseconds : 0),
      wait: async () => undefined,
    };
  };
  const ending = (seconds: number) => ({
    AWS_SESSION_TOKEN: 'session',
    AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + seconds * 1000).toISOString(),
  });

  test('the asking stops in time for another look at the tree; what was proved is proposed', async () => {
    const sandbox = await openBox({ scenario: sixUnits }, ending(3_600));
    const { result, said } = await reviewed({}, leaping(sandbox, 3, 3_590_000));
    expect(result.status).toBe('partial');
    expect(result.metrics.apiCalls.ListAccounts).toBe(2);
    const end = said.find((progress) => progress.kind === 'asking-ended');
    expect(end).toMatchObject({
      cause: 'credentials',
      reason: expect.stringMatching(/^the AWS credentials end at /),
    });
    expect(result.changes.length).toBeGreaterThan(0);
    expect(said.map(({ kind }) => kind)).not.toContain('tree-not-confirmed');
    expect(result.refusals.some(({ detail }) => detail.includes('the AWS credentials end at'))).toBe(true);
  });

  test('credentials that last are no reason to stop', async () => {
    const sandbox = await openBox({ scenario: sixUnits }, ending(3_600));
    expect((await reviewed({}, leaping(sandbox, 3, 60_000))).result.status).toBe('completed');
  });
});
