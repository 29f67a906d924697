import type { Configuration } from '../../base/configuration.ts';
import { counted, grouped } from '../../base/counted.ts';
import { isoDay, minuteUtc } from '../../base/iso-time.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import type { ChangeEvent } from '../../change/life/events.ts';
import { openDrift } from '../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { sameCalls } from '../../denial/collapse.ts';
import { denialDays, isMoreDenied } from '../../denial/observe-denials.ts';
import type { Telling } from '../../kinds/kind.ts';
import { harmless } from '../words/plain-text.ts';
import { cutInside, namesOf } from '../words/words.ts';
import type { ViewContext } from './view-context.ts';

/** So many attempts are named, and so many characters of a principal: a mail and a Slack message have room for no more. */
const most = { attempts: 3, principal: 140, services: 3 } as const;

type Came = Extract<ChangeEvent, { readonly type: 'came-under-denial' }>;
type Attempt = Extract<ChangeEvent, { readonly type: 'denied-access-observed' }>;

/** An attempt at what a change takes away: by AWS's reports, which name no principal, or by the organization trail, which does. */
export function attemptWords(attempt: Attempt): string {
  const { accountId, accountName, action, attemptedAt, cameLater, count = 1, principal, region } = attempt;
  const where = region === null ? '' : ` in ${region}`;
  if (principal === undefined || action === undefined)
    return `${attempt.serviceNamespace} was called by ${accountName} (${accountId})${where} on ${minuteUtc(attemptedAt)}`;
  const often = count === 1 ? '' : ` at least ${grouped(count)} times, last`;
  const later = cameLater === true ? ', which came under the SCP after it was proved,' : '';
  return `${action} was denied to ${cutInside(principal, most.principal)} in ${accountName}${later}${often}${where} on ${minuteUtc(attemptedAt)}`;
}

/** An account that came under a deny later, and what of it that account is known to use. */
export function cameWords({
  accountId,
  accountName,
  accountsMore = 0,
  how,
  unknown,
  unknownMore = 0,
  used,
}: Came): string {
  const uses = used.map(
    ({ lastAccessedAt, serviceNamespace }) => `${serviceNamespace} (last on ${isoDay(lastAccessedAt)})`,
  );
  const facts = [
    ...(uses.length > 0 ? [`uses ${namesOf(uses, most.services)}`] : []),
    ...(unknown.length > 0
      ? [
          `${uses.length > 0 ? 'nobody' : 'was not looked at: nobody'} knows whether it uses ${namesOf(unknown, most.services, unknownMore)}`,
        ]
      : []),
  ];
  const others =
    accountsMore === 0
      ? ''
      : `; so did ${counted(accountsMore, 'more account')}, of which nothing is told: look at the targets of the SCP`;
  return `${accountName} (${accountId}) ${hows[how]} and ${facts.join('; ')}${others}`;
}

/** Where somebody attached the SCP elsewhere, what was proved stands without that; who moved in may leave again. */
function waysOut(came: readonly Came[], mend: string): string {
  const isElsewhere = came.some(({ how }) => how === 'attached');
  const isHere = came.some(({ how }) => how !== 'attached');
  return [...(isElsewhere ? ['detach the SCP there'] : []), ...(isHere ? [mend] : [])].join(', or ');
}

const hows = {
  attached: 'came under it by another attachment of the SCP',
  created: 'was created under it',
  invited: 'was invited to the organization and came under it',
  moved: 'moved under it',
} as const;

/** How what a change wrote differs now, as a sentence after others; empty where it does not. */
export function driftWords(record: ChangeRecord): string {
  const drift = openDrift(record);
  return drift === null ? '' : ` ${drift}.`;
}

/** What was seen since it was applied: how it differs now, and who tried what it takes away, the newest first. */
export function sinceApplied(
  record: ChangeRecord,
  told: Telling,
  { configuration, now }: ViewContext,
): string {
  const { state } = record;
  const mend = state.status === 'applied' && now < state.rollBackUntil ? told.mend : told.byHand;
  const tried = new Map<string, Attempt>();
  for (const event of record.history) {
    if (event.type !== 'denied-access-observed' || event.revision !== record.revision) continue;
    const key = keyOf(event);
    tried.delete(key);
    tried.set(key, event);
  }
  const attempts = [...tried.values()].reverse();
  const came = record.history.flatMap((event) =>
    event.type === 'came-under-denial' && event.revision === record.revision ? [event] : [],
  );
  const newcomers =
    came.length === 0
      ? ''
      : ` ${namesOf(came.map(cameWords).reverse(), most.attempts)}: ${waysOut(came, mend)} if that is meant to work there.`;
  const words = namesOf(attempts.map(attemptWords), most.attempts);
  const said =
    attempts.length === 0
      ? ''
      : ` Since then ${words}: ${mend} if that was meant to work.${forOne(record, told, attempts)}${alikeWords(attempts, configuration)}`;
  return `${driftWords(record)}${newcomers}${said}`;
}

/** Whether calls that an applied change denies are looked for in the organization trail, and how to turn that on; null: there are none to look for. */
export function deniedCallsWords(
  record: ChangeRecord,
  { undoable }: Telling,
  { configuration, now }: ViewContext,
): string | null {
  const { state } = record;
  if (state.status !== 'applied' || !undoable) return null;
  if (configuration.deployment.trailLogGroup === null)
    return 'Not watched. To be told of them, name the log group of the organization trail in the configuration (deployment.trailLogGroup) and deploy.';
  const until = state.appliedAt + denialDays * dayMilliseconds;
  return `${now < until ? 'Watched' : 'Were watched'} in the organization trail until ${minuteUtc(until)}.${isMoreDenied(record) ? ' More calls were denied than are listed: there may be other principals and actions, and the counts are the least that there were.' : ''}`;
}

function keyOf({ accountId, action, principal, serviceNamespace }: Attempt): string {
  return principal === undefined || action === undefined
    ? `${serviceNamespace} ${accountId}`
    : sameCalls({ action, principalArn: principal });
}

/** The second choice beside a roll back: to free the newest of those whom the trail names. */
function forOne(
  { content: { id } }: ChangeRecord,
  { exemptible }: Telling,
  attempts: readonly Attempt[],
): string {
  const newest = attempts.find(({ principal }) => principal !== undefined);
  if (!exemptible || newest?.principal === undefined) return '';
  const { principal, serviceNamespace } = newest;
  // A mail breaks what looks like an address in two: then the name is left for the reader to fill in.
  const named = harmless(principal, principal.length + 1) === principal ? `'${principal}'` : "'…'";
  return ` To exempt one principal for some days: the page has a form, or npx --no -- oar changes give-back ${id} --services ${serviceNamespace} --principals ${named} --days 7 --reason '…'`;
}

function alikeWords(attempts: readonly Attempt[], { breakGlass, exemptPrincipals }: Configuration): string {
  const isByReport = attempts.some(({ principal }) => principal === undefined);
  return !isByReport || breakGlass.length + exemptPrincipals.length === 0
    ? ''
    : " Calls by exempted principals were allowed; AWS's reports do not tell them apart.";
}
