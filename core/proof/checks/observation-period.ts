import { counted, list } from '../../base/counted.ts';
import { accessReportLimits, dayMilliseconds } from '../../base/limits.ts';
import { rememberedFor } from '../../base/remembered.ts';
import type { AccessReport, ServiceRow } from '../../finding/access-report.ts';
import type { UseSpan } from '../../finding/seen-use.ts';
import {
  type Account,
  chainOf,
  type Entity,
  isWithin,
  nameWithId,
  type OrganizationTree,
} from '../../organization/organization.ts';
import { attachmentsOf } from '../../policy/attachments.ts';
import { unreadOf } from '../../policy/service-control-policy.ts';
import { answerAt } from '../../policy/standing.ts';
import { targetsReached } from '../base.ts';
import { accountsReached } from '../chains.ts';
import { policyTextsOf } from '../policy-texts.ts';
import { type Check, day, fails, holds, notProven, type ProofSubject } from '../subject.ts';

/**
 * The threshold is long enough to show that nobody needs the services. At each target somebody was a member for all of
 * it. Whoever joined since was created here, so that reports show all it ever did. SCPs allowed each service for all of
 * it, and none comes back after a longer quiet time.
 */
export const observationPeriod: Check = {
  name: 'observation-period',
  check: (subject) => {
    const young = shortMembership(subject);
    if (young !== null) return fails(young);
    const season = comingBack(subject);
    if (season !== null) return fails(season);
    const lately = byService(subject);
    const most = lately.find((each) => areMost(subject, each));
    if (most) return fails(`${wordsOf(most)}: before, nobody there could use it`);
    if (lately.length > 0) return notProven(`${list(lately.map(wordsOf))}: not for the whole threshold`);
    const suspended = invitedSince(subject, ({ state }) => state !== 'ACTIVE');
    if (suspended !== null) return notProven(suspended);
    const { edit, thresholdDays } = subject;
    return holds(
      `as far as reviews saw, SCPs allowed ${list(edit.services)} for the whole ${counted(thresholdDays, 'day')}, and none of them comes back after a longer quiet time`,
    );
  },
};

/** Whose membership is too short to show anything, in words, or null. */
function shortMembership(subject: ProofSubject): string | null {
  const { cutOff, tree } = subject;
  for (const target of entitiesReached(subject)) {
    const active = tree.accounts
      .slice(target.firstAccount, target.endAccount)
      .filter(({ state }) => state === 'ACTIVE');
    if (active.length > 0 && active.every(({ joinedAt }) => joinedAt >= cutOff))
      return `every account of ${nameWithId(target)} joined since the cut-off of ${day(cutOff)}`;
  }
  return invitedSince(subject, ({ state }) => state === 'ACTIVE');
}

/** The accounts of the blast radius that were invited since the cut-off, with the day, or null: one that AWS created here has no past elsewhere. */
function invitedSince(subject: ProofSubject, counts: (account: Account) => boolean): string | null {
  const { cutOff, thresholdDays } = subject;
  const invited = accountsReached(subject)
    .filter((account) => account.invited === true && account.joinedAt > cutOff && counts(account))
    .map(({ id, joinedAt }) => `${id} on ${day(joinedAt)}`);
  if (invited.length === 0) return null;
  return `joined by invitation since the cut-off: ${list(invited)}. What was used before that day AWS may not show here; proven after ${counted(thresholdDays, 'day')} in the organization`;
}

/** A service comes back late by as much as a quarter of the time from one use to the next. */
const withLateness = 1.25;

/** The first service that comes back at a target after a quiet time, by the days of use as they are stored, in words, or null. */
function comingBack(subject: ProofSubject): string | null {
  const { asOf, edit, seenUse } = subject;
  for (const service of edit.services) {
    for (const [entityId, spans] of seenUse?.get(service) ?? []) {
      const [before, last] = spans.slice(-2);
      if (before === undefined || last === undefined) continue;
      const period = Math.max(...spans.map(({ first }, index) => first - (spans[index - 1]?.first ?? first)));
      const until = Math.ceil(last.last + period * withLateness) * dayMilliseconds;
      const target = until < asOf ? undefined : targetOf(subject, service, entityId, spans);
      if (target === undefined) continue;
      const users = [...new Set(spans.flatMap(({ accountId }) => accountId || []))];
      const who = users.length === 1 ? `account ${users[0]} uses` : `accounts below ${entityId} use`;
      const days = [before.last, last.first, last.last].map((each) => day(each * dayMilliseconds));
      return `${service} at ${nameWithId(target)}: ${who} it every ${period} days or so (${list([...new Set(days)])}); it may come back until ${day(until)}`;
    }
  }
  return null;
}

/** The first target where uses below an entity may come back: an account that AWS named lies there, or another one that took part may. */
function targetOf(
  subject: ProofSubject,
  service: string,
  entityId: string,
  spans: readonly UseSpan[],
): Entity | undefined {
  const { asOf, reports, tree } = subject;
  const lies = (id: string, within: string): boolean => tree.entities.has(id) && isWithin(tree, id, within);
  const isAllNamed = spans.every(({ accountId, alone }) => alone && accountId !== '');
  // The reports of today still show whoever took part after the last quiet time.
  const quietUntil = (spans.at(-2)?.quietUntil ?? 0) * dayMilliseconds;
  const isShown = quietUntil > asOf - accessReportLimits.trackingDays * dayMilliseconds;
  return entitiesReached(subject).find((target) => {
    if (spans.some(({ accountId }) => lies(accountId, target.id))) return true;
    if (isAllNamed) return false;
    if (lies(entityId, target.id)) return true;
    if (!lies(target.id, entityId)) return false;
    return !isShown || rowAt(tree, reports, target, service)?.lastAccessedAt !== null;
  });
}

/** The row of a target, or what one of an entity above says exactly of it, the nearest first; null: none does. */
function rowAt(
  tree: OrganizationTree,
  reports: readonly AccessReport[],
  target: Entity,
  service: string,
): ServiceRow | null {
  for (const { id } of chainOf(tree, target.id).toReversed()) {
    const report = reports.findLast(({ entityId }) => entityId === id);
    const row = report?.status === 'completed' ? report.rows.get(service) : undefined;
    if (row === undefined) continue;
    if (id === target.id || row.lastAccessedAt === null) return row;
    const by = row.lastAccessedBy?.id ?? '';
    const isOfOne = row.accountsEverUsed === 1 && tree.entities.has(by) && isWithin(tree, by, id);
    if (isOfOne) return isWithin(tree, by, target.id) ? row : { ...row, lastAccessedAt: null };
  }
  return null;
}

/** An account that may use a service since the cut-off only. */
interface LetIn {
  readonly service: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** The accounts that SCPs let use a service of the edit only lately. Who was not ACTIVE all the time tells nothing of use anyway. */
const letIn = rememberedFor((subject: ProofSubject): readonly LetIn[] => {
  const { allowedBefore, asOf, cutOff, edit } = subject;
  if (allowedBefore === undefined || allowedBefore.size === 0) return [];
  const isOut = keptOutNow(subject);
  return accountsReached(subject).flatMap(({ id, joinedAt, state }) => {
    const stored = allowedBefore.get(id);
    if (stored === undefined || state !== 'ACTIVE' || joinedAt >= cutOff) return [];
    return edit.services.flatMap((service) => {
      const wasOut = stored.services.has(service);
      // What the last review saw kept out and is not any more, is let in by this look.
      const since = wasOut ? asOf : stored.since.get(service);
      if (since === undefined || since < cutOff || isOut(id, service, wasOut)) return [];
      return { service, id, since };
    });
  });
});

/** Whether SCPs let nobody use a service in an account now. Where a text was not read, what was kept out stays kept out. */
function keptOutNow({ policies, tree }: ProofSubject) {
  const attached = attachmentsOf(policies);
  const { documents } = policyTextsOf(policies);
  const unread = new Set(unreadOf(policies).map(({ id }) => id));
  return (accountId: string, service: string, wasOut: boolean): boolean =>
    chainOf(tree, accountId).some((entity) => {
      const ids = attached.get(entity.id) ?? [];
      const texts = ids.flatMap((id) => documents.get(id) ?? []);
      const { allows, denial } = answerAt(texts, service);
      if (denial === 'whole' || denial === 'principals-exempt') return true;
      if (texts.length === ids.length) return ids.length > 0 && !allows;
      return wasOut && ids.some((id) => unread.has(id));
    });
}

/** Whether accounts are half or more of those that were members all the time, at a target or, two or more of them, in an OU inside it. */
function areMost(subject: ProofSubject, letIn: readonly LetIn[]): boolean {
  const { cutOff, tree } = subject;
  const targets = entitiesReached(subject);
  const counts = new Map<Entity, number>();
  for (const { id } of letIn)
    for (const entity of chainOf(tree, id)) counts.set(entity, (counts.get(entity) ?? 0) + 1);
  return [...counts].some(([entity, count]) => {
    const isInside = count > 1 && targets.some(({ id }) => isWithin(tree, entity.id, id));
    if (!isInside && !targets.includes(entity)) return false;
    const members = tree.accounts
      .slice(entity.firstAccount, entity.endAccount)
      .filter(({ joinedAt, state }) => state === 'ACTIVE' && joinedAt < cutOff);
    return count * 2 >= members.length;
  });
}

function wordsOf(letIn: readonly LetIn[]): string {
  const last = Math.max(...letIn.map(({ since }) => since));
  return `SCPs let ${list(letIn.map(({ id }) => id))} use ${letIn[0]?.service} only since ${day(last)}`;
}

/** Accounts that SCPs let use a service of the edit only after this instant (epoch ms), in words, or null. */
export function letInAfter(subject: ProofSubject, at: number): string | null {
  const later = byService(subject, ({ since }) => since > at);
  return later.length === 0 ? null : list(later.map(wordsOf));
}

/** Those that are let in only lately, service by service, as far as they count. */
function byService(
  subject: ProofSubject,
  counts: (one: LetIn) => boolean = () => true,
): readonly (readonly LetIn[])[] {
  return subject.edit.services.flatMap((service) => {
    const found = letIn(subject).filter((one) => one.service === service && counts(one));
    return found.length === 0 ? [] : [found];
  });
}

function entitiesReached(subject: ProofSubject): readonly Entity[] {
  return targetsReached(subject).flatMap(({ id }) => subject.tree.entities.get(id) ?? []);
}
