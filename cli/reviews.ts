import { minuteUtc } from '../core/base/iso-time.ts';
import type { Starter } from '../core/change/life/starter.ts';
import { pastedId } from '../core/change/links/pasted.ts';
import type { IamAnswer } from '../core/message/events/iam-schemas.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { isRequestId } from '../core/review/requested-review.ts';
import { BadArguments, oneOf, readOptions, refuseTogether, verbOf } from './arguments.ts';
import type { Command, Terminal } from './command.ts';
import { identityEventOf, identityOptions } from './identity-arguments.ts';
import { prepareFolder } from './output.ts';
import { renderJson } from './render/json.ts';
import { renderReviewStatus, renderReviews } from './render/reviews.ts';
import { writeReview } from './review.ts';
import { eventOf, eventOptions, reviewFormats } from './review-arguments.ts';
import { compare } from './reviews-compare.ts';
import { follow, type ReviewStatus, statusWords } from './reviews-follow.ts';
import { ask, type Site, siteOf, siteOptions } from './site.ts';
import { organizationResult, storedResult } from './stored-results.ts';

const help = `Start a review in the deployed stack with AWS credentials, and see what came of it. The request is signed, and whoever signed it counts as its starter.

  oar reviews start [options]    it begins within a minute or two and tells the approvers what it proposes
  oar reviews start --wait [--fail-on-findings] [options]
                                 the same, and shows how far it is until it ends: the recommended way
  oar reviews start --identities [options]
                                 the same for the IAM of one account, or with --organization of all of them
  oar reviews status ID          where a request or a stored review stands, or what came of it
  oar reviews list [--format table|json]
                                 the stored reviews that began last: how far each is, or what came of it
  oar reviews show ID [--follow | --watch] [--format table|json]
                                 one of them, or that of a request: what is done and left, when it is expected to end, who started it
  oar reviews show REVIEW --whole [--format json|table|csv|markdown|html|sarif] [--out DIR]
                                 a stored review whole, also one too long for the function's answer
  oar reviews compare EARLIER LATER [--format table|json]
                                 what is new, what is gone, what is still there; by id, or two files of "oar review --format json"

  --scope ID|NAME      root, OU or account to judge, by its id, name or path of names (default: as configured)
  --days N             unused means not for more than N days
  --depth ou|account   how deep findings go
  --kinds LIST         lapsed, never-used or both, separated by a comma
  --policy p-…         the SCP that you would like the denials in

With --identities:
  --account ID         the account (default: that of the stack)
  --organization       every ACTIVE account instead, many side by side, however long that takes; --ou ID|NAME: only those of this root or OU
  --group, --user, --role, --policy NAME, --path PREFIX or --all
                       whom to judge (default: everybody)
  --days N             as above
  --level service|action, --quarantine
                       as "oar identities review" has them

  --url URL            the site (default: PAGE_URL)
  --region REGION      the Region of a site with a domain of your own (pageDomain)

One stored review of the organization runs at a time: what is started meanwhile waits for its end.
Exit codes: 0 done; 1 refused by AWS or failed, with --fail-on-findings also partial without open findings; 2 bad arguments;
3 open findings with --fail-on-findings.

An approver who starts a review may approve what it proposes, but not alone. "show --whole" and "compare" read the table that TABLE_NAME names.
`;

const verbs = { start, status, list, show, compare } as const;

/** `oar reviews`: reviews of the deployed stack. */
export const reviewsCommand: Command = {
  summary: 'start a review in the deployed stack, with AWS credentials; show stored ones',
  help,
  run: async ([verb, ...others], terminal) =>
    verbs[verbOf('reviews', verb, ['start', 'status', 'list', 'show', 'compare'])](others, terminal),
};

const flags = ['--identities', '--wait', '--fail-on-findings'] as const;

async function start(args: readonly string[], terminal: Terminal): Promise<number> {
  const [ofIdentities, wait, failOnFindings] = flags.map((flag) => args.includes(flag));
  const others = args.filter((arg) => !flags.some((flag) => flag === arg));
  if (failOnFindings && !wait)
    throw new BadArguments(
      '--fail-on-findings: add --wait, since only the end of the review says what was found',
    );
  const [site, event] = ofIdentities ? identitiesToStart(others) : organizationToStart(others);
  const { request, starter } = await ask<IamAnswer<'review-request'> & { readonly starter: Starter }>(
    site,
    'POST',
    '/iam/reviews',
    event,
  );
  const asked = `${request.id}: asked for as ${request.requestedBy}, ${consequence(starter)}.`;
  if (wait) {
    terminal.note(`${visibleText(asked)}\n`);
    return follow(site, request.id, terminal, failOnFindings === true);
  }
  const next = `It begins within a minute or two; "npx --no -- oar reviews status ${request.id}" tells what came of it`;
  terminal.write(`${visibleText(`${asked} ${next}`)}\n`);
  return 0;
}

function organizationToStart(args: readonly string[]): readonly [Site, object] {
  const given = readOptions(args, { ...eventOptions, ...siteOptions });
  return [siteOf(given), eventOf(given)];
}

function identitiesToStart(args: readonly string[]): readonly [Site, object] {
  const { organization, ou, ...given } = readOptions(args, {
    ...identityOptions,
    ...siteOptions,
    ...({ organization: { type: 'boolean' }, ou: { type: 'string' } } as const),
  });
  const many = { ...(organization && { organization }), ...(ou === undefined ? {} : { ou: ou.trim() }) };
  return [siteOf(given), { kind: 'identities', ...identityEventOf(given), ...many }];
}

/** What it means for the approval of what the review proposes. */
function consequence(starter: Starter): string {
  if (starter.type !== 'principal') return 'a name that anybody can choose, so two people must approve';
  return starter.approverId === null
    ? 'no configured approver'
    : `approver ${starter.approverId}, who may not approve alone`;
}

async function status([given = '', ...others]: readonly string[], terminal: Terminal): Promise<number> {
  const id = idOf(given);
  const site = siteOf(readOptions(others, siteOptions));
  const answer = await ask<ReviewStatus>(site, 'GET', `/iam/reviews/${id}`);
  const { request } = answer;
  const asked =
    request === null
      ? id
      : `${id}: asked for by ${request.requestedBy} on ${minuteUtc(Date.parse(request.requestedAt))}`;
  terminal.write(`${visibleText(`${asked}; ${statusWords(answer)}`)}\n`);
  return hasFailed(answer) ? 1 : 0;
}

/** The id of a request or of a stored review. */
function idOf(given: string): string {
  const id = given.startsWith('rev-') ? given : pastedId(given, 'request');
  if (isRequestId(id) || /^rev-[0-9a-z-]+$/.test(id)) return id;
  throw new BadArguments(
    'ID: a request is named like req-0123456789abcdef0123, a review like rev-20260101t060000z-012345',
  );
}

const formats = ['table', 'json'] as const;
const lookOptions = { ...siteOptions, format: { type: 'string' } } as const;

async function list(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readOptions(args, lookOptions);
  const format = oneOf('--format', given.format ?? 'table', formats);
  const answer = await ask<IamAnswer<'reviews'>>(siteOf(given), 'GET', '/iam/reviews');
  terminal.write(format === 'json' ? renderJson(answer) : renderReviews(answer.reviews, terminal.look));
  return 0;
}

async function show([given, ...others]: readonly string[], terminal: Terminal): Promise<number> {
  if (given === undefined)
    throw new BadArguments('ID: name a review by the reviewId of its result and of its events');
  if (others.includes('--whole'))
    return showWhole(
      given,
      others.filter((other) => other !== '--whole'),
      terminal,
    );
  const options = readOptions(others, {
    ...lookOptions,
    follow: { type: 'boolean' },
    watch: { type: 'boolean' },
  });
  refuseTogether(options, [
    ['follow', 'format'],
    ['watch', 'format'],
  ]);
  const format = oneOf('--format', options.format ?? 'table', formats);
  const site = siteOf(options);
  const id = idOf(given);
  if (options.follow || options.watch) return follow(site, id, terminal, false);
  const answer = await ask<ReviewStatus>(site, 'GET', `/iam/reviews/${id}`);
  terminal.write(format === 'json' ? renderJson(answer) : renderReviewStatus(id, answer));
  return hasFailed(answer) ? 1 : 0;
}

function hasFailed({ outcome }: ReviewStatus): boolean {
  return outcome !== null && 'failed' in outcome;
}

async function showWhole(given: string, others: readonly string[], terminal: Terminal): Promise<number> {
  const { format = 'json', out = null } = readOptions(others, {
    format: { type: 'string' },
    out: { type: 'string' },
  });
  const asked = { format: oneOf('--format', format, reviewFormats), out };
  if (out !== null) await prepareFolder(out);
  const found = await storedResult(given);
  if (asked.format === 'json' && out === null) terminal.write(renderJson(found));
  else await writeReview(organizationResult(found, given), new Map(), asked, terminal);
  return 0;
}
