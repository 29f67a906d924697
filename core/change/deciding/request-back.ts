import type { Configuration } from '../../base/configuration.ts';
import { grouped, list } from '../../base/counted.ts';
import { isoTime } from '../../base/iso-time.ts';
import { roleOfSession, withoutPath } from '../../base/principal-arn.ts';
import { ok, type Result, refused } from '../../base/result.ts';
import { canBeApprovedBy } from '../life/approvals.ts';
import { reachedAccounts } from '../life/history-facts.ts';
import type { ChangeRecord } from '../life/life.ts';
import type { People, Starter } from '../life/starter.ts';
import type { DecisionRefusal } from '../links/refusal.ts';
import { ofLaterVersion } from './decide.ts';
import { parseReason } from './decision-fields.ts';
import { parseDays } from './exemption-days.ts';
import { coversTargets } from './scope.ts';

/** What somebody who is no approver asks back, untrusted and unparsed. */
export interface RequestBackInput {
  readonly services?: readonly string[];
  /** For whom alone: one's own user or role; absent or empty: for everybody. */
  readonly principals?: readonly string[];
  /** For how many days, for oneself alone; absent: without an end. */
  readonly days?: string;
  readonly reason?: string;
  /** By a link: who one says that one is. */
  readonly name?: string;
}

/** Who asks: known by AWS, or by the name that somebody typed who had a link. */
export type WhoAsks =
  | { readonly type: 'principal'; readonly arn: string }
  | { readonly type: 'link'; readonly name: string };

/** Whether writes are frozen, and what the configuration says. */
export interface AskContext extends Pick<Configuration, 'mode'> {
  readonly now: number;
  readonly frozen: boolean;
}

/** A request whose fields are right. */
export interface RequestBack {
  readonly services: readonly string[];
  readonly principals: readonly string[];
  readonly days: number | undefined;
  readonly reason: string;
}

/** Characters of a name that somebody types, in UTF-16 units. */
const nameCharacters = 100;
/** Of a reason: approvers read it in a message. */
const reasonCharacters = 1_000;

/**
 * Judges whether this person may ask the services of this change back, and for whom. By AWS credentials: whoever is of an
 * account that the change affected when it was proved, for himself or for everybody. By a link: for everybody alone, since
 * nobody knows whose role a typed name has.
 */
export function judgeRequestBack(
  record: ChangeRecord,
  who: WhoAsks,
  input: RequestBackInput,
  context: AskContext,
): Result<RequestBack, DecisionRefusal> {
  if (who.type === 'principal') {
    const outside = outsideOf(record, who.arn);
    if (outside) return refused(outside);
  }
  const refusal = ofLaterVersion(record) ?? notNow(context);
  if (refusal) return refused(refusal);
  if (record.state.status !== 'applied')
    return refused(
      no('NOT_NOW', `${record.id} is ${record.state.status.replaceAll('-', ' ')}: it denies nothing`),
    );
  const refusals: DecisionRefusal[] = [];
  const reason = parseReason(input.reason);
  if (typeof reason !== 'string') refusals.push(reason);
  else if (reason.length > reasonCharacters)
    refusals.push(
      no('WRONG_FIELD', `A request has at most ${grouped(reasonCharacters)} characters`, 'reason'),
    );
  const services = [...new Set(input.services ?? [])].sort();
  if (services.length === 0)
    refusals.push(no('MISSING_FIELD', 'Choose at least one service to ask back', 'services'));
  else if (services.some((service) => !record.content.services.includes(service)))
    refusals.push(no('WRONG_FIELD', 'Choose only services that this change denies', 'services'));
  if (who.type === 'link') {
    const wrong = wrongName(who.name);
    if (wrong) refusals.push(wrong);
  }
  const principals = input.principals ?? [];
  const wrongFor = whyNotFor(who, principals);
  if (wrongFor) refusals.push(wrongFor);
  const days = parseDays(input.days);
  if (typeof days === 'object') refusals.push(days);
  else if (days !== undefined && principals.length === 0)
    refusals.push(no('WRONG_FIELD', 'What is given back to everybody has no end: name yourself', 'days'));
  const [first, ...others] = refusals;
  if (first) return refused(first, ...others);
  return ok({
    services,
    principals,
    reason: typeof reason === 'string' ? reason : '',
    days: typeof days === 'number' ? days : undefined,
  });
}

/** Why the same request is not put to people again, by what became of it before; null where it may be. */
export function stillAnswered({ id, state }: ChangeRecord, now: number): DecisionRefusal | null {
  const until =
    state.status === 'rejected' ? state.notAgainBefore : state.status === 'snoozed' ? state.until : 0;
  if (now >= until) return null;
  const when = `${isoTime(until).slice(0, 16).replace('T', ' ')} UTC`;
  return no(
    'NOT_NOW',
    `it was asked before and ${state.status} (${id}): ask an approver, or again after ${when}`,
  );
}

/**
 * Why nobody could approve this give-back, or null: whoever asks may be the only approver there is. A roll back takes one
 * approver and no second person.
 */
export function whyNobodyElse(
  { content, targetPaths }: Pick<ChangeRecord, 'content' | 'targetPaths'>,
  starter: Starter,
  configuration: People,
): DecisionRefusal | null {
  const targetIds = content.targets.map(({ id }) => id);
  const able = configuration.approvers.filter((each) => coversTargets(each, targetIds, targetPaths));
  if (canBeApprovedBy({ content, starter }, able, configuration)) return null;
  const places = list(targetIds.map((id) => targetPaths[id] ?? id));
  return no(
    'NOT_NOW',
    `too few approvers may decide on what is given back at ${places}, and whoever asks may be one of them: ask an approver to roll it back, or an operator to name another approver`,
  );
}

/** Nobody of another account learns whether there is such a change. */
function outsideOf(record: ChangeRecord, arn: string): DecisionRefusal | null {
  const [, , , , account = ''] = arn.split(':');
  return reachedAccounts(record).has(account) ? null : notYours(arn);
}

/** The refusal of whoever has nothing to do with a change, or asks for one that there is not. */
export function notYours(arn: string): DecisionRefusal {
  return no(
    'OUT_OF_SCOPE',
    `there is no such change, or ${arn} is in no account that it is known to affect: ask an approver`,
  );
}

/** Why nobody asks anything back while it stands so. */
function notNow({ frozen, mode }: AskContext): DecisionRefusal | null {
  if (mode === 'observe')
    return no('NOT_NOW', 'the mode is observe: nothing is proposed until the configuration says approve');
  return frozen ? no('NOT_NOW', 'writes are frozen: ask again once they are not, or ask an approver') : null;
}

/** A person asks for everybody or for himself. The ARN of a session drops the role's path, so that is his to say. */
function whyNotFor(who: WhoAsks, principals: readonly string[]): DecisionRefusal | null {
  if (principals.length === 0) return null;
  const [own = '', ...others] = principals;
  if (who.type === 'link')
    return no('WRONG_FIELD', 'By a link services are asked back for everybody alone', 'principals');
  const isOwn = own === who.arn || withoutPath(own) === roleOfSession(who.arn);
  if (others.length === 0 && isOwn) return null;
  return no(
    'WRONG_FIELD',
    `For yourself is ${roleOfSession(who.arn)}, with the path of the role if it has one`,
    'principals',
  );
}

function wrongName(name: string): DecisionRefusal | null {
  const typed = name.trim();
  if (typed === '') return no('MISSING_FIELD', 'Say who you are', 'name');
  // It stands between quotation marks, in one line of a message.
  if (/["\p{C}\p{Zl}\p{Zp}]/u.test(typed))
    return no('WRONG_FIELD', 'A name has no quotation marks and no line breaks', 'name');
  return typed.length > nameCharacters
    ? no('WRONG_FIELD', `A name has at most ${nameCharacters} characters`, 'name')
    : null;
}

function no(code: DecisionRefusal['code'], detail: string, field?: string): DecisionRefusal {
  return { code, detail, ...(field === undefined ? {} : { field }) };
}
