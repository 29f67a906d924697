import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import {
  renderIdentitiesSummary,
  renderIdentitiesSummaryCsv,
  renderIdentitiesSummaryMarkdown,
} from '../../../cli/render/identities-summary.ts';
import {
  type IdentitiesSummary,
  identitiesSummaryOf,
  unreachableSummary,
} from '../../../core/review/identities/identities-summary.ts';
import type { SandboxOptions } from '../../../sandbox/server.ts';
import { identitiesSummaryReport } from '../../../web/identities/summary.ts';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import { accountWith, identities, ownAccount, policyOf } from '../../support/identities-on-the-wire.ts';
import { identitiesResultSchema } from '../../support/identities-result-schema.ts';

const count = z.int().check(z.gte(0));
const summarySchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('identities-summary'),
  reviewId: z.string(),
  accounts: z.array(
    z.strictObject({
      accountId: z.string().check(z.regex(/^\d{12}$/)),
      name: z.string(),
      status: z.enum(['completed', 'partial', 'unreachable']),
      code: z.optional(z.literal('UNREACHABLE_ACCOUNT')),
      detail: z.optional(z.string()),
      findings: count,
      changes: count,
    }),
  ),
  totals: z.strictObject({
    accounts: count,
    completed: count,
    partial: count,
    unreachable: count,
    findings: count,
    changes: count,
  }),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'organization-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(closeBoxes);

const across = ['review', '--organization'];

async function summaryOf(...args: readonly string[]): Promise<IdentitiesSummary> {
  const said = await identities(...across, ...args, '--format', 'json');
  expect({ code: said.code, errors: said.errors }).toEqual({ code: 0, errors: '' });
  return summarySchema.parse(JSON.parse(said.output)) as IdentitiesSummary;
}

/** A configuration file that has so many accounts side by side. */
async function withWidth(accountsSideBySide: number): Promise<readonly string[]> {
  const file = join(folder, `width-${accountsSideBySide}.json`);
  await writeFile(file, JSON.stringify({ identities: { accountsSideBySide } }));
  return ['--config', file];
}

describe('the scenario across-organization', () => {
  test('one line an account, most findings first; one that cannot be entered has its code and stops nobody', async () => {
    await openBox({ scenario: 'across-organization' });
    const { accounts, totals } = await summaryOf();
    expect(accounts.map(({ accountId, status, findings }) => [accountId, status, findings])).toEqual([
      ['222222222222', 'completed', 4],
      ['333333333333', 'completed', 2],
      ['444444444444', 'completed', 2],
      ['111111111111', 'completed', 0],
      ['555555555555', 'completed', 0],
      ['666666666666', 'unreachable', 0],
    ]);
    expect(accounts.at(-1)).toMatchObject({
      name: 'acquired',
      code: 'UNREACHABLE_ACCOUNT',
      detail: expect.stringMatching(/AccessDenied.*OrgAccessReviewerRead/),
    });
    expect(totals).toMatchObject({
      accounts: 6,
      completed: 5,
      partial: 0,
      unreachable: 1,
      findings: 8,
      changes: 4,
    });
  });

  test('--out has one whole result for each account that was read; the summary agrees with them', async () => {
    await openBox({ scenario: 'across-organization' });
    const out = join(folder, 'whole');
    const { accounts, reviewId } = await summaryOf('--out', out);
    const read = accounts.filter(({ status }) => status !== 'unreachable');
    expect((await readdir(out)).sort()).toEqual(
      read.map(({ accountId }) => `identities-${accountId}-${reviewId}.json`).sort(),
    );
    for (const { accountId, changes, findings } of read) {
      const text = await readFile(join(out, `identities-${accountId}-${reviewId}.json`), 'utf8');
      const result = identitiesResultSchema.parse(JSON.parse(text));
      expect(result).toMatchObject({ accountId, reviewId });
      expect(result.changes).toHaveLength(changes);
      expect(result.findings.filter(({ status }) => status === 'open')).toHaveLength(findings);
    }
  });

  test('--ou goes into its accounts alone', async () => {
    const sandbox = await openBox({ scenario: 'across-organization' });
    const { accounts } = await summaryOf('--ou', 'ou-ex01-research');
    expect(accounts.map(({ accountId }) => accountId)).toEqual(['555555555555', '666666666666']);
    expect(sandbox.calls().filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(2);
  });

  test.each(['OU-EX01-Research', 'Root / research'])('--ou takes %s, as other commands do', async (ou) => {
    await openBox({ scenario: 'across-organization' });
    const { accounts } = await summaryOf('--ou', ou);
    expect(accounts.map(({ accountId }) => accountId)).toEqual(['555555555555', '666666666666']);
  });

  test.each([
    ['ou-ex01-nowhere', 'there is no root, OU or account ou-ex01-nowhere in organization o-exampleorg1'],
    ['Research', '2 entities are called Research: '],
  ])('--ou %s goes nowhere', async (ou, why) => {
    await openBox({ scenario: 'across-organization' });
    const nowhere = await identities(...across, '--ou', ou);
    expect(nowhere.code).toBe(2);
    expect(nowhere.errors).toContain(`oar: --ou: ${why}`);
  });

  test('findings fail with 3 on demand, an account that was not read with 1', async () => {
    await openBox({ scenario: 'across-organization' });
    expect((await identities(...across, '--fail-on-findings')).code).toBe(3);
    const research = [...across, '--fail-on-findings', '--ou'];
    expect((await identities(...research, 'ou-ex01-research')).code).toBe(1);
    expect((await identities(...research, '555555555555')).code).toBe(0);
  });
});

const sample: IdentitiesSummary = identitiesSummaryOf('rev-1', [
  unreachableSummary({ id: '666666666666', name: 'acquired' }, 'AssumeRole was refused: AccessDenied'),
  { accountId: '222222222222', name: '=a|\u202e<b>', status: 'partial', findings: 1_200, changes: 2 },
]);
const places = [{ place: 'Retail | <Prod>', accounts: 2, findings: 1_200, changes: 2 }];
const look = { columns: 120, colour: false };

test.each([
  [
    'table',
    renderIdentitiesSummary(sample, places, look),
    /\n222222222222 +=a\|⟨U\+202E⟩<b> +partial +1,200 +2\n/,
  ],
  [
    'csv',
    renderIdentitiesSummaryCsv(sample),
    /\n"222222222222","'=a\|⟨U\+202E⟩<b>","partial","","","1200","2"/,
  ],
  [
    'markdown',
    renderIdentitiesSummaryMarkdown(sample, places),
    /\| =a\\\|⟨U\\\+202E⟩\\<b\\> \| partial \| 1,200 \| 2 \|/,
  ],
  [
    'html',
    identitiesSummaryReport(sample, places),
    /<bdi>=a\|⟨U\+202E⟩&lt;b&gt;<\/bdi> <code>222222222222<\/code>/,
  ],
])('%s tells every account, whatever its name, and shows no zero where nothing is known', (_, text, line) => {
  expect(text).toMatch(line);
  expect(text).toMatch(/UNREACHABLE_ACCOUNT[\s\S]*AssumeRole was refused: AccessDenied/);
});

test('a person reads the OUs first, those with most findings first', async () => {
  await openBox({ scenario: 'across-organization' });
  const { output } = await identities(...across);
  const [, titles, ...rows] = output
    .slice(0, output.indexOf('\nACCOUNT') + 1)
    .trim()
    .split(/\n+/);
  expect(titles).toMatch(/^OU +ACCOUNTS +FINDINGS +EDITS$/);
  const counts = rows.map((row) => Number(/ (\d+) +\d+$/.exec(row)?.[1]));
  expect(counts.length).toBeGreaterThan(1);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
});

describe('what goes wrong on the way', () => {
  /** Three member accounts of one role each, side by side. */
  const several = (box: Partial<SandboxOptions> = {}) =>
    openBox({
      scenario: {
        ...accountWith({}),
        generate: {
          ou: 'ou-ex01-generated',
          accounts: 3,
          identities: {
            roles: [{ name: 'app', policies: ['App'] }],
            policies: [
              { name: 'App', versions: [policyOf({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' })] },
            ],
          },
        },
      },
      ...box,
    });

  test('an account that is refused in the middle is a line; the others go on', async () => {
    // With one account at a time, the second of all is the first member account.
    const sandbox = await several();
    let reads = 0;
    sandbox.onCall(({ operation }) => {
      if (operation !== 'GetAccountSummary') return;
      reads += 1;
      if (reads === 2) sandbox.faults.add('error:GetAccountAuthorizationDetails:AccessDenied:1');
    });
    const { accounts } = await summaryOf(...(await withWidth(1)));
    expect(accounts.map(({ accountId, status }) => [accountId, status]).sort()).toEqual([
      [ownAccount, 'completed'],
      ['700000000001', 'unreachable'],
      ['700000000002', 'completed'],
      ['700000000003', 'completed'],
    ]);
    expect(accounts.at(-1)?.detail).toMatch(/needs iam:GetAccountAuthorizationDetails/);
  });

  test('credentials that end stop the asking, and lose nothing that was read', async () => {
    const sandbox = await several({ faults: ['error:AssumeRole:ExpiredToken:100'] });
    const { accounts } = await summaryOf(...(await withWidth(1)));
    expect(accounts.map(({ status }) => status)).toEqual([
      'completed',
      'unreachable',
      'unreachable',
      'unreachable',
    ]);
    expect(accounts.at(-1)?.detail).toContain('ExpiredToken');
    expect(sandbox.calls().filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(1);
  });

  test('no more accounts than configured are entered before one of them is done', async () => {
    const sandbox = await several();
    await summaryOf(...(await withWidth(1)));
    const keys = sandbox
      .calls()
      .filter(({ service, accessKeyId }) => service === 'iam' && accessKeyId?.startsWith('ASIA'))
      .map(({ accessKeyId }) => accessKeyId);
    const changesOfAccount = keys.filter((key, index) => index > 0 && key !== keys[index - 1]);
    expect([new Set(keys).size, changesOfAccount.length]).toEqual([3, 2]);
  });

  test('credentials that may not read the organization are told so, and exit 1', async () => {
    await several({ faults: ['error:DescribeOrganization:AccessDeniedException:100'] });
    const said = await identities(...across);
    expect({ code: said.code, output: said.output }).toEqual({ code: 1, output: '' });
    expect(said.errors).toMatch(/^oar: --organization: these credentials may not read the organization/);
  });
});
