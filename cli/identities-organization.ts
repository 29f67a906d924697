import { systemClock } from '../adapters/clock.ts';
import type { Configuration } from '../core/base/configuration.ts';
import {
  type AccountSummary,
  byPlace,
  type IdentitiesSummary,
  type PlaceSummary,
} from '../core/review/identities/identities-summary.ts';
import type { IdentityEvent } from '../core/review/identities/identity-event.ts';
import { type AccountProgress, reviewAccounts } from '../flow/identities/across-accounts.ts';
import { newReviewId } from '../flow/review.ts';
import { identitiesSummaryReport } from '../web/identities/summary.ts';
import type { Terminal } from './command.ts';
import { openIdentities } from './identities-account.ts';
import { nameOf, written } from './identities-output.ts';
import { fileLook, writeInto } from './output.ts';
import {
  accountWords,
  renderIdentitiesSummary,
  renderIdentitiesSummaryCsv,
  renderIdentitiesSummaryMarkdown,
} from './render/identities-summary.ts';
import { renderJson } from './render/json.ts';
import type { Look } from './render/text.ts';
import type { Format } from './review-arguments.ts';

/** What `oar identities review --organization` was asked. */
export interface OrganizationArguments {
  readonly configuration: Configuration;
  readonly event: IdentityEvent;
  /** Id of a root, OU or account; undefined: the whole organization. */
  readonly ou: string | undefined;
  readonly format: Format;
  /** The folder for one whole result an account; undefined: the summary alone. */
  readonly out: string | undefined;
  readonly failOnFindings: boolean;
}

/** Reviews every ACTIVE account of the organization or of a part, and prints the summary. Answers the exit code. */
export async function reviewOrganization(
  { configuration, event, failOnFindings, format, ou, out }: OrganizationArguments,
  terminal: Terminal,
): Promise<number> {
  const { organization, ports } = await openIdentities(configuration, undefined);
  if (organization === null) {
    terminal.note(
      'oar: --organization: these credentials may not read the organization; use those of the management account or of a delegated administrator\n',
    );
    return 1;
  }
  const summary = await reviewAccounts(ports, ou?.trim() ?? null, event, {
    configuration,
    organization,
    reviewId: newReviewId(systemClock.now()),
    onResult: async (result) => {
      if (out !== undefined) await writeInto(out, nameOf(result, format), written(result, format, fileLook));
    },
    onAccount: (progress) => say(progress, terminal),
  });
  if (terminal.wantsProgress) terminal.note(clearLine);
  terminal.write(summaryWritten(summary, byPlace(organization.tree, summary), format, terminal.look));
  return failOnFindings ? exitCodeOf(summary.accounts) : 0;
}

const clearLine = '\r\u001b[K';

/** A line for each account that is done, and a passing one that counts them. */
function say({ account, accounts, done }: AccountProgress, terminal: Terminal): void {
  if (terminal.wantsProgress)
    terminal.note(`${clearLine}${accountWords(account)}\n${done} of ${accounts} accounts`);
}

function summaryWritten(
  summary: IdentitiesSummary,
  places: readonly PlaceSummary[],
  format: Format,
  look: Look,
): string {
  switch (format) {
    case 'table':
      return renderIdentitiesSummary(summary, places, look);
    case 'json':
      return renderJson(summary);
    case 'csv':
      return renderIdentitiesSummaryCsv(summary);
    case 'markdown':
      return renderIdentitiesSummaryMarkdown(summary, places);
    case 'html':
      return identitiesSummaryReport(summary, places);
  }
}

/** Who fails on findings must not pass where an account was not judged: without findings that is 1. */
function exitCodeOf(accounts: readonly AccountSummary[]): 0 | 1 | 3 {
  if (accounts.some(({ findings }) => findings > 0)) return 3;
  return accounts.every(({ status }) => status === 'completed') ? 0 : 1;
}
