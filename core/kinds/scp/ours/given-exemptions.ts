import type { ChangeContent } from '../../../change/content/change.ts';
import { editOf } from '../../../change/content/edit.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { givenBackTo, isFreeOf } from '../../../proof/give-back.ts';
import { isEndOfExemption, isGiveBack } from './intents.ts';

/** A principal whom a give-back leaves free of a deny of ours. Times are epoch milliseconds. */
export interface GivenExemption {
  readonly service: string;
  readonly principal: string;
  /** Since when. */
  readonly givenAt: number;
  /** Null: without an end. */
  readonly endsAt: number | null;
  /** The give-back with the latest end, and the change whose deny it exempts from. */
  readonly changeId: string;
  readonly of: string | null;
}

/** What a change gives to one principal alone, or takes from him. */
interface GivenPair {
  readonly service: string;
  readonly principal: string;
  readonly endsAt: number | null;
  readonly of: string | null;
}

/** Names an exemption in one SCP. */
function exemptionKey({
  principal,
  service,
}: {
  readonly principal: string;
  readonly service: string;
}): string {
  return `${service} ${principal}`;
}

/** Whether a change gives its services back to everybody. */
export function givesToAll(content: ChangeContent): boolean {
  return isGiveBack(content) && pairsIn(content).length === 0;
}

/** What a change gives to principals alone, or takes from them. Changes of earlier versions say it by their texts alone. */
export function pairsIn(content: ChangeContent): readonly GivenPair[] {
  const { services } = content;
  const exemptions = content.exemptions ?? [
    { services, principals: givenBackTo(editOf(content)), endsAt: undefined, of: null },
  ];
  return exemptions.flatMap(({ endsAt = null, of, principals, services }) =>
    principals.flatMap((principal) => services.map((service) => ({ service, principal, endsAt, of }))),
  );
}

/**
 * Who is exempt once a give-back to principals, or the end of exemptions, was written at an instant. Of two for the same principal
 * the later end counts; whoever was free before, and not for a time, stays free.
 */
export function exemptionsAfter(
  earlier: ReadonlyMap<string, GivenExemption>,
  content: ChangeContent,
  changeId: string,
  at: number,
): ReadonlyMap<string, GivenExemption> {
  const left = new Map(earlier);
  const before = isGiveBack(content) ? parsePolicy(editOf(content).before ?? '') : null;
  for (const { endsAt, of, principal, service } of pairsIn(content)) {
    const key = exemptionKey({ principal, service });
    if (isEndOfExemption(content)) {
      left.delete(key);
      continue;
    }
    // What the intent of a later version frees or binds, this one does not know.
    if (before === null) continue;
    const standing = left.get(key) ?? null;
    const wasFree = before.ok && isFreeOf(before.value, service, principal);
    const given = { service, principal, changeId, of };
    if (endsAt === null) left.set(key, { ...given, givenAt: standing?.givenAt ?? at, endsAt });
    else if (!wasFree) left.set(key, { ...given, givenAt: at, endsAt });
    else if (standing === null) left.set(key, { ...given, givenAt: at, endsAt: null });
    else if (standing.endsAt !== null && endsAt > standing.endsAt)
      left.set(key, { ...standing, endsAt, changeId, of });
  }
  return left;
}
