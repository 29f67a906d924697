import { systemClock } from '../adapters/clock.ts';
import type { IdentitiesResult } from '../core/review/identities/identities-result.ts';
import { readIdentityEvent, reviewAccount } from '../flow/identities/review-account.ts';
import { newReviewId } from '../flow/review.ts';
import { identitiesReport } from '../web/identities/report.ts';
import { oneOf, readOptions } from './arguments.ts';
import type { Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { openIdentities, saidUnreachable } from './identities-account.ts';
import { identityEventOf, identityOptions } from './identity-arguments.ts';
import { prepareFolder, writeInto } from './output.ts';
import { renderIdentities } from './render/identities.ts';
import { renderIdentitiesCsv } from './render/identities-csv.ts';
import { renderIdentitiesMarkdown } from './render/identities-markdown.ts';
import { renderJson } from './render/json.ts';
import type { Look } from './render/text.ts';
import { type Format, formats } from './review-arguments.ts';

const options = {
  ...identityOptions,
  config: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  'fail-on-findings': { type: 'boolean' },
} as const;

const extensions: Readonly<Record<Format, string>> = {
  table: 'txt',
  json: 'json',
  csv: 'csv',
  markdown: 'md',
  html: 'html',
};

/** A file has no terminal around it. */
const fileLook: Look = { columns: 100, colour: false };

/** `oar identities review`: a dry run over one account. Answers the exit code. */
export async function reviewIdentities(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readOptions(args, options);
  const format = oneOf('--format', given.format ?? 'table', formats);
  const configuration = await configurationOf(given.config ?? null);
  const now = systemClock.now();
  const event = readIdentityEvent({ dryRun: true, ...identityEventOf(given) }, configuration, now);
  if (given.out !== undefined) await prepareFolder(given.out);
  const { accountId, organization, ports } = await openIdentities(configuration, event.accountId);
  const onProgress = (progress: Parameters<NonNullable<Given['onProgress']>>[0]): void => {
    if (!terminal.wantsProgress) return;
    const line =
      progress.kind === 'account-read'
        ? `account read: ${progress.account.users.length} users, ${progress.account.groups.length} groups, ${progress.account.roles.length} roles`
        : `reports: ${progress.done} of ${progress.asked}`;
    terminal.note(`\r\u001b[K${line}`);
  };
  const run = await reviewAccount(ports, accountId, event, {
    configuration,
    organization,
    reviewId: newReviewId(now),
    onProgress,
  });
  if (terminal.wantsProgress) terminal.note('\r\u001b[K');
  if (run.status === 'unreachable') return saidUnreachable(run, terminal);
  const { result } = run;
  const text = written(result, format, given.out === undefined ? terminal.look : fileLook);
  if (given.out === undefined) terminal.write(text);
  else {
    const name = `identities-${result.accountId}-${result.reviewId}.${extensions[format]}`;
    terminal.write(`${await writeInto(given.out, name, text)}\n`);
  }
  return exitCodeOf(result, given['fail-on-findings'] === true);
}

type Given = Parameters<typeof reviewAccount>[3];

function written(result: IdentitiesResult, format: Format, look: Look): string {
  switch (format) {
    case 'table':
      return renderIdentities(result, look);
    case 'json':
      return renderJson(result);
    case 'csv':
      return renderIdentitiesCsv(result);
    case 'markdown':
      return renderIdentitiesMarkdown(result);
    case 'html':
      return identitiesReport(result);
  }
}

/** Who fails on findings must not pass where a part was not judged: a partial review without findings is 1. */
function exitCodeOf({ findings, status }: IdentitiesResult, failOnFindings: boolean): 0 | 1 | 3 {
  if (!failOnFindings) return 0;
  if (findings.some((finding) => finding.status === 'open')) return 3;
  return status === 'completed' ? 0 : 1;
}
