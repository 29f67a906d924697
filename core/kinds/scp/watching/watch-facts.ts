import { propagationMilliseconds } from '../../../base/limits.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { denialOf, isStronger } from '../../../policy/standing.ts';
import type { OrganizationSeen } from '../../kind.ts';
import { deniesEverybody } from '../ours/intents.ts';
import { appliedText } from '../ours/own-policy.ts';
import { claimKey, type Stands } from '../ours/stands.ts';

/** What a review read that tells how an applied change fares. Times are epoch milliseconds. */
export interface WatchFacts
  extends Pick<
    OrganizationSeen,
    'tree' | 'moves' | 'policies' | 'reports' | 'knowledge' | 'readSince' | 'now'
  > {
  /** What stands in each SCP by all that changes of ours did to it, by policy id. */
  readonly stands: ReadonlyMap<string, Stands>;
  /** Which applied change tells that the text of an SCP was edited, by policy id: one for all of them. Absent: each. */
  readonly tellers?: ReadonlyMap<string, string>;
}

/** Whether what was read shows what our own writes left: all of them show everywhere by then, and of none it is open what came of it. */
export function showsOwnWrites(stands: Stands | undefined, readSince: number): boolean {
  if (stands === undefined) return true;
  return stands.open.size === 0 && readSince >= (stands.last?.at ?? 0) + propagationMilliseconds.everywhere;
}

/** The services of a change that no write of ours took out of it since, for everybody: who alone is exempt frees nobody else. */
export function notTaken(
  { content, id: changeId, revision }: ChangeRecord,
  stands: Stands | undefined,
): readonly string[] {
  return content.services.filter(
    (service) => !stands?.takenBy.has(claimKey({ changeId, revision, service })),
  );
}

/** Whether what a change denies of a service stands in the text that our last write left: somebody may have taken it out by hand before. */
export function isLeftStanding(
  { content, id }: ChangeRecord,
  stands: Stands | undefined,
  service: string,
): boolean {
  return (
    !deniesEverybody(content) ||
    stands === undefined ||
    stands.claims.some((claim) => claim.service === service && claim.changeId === id)
  );
}

/** The text that says how far our own writes left a service denied. */
export function textLeft(record: ChangeRecord, stands: Stands | undefined, service: string): string {
  const meant = isLeftStanding(record, stands, service) ? stands?.meant : null;
  return meant ?? appliedText(record);
}

/** The services that a text denies less than the text that was applied did. A text that cannot be read denies nothing for sure. */
export function noLongerDenied(text: string, after: string, services: readonly string[]): readonly string[] {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return services;
  const applied = parsePolicy(after);
  return services.filter((service) => {
    const wanted = applied.ok ? denialOf(applied.value, service) : 'whole';
    return isStronger(wanted, denialOf(parsed.value, service));
  });
}
