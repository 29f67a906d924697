import { counted, list } from '../../base/counted.ts';
import type { AccessReport, ServiceRow } from '../../finding/access-report.ts';
import { allowedAfter } from '../../finding/allowed-memory.ts';
import { seasonAt, seasonWords } from '../../finding/season.ts';
import {
  type Account,
  chainOf,
  type Entity,
  isWithin,
  nameWithId,
  type OrganizationTree,
} from '../../organization/organization.ts';
import { indexPolicies } from '../../policy/policy-index.ts';
import { targetsReached } from '../base.ts';
import { blastRadius } from '../chains.ts';
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
    const season = seasonIn(subject);
    if (season !== null) return fails(season);
    const lately = latelyIn(subject);
    const held = lately.find(({ isHeld }) => isHeld);
    if (held) return fails(`${held.words}: before, nobody there could use it`);
    if (lately.length > 0)
      return notProven(`${list(lately.map(({ words }) => words))}: not for the whole threshold`);
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
  const { cutOff, thresholdDays, tree } = subject;
  const invited = blastRadius(subject).flatMap((index) => {
    const account = tree.accounts[index];
    if (account?.invited !== true || account.joinedAt <= cutOff || !counts(account)) return [];
    return `${account.id} on ${day(account.joinedAt)}`;
  });
  if (invited.length === 0) return null;
  return `joined by invitation since the cut-off: ${list(invited)}. What was used before that day AWS may not show here; proven after ${counted(thresholdDays, 'day')} in the organization`;
}

/** The first service that comes back at a target, in words, or null. */
function seasonIn(subject: ProofSubject): string | null {
  const { edit, reports, seasons, tree } = subject;
  const services = edit.services.filter((service) => seasons?.has(service));
  if (seasons === undefined || services.length === 0) return null;
  const reportOf = new Map(reports.map((report) => [report.entityId, report]));
  for (const service of services) {
    for (const target of entitiesReached(subject)) {
      const row = rowAt(tree, reportOf, target, service);
      const season = seasonAt(seasons, tree, { entityId: target.id, row, service });
      if (season !== null) return `${service} at ${nameWithId(target)}: ${seasonWords(season)}`;
    }
  }
  return null;
}

/** The row of a target, or what one of an entity above says exactly of it, the nearest first; null: none does. */
function rowAt(
  tree: OrganizationTree,
  reportOf: ReadonlyMap<string, AccessReport>,
  target: Entity,
  service: string,
): ServiceRow | null {
  for (const { id } of chainOf(tree, target.id).toReversed()) {
    const report = reportOf.get(id);
    const row = report?.status === 'completed' ? report.rows.get(service) : undefined;
    if (row === undefined) continue;
    if (id === target.id || row.lastAccessedAt === null) return row;
    const by = row.lastAccessedBy?.id ?? '';
    const isOfOne = row.accountsEverUsed === 1 && tree.entities.has(by) && isWithin(tree, by, id);
    if (isOfOne) return isWithin(tree, by, target.id) ? row : { ...row, lastAccessedAt: null };
  }
  return null;
}

/** Accounts that may use a service since the cut-off only. */
interface Lately {
  readonly words: string;
  /** Whether they are half or more of those that were members all the time, at a target or, two or more of them, in an OU inside it. */
  readonly isHeld: boolean;
}

/** By service, the accounts that its SCPs let use it only lately, as stored reviews and the texts of now show. */
function latelyIn(subject: ProofSubject): readonly Lately[] {
  const { allowedBefore, asOf, cutOff, edit, policies, tree } = subject;
  if (allowedBefore === undefined || allowedBefore.size === 0) return [];
  const memory = allowedAfter(allowedBefore, indexPolicies(tree, policies), asOf);
  const radius = new Set(blastRadius(subject));
  const members = tree.accounts.map(
    ({ joinedAt, state }, index) => radius.has(index) && state === 'ACTIVE' && joinedAt < cutOff,
  );
  const targets = entitiesReached(subject);
  // Most accounts have no such service, and there may be very many accounts.
  const remembered = tree.accounts.flatMap(({ id }, index) => {
    const since = members[index] ? memory.get(id)?.since : undefined;
    return since === undefined || since.size === 0 ? [] : [{ id, all: since }];
  });
  return edit.services.flatMap((service) => {
    const found = remembered.flatMap(({ all, id }) => {
      const since = all.get(service);
      return since === undefined || since < cutOff ? [] : [{ id, since }];
    });
    if (found.length === 0) return [];
    const counts = new Map<Entity, number>();
    for (const { id } of found)
      for (const entity of chainOf(tree, id)) counts.set(entity, (counts.get(entity) ?? 0) + 1);
    const isHeld = [...counts].some(([entity, count]) => {
      const isTarget = targets.includes(entity);
      const isInside = count > 1 && targets.some(({ id }) => isWithin(tree, entity.id, id));
      if (!isTarget && !isInside) return false;
      return count * 2 >= members.slice(entity.firstAccount, entity.endAccount).filter(Boolean).length;
    });
    const since = Math.max(...found.map((each) => each.since));
    const names = list(found.map(({ id }) => id));
    return { words: `SCPs let ${names} use ${service} only since ${day(since)}`, isHeld };
  });
}

function entitiesReached(subject: ProofSubject): readonly Entity[] {
  return targetsReached(subject).flatMap(({ id }) => subject.tree.entities.get(id) ?? []);
}
