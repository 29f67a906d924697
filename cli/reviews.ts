import { readEnvironment, wireStores } from '../adapters/wire.ts';
import type { Starter } from '../core/change/life/starter.ts';
import { pastedId } from '../core/change/links/pasted.ts';
import type { IamAnswer } from '../core/message/iam-schemas.ts';
import { visibleText } from '../core/message/visible-text.ts';
import { minuteUtc, plural } from '../core/message/words.ts';
import { isRequestId, type RequestOutcome } from '../core/review/requested-review.ts';
import { BadArguments, readOptions, unknownName } from './arguments.ts';
import type { Command, Terminal } from './command.ts';
import { identityEventOf, identityOptions } from './identity-arguments.ts';
import { renderJson } from './render/json.ts';
import { eventOf, eventOptions } from './review-arguments.ts';
import { ask, type Site, siteOf, siteOptions } from './site.ts';

const help = `Start a review in the deployed stack with AWS credentials, and see what came of it. The request is signed: whoever signed started it.

  oar reviews start [options]    it begins within a minute or two and tells the approvers what it proposes
  oar reviews start --identities [options]
                                 the same for the IAM of one account
  oar reviews status REQUEST     where it stands, or what came of it
  oar reviews show REVIEW        a stored review whole, as JSON, also one too long for the function's answer

  --scope ID           root, OU or account to judge (default: as configured)
  --days N             unused means not for more than N days
  --depth ou|account   how deep findings go
  --kinds LIST         lapsed, never-used or both, separated by a comma
  --policy p-…         the SCP that you would like the denials in

With --identities:
  --account ID         the account (default: that of the stack)
  --group, --user, --role, --policy NAME, --path PREFIX or --all
                       whom to judge (default: everybody)
  --days N             as above
  --level service|action, --quarantine
                       as "oar identities review" has them

  --url URL            the site, else PAGE_URL says it
  --region REGION      the Region of the site, where its name is not API Gateway's own

An approver who starts a review may approve what it proposes, but not alone. "show" reads the table that TABLE_NAME names.
`;

const verbs: Readonly<Record<string, (args: readonly string[], terminal: Terminal) => Promise<void>>> = {
  start,
  status,
  show,
};

/** `oar reviews`: reviews of the deployed stack. */
export const reviewsCommand: Command = {
  summary: 'start a review in the deployed stack, with AWS credentials; show stored ones',
  help,
  run: async ([verb = '', ...others], terminal) => {
    const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!run) throw new BadArguments(unknownName(verb || 'reviews', Object.keys(verbs)));
    await run(others, terminal);
    return 0;
  },
};

async function start(args: readonly string[], terminal: Terminal): Promise<void> {
  const ofIdentities = args.includes('--identities');
  const others = args.filter((arg) => arg !== '--identities');
  const [site, event] = ofIdentities ? identitiesToStart(others) : organizationToStart(others);
  const { request, starter } = await ask<IamAnswer<'review-request'> & { readonly starter: Starter }>(
    site,
    'POST',
    '/iam/reviews',
    event,
  );
  terminal.write(
    `${visibleText(`${request.id}: asked for as ${request.requestedBy}, ${consequence(starter)}. It begins within a minute or two; "oar reviews status ${request.id}" tells what came of it`)}\n`,
  );
}

function organizationToStart(args: readonly string[]): readonly [Site, object] {
  const given = readOptions(args, { ...eventOptions, ...siteOptions });
  return [siteOf(given), eventOf(given)];
}

function identitiesToStart(args: readonly string[]): readonly [Site, object] {
  const given = readOptions(args, { ...identityOptions, ...siteOptions });
  return [siteOf(given), { kind: 'identities', ...identityEventOf(given) }];
}

/** What it means for the approval of what the review proposes. */
function consequence(starter: Starter): string {
  if (starter.type !== 'principal') return 'a name that anybody can choose, so two people must approve';
  return starter.approverId === null
    ? 'no configured approver'
    : `approver ${starter.approverId}, who may not approve alone`;
}

async function status([given = '', ...others]: readonly string[], terminal: Terminal): Promise<void> {
  const id = pastedId(given, 'request');
  if (!isRequestId(id)) throw new BadArguments('REQUEST: a request is named like req-0123456789abcdef0123');
  const site = siteOf(readOptions(others, siteOptions));
  const { outcome, request, started } = await ask<IamAnswer<'review-status'>>(
    site,
    'GET',
    `/iam/reviews/${id}`,
  );
  const asked = `${id}: asked for by ${request.requestedBy} on ${minuteUtc(Date.parse(request.requestedAt))}`;
  const running = started === null ? 'it has not begun yet' : `it runs as ${started.reviewId}`;
  const said = outcome === null || started === null ? running : outcomeWords(outcome, started.reviewId);
  terminal.write(`${visibleText(`${asked}; ${said}`)}\n`);
}

function outcomeWords(outcome: RequestOutcome, reviewId: string): string {
  if ('failed' in outcome) return `it could not be carried out: ${outcome.failed}`;
  const { changeIds, openFindings } = outcome;
  const changes = changeIds.length === 0 ? '' : `: ${changeIds.join(', ')}`;
  return `${reviewId} ${outcome.status === 'completed' ? 'is completed' : `ended ${outcome.status}`}, ${plural(openFindings, 'open finding')}, ${plural(changeIds.length, 'change')}${changes}`;
}

async function show([given, ...others]: readonly string[], terminal: Terminal): Promise<void> {
  if (given === undefined)
    throw new BadArguments('ID: which review? It is the reviewId of the result and of every event');
  if (others.length > 0) throw new BadArguments(`${others[0]}: not expected here`);
  const id = pastedId(given, 'review');
  const stored = await wireStores(readEnvironment()).reviews.loadReview(id);
  if (!stored) throw new BadArguments(`${id}: no review of this id is kept`);
  terminal.write(renderJson(stored.result));
}
