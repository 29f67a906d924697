import { allowedAfter } from '../../finding/allowed-memory.ts';
import { seasonAt, seasonWords } from '../../finding/season.ts';
import { chainOf, type Entity, isWithin, nameWithId } from '../../organization/organization.ts';
import { indexPolicies } from '../../policy/policy-index.ts';
import { targetsReached } from '../base.ts';
import { blastRadius } from '../effect.ts';
import { type Check, counted, day, fails, holds, list, notProven, type ProofSubject } from '../subject.ts';

/**
 * The threshold is long enough to show that nobody needs the services. No service comes back after a longer quiet time,
 * and SCPs allowed each of them for all of it. That nobody used what nobody could use shows nothing.
 */
export const observationPeriod: Check = {
  name: 'observation-period',
  check: (subject) => {
    const season = seasonIn(subject);
    if (season !== null) return fails(season);
    const lately = latelyIn(subject);
    const held = lately.find(({ isHeld }) => isHeld);
    if (held) return fails(`${held.words}: before, nobody there could use it`);
    if (lately.length > 0)
      return notProven(`${list(lately.map(({ words }) => words))}: not for the whole threshold`);
    const { edit, thresholdDays } = subject;
    return holds(
      `as far as reviews saw, SCPs allowed ${list(edit.services)} for the whole ${counted(thresholdDays, 'day')}, and none of them comes back after a longer quiet time`,
    );
  },
};

/** The first service that comes back at a target, in words, or null. */
function seasonIn(subject: ProofSubject): string | null {
  const { edit, seasons, tree } = subject;
  if (seasons === undefined || seasons.size === 0) return null;
  for (const service of edit.services) {
    for (const target of entitiesReached(subject)) {
      const own = subject.reports.find(({ entityId }) => entityId === target.id);
      const row = own?.status === 'completed' ? (own.rows.get(service) ?? null) : null;
      const season = seasonAt(seasons, tree, { entityId: target.id, row, service });
      if (season !== null) return `${service} at ${nameWithId(target)}: ${seasonWords(season)}`;
    }
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
  return edit.services.flatMap((service) => {
    const found = tree.accounts.flatMap(({ id }, index) => {
      const since = members[index] ? memory.get(id)?.since.get(service) : undefined;
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
