import { wireReview } from '../adapters/wire.ts';
import { accessReportLimits } from '../core/base/limits.ts';
import { entityOf } from '../core/organization/organization.ts';
import { reviewCalls } from '../core/review/planned-calls.ts';
import type { ReviewResult } from '../core/review/review-result.ts';
import { runReview } from '../flow/review.ts';
import { readReviewEvent } from '../flow/review-event.ts';
import type { AccountNames } from '../web/report/names.ts';
import { reportPage } from '../web/report/report.ts';
import type { Command, Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { extensions, prepareFolder, writeOut } from './output.ts';
import { writePlan } from './plan.ts';
import { showProgress } from './progress.ts';
import { renderCsv } from './render/csv.ts';
import { renderJson } from './render/json.ts';
import { renderMarkdown } from './render/markdown.ts';
import { renderReview } from './render/review.ts';
import { renderSarif } from './render/sarif.ts';
import type { Look } from './render/text.ts';
import { type ReviewArguments, readReviewArguments, reviewFormats } from './review-arguments.ts';

const help = `Find services that nobody used, and the SCP changes that would deny them. Reads only; nothing is deployed, stored or changed.

  oar review [options]

  --scope ID|NAME      root, OU or account to judge, by its id, name or path of names (default: the whole organization)
  --days N             unused means not for more than N days (default 180)
  --depth ou|account   how deep findings go (default ou)
  --kinds LIST         lapsed, never-used or both, separated by a comma
  --policy p-…         the SCP that you would like the denials in
  --as-of TIME         judge from this time, such as 2026-11-22T09:00:00Z (default: now)
  --config FILE        configuration instead of the installation's reviewer.config.json
  --format FORMAT      ${reviewFormats.join(', ')} (default table)
  --summary            the first screen of the table alone: the plan, and a line for each OU
  --out DIR            write review-ID.EXTENSION there and print its path
  --fail-on-findings   exit with 3 where there are open findings
  --plan               list the calls to AWS and how many of each, and make none
  --help, --version

AWS is found by AWS_PROFILE, AWS_REGION (not AWS_DEFAULT_REGION) and AWS_ENDPOINT_URL. The credentials must be the management account's.
Exit codes: 0 done; 1 refused by AWS, with --fail-on-findings also partial without open findings; 2 bad arguments;
3 open findings with --fail-on-findings.
`;

/** `oar review`: a dry run from wherever AWS credentials are. */
export const reviewCommand: Command = {
  summary: 'find unused services and draft the SCP changes, read-only',
  help,
  run: async (args, terminal) => {
    const asked = readReviewArguments(args);
    if (asked.plan) return writePlan(reviewCalls, 'organization', asked, terminal);
    const configuration = await configurationOf(asked.config);
    const onProgress = showProgress(terminal);
    const ports = wireReview({
      busyMilliseconds: accessReportLimits.busyMilliseconds,
      onWaiting: (waiting) => onProgress({ kind: 'waiting', ...waiting }),
    });
    const event = readReviewEvent(asked.event, configuration, ports.clock.now());
    if (asked.out !== null) await prepareFolder(asked.out);

    const run = await runReview(ports, event, configuration, { onProgress });
    const { result } = run;
    if (terminal.wantsProgress) terminal.note('\n');
    const { tree } = run.facts;
    const names = new Map(tree.accounts.map(({ id }) => [id, entityOf(tree, id).shortPath]));
    await writeReview(result, names, asked, terminal);
    return exitCodeOf(result, asked.failOnFindings);
  },
};

/** The exit code of a review that ran. Who fails on findings must not pass where a part was not judged: a partial review without findings is 1. */
export function exitCodeOf(
  {
    findings,
    status,
  }: { readonly findings: readonly { readonly status: string }[]; readonly status: string },
  failOnFindings: boolean,
): 0 | 1 | 3 {
  if (!failOnFindings) return 0;
  if (findings.some((finding) => finding.status === 'open')) return 3;
  return status === 'completed' ? 0 : 1;
}

/** Writes a result in a format: to the terminal, or as a file into the folder. `accountNames` adds names to account ids. */
export async function writeReview(
  result: ReviewResult,
  accountNames: AccountNames,
  asked: Pick<ReviewArguments, 'format' | 'out'> & Partial<Pick<ReviewArguments, 'summary'>>,
  terminal: Terminal,
): Promise<void> {
  const { format, out, summary = false } = asked;
  const render = (look: Look): string => written(result, { format, summary }, look, accountNames);
  await writeOut(terminal, out ?? undefined, `review-${result.reviewId}.${extensions[format]}`, render);
}

function written(
  result: ReviewResult,
  { format, summary }: Pick<ReviewArguments, 'format' | 'summary'>,
  look: Look,
  accountNames: AccountNames,
): string {
  switch (format) {
    case 'table':
      return renderReview(result, { ...look, accountNames, summary });
    case 'json':
      return renderJson(result);
    case 'csv':
      return renderCsv(result, accountNames);
    case 'markdown':
      return renderMarkdown(result, accountNames);
    case 'html':
      return reportPage(result, accountNames);
    case 'sarif':
      return renderSarif(result, accountNames);
  }
}
