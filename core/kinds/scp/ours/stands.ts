import type { ChangeContent } from '../../../change/content/change.ts';
import { removeDeny } from '../../../policy/deny-statement.ts';
import { meansTheSame } from '../../../policy/same-meaning.ts';
import type { GivenExemption } from './given-exemptions.ts';

/** A deny of one service by one change that still stands. */
export interface Claim {
  readonly changeId: string;
  readonly revision: number;
  readonly service: string;
  readonly targetIds: readonly string[];
}

/** A service that a write of `changeId` took out of what the change `of` denied. */
interface Taken {
  readonly changeId: string;
  readonly rolledBack: boolean;
  readonly of: string;
  readonly service: string;
}

/** What stands in one SCP by all that changes of ours did to it, roll backs included. What somebody edited by hand shows only where a later write of ours started from it. */
export interface Stands {
  /** The text that the last own write left; null: it deleted the SCP; undefined: nothing of ours was written. */
  readonly text: string | null | undefined;
  /** The same without what somebody else had put into it or taken out of it when a roll back wrote it: nobody has approved that. */
  readonly meant: string | null | undefined;
  /** Every text that an own write left. */
  readonly texts: readonly string[];
  /** Which revision of which change wrote last, by applying or by a roll back, and when (epoch ms). `at`: when the newest line of a journal says anything, such as that a further write was begun. */
  readonly last: {
    readonly changeId: string;
    readonly revision: number;
    readonly at: number;
    readonly wroteAt: number;
  } | null;
  /** Which revision may be taken back whole: nothing was written over what it left. */
  readonly onTop: string | null;
  /** Which revision began to write over that, without anybody knowing what came of it. */
  readonly begun: string | null;
  readonly claims: readonly Claim[];
  /** What changes deny that began to write and of which nobody knows what came of it. */
  readonly doubtful: readonly Claim[];
  /** Who is free of what is denied by a give-back to him alone. */
  readonly exemptions: ReadonlyMap<string, GivenExemption>;
  /** Who was, and since which write (epoch ms) is free no longer: what he did before it was allowed. */
  readonly ended: readonly (Pick<GivenExemption, 'principal' | 'service'> & { readonly at: number })[];
  /** Which change took a service out of what a revision denied, by its own write; what somebody took out by hand is not named. By `claimKey`. */
  readonly takenBy: ReadonlyMap<string, Taken>;
  /** Targets to which a change of ours attached it, and whether a change of ours made it. */
  readonly attachedTo: ReadonlySet<string>;
  readonly isMadeByUs: boolean;
  /** Writes of which nobody knows what came of them, by change, direction and step. */
  readonly open: ReadonlySet<string>;
}

/** What stands in an SCP that no change of ours wrote. */
export const nothingStands: Stands = {
  text: undefined,
  meant: undefined,
  texts: [],
  last: null,
  onTop: null,
  begun: null,
  claims: [],
  doubtful: [],
  exemptions: new Map(),
  ended: [],
  takenBy: new Map(),
  attachedTo: new Set(),
  isMadeByUs: false,
  open: new Set(),
};

/** Names a revision of a change. */
export function revisionKey({
  changeId,
  revision,
}: {
  readonly changeId: string;
  readonly revision: number;
}): string {
  return `${changeId} r${revision}`;
}

/** Names what one revision denies. */
export function claimKey(claim: Pick<Claim, 'changeId' | 'revision' | 'service'>): string {
  return `${revisionKey(claim)} ${claim.service}`;
}

/** Whether another change denies a service, at one target where that is asked. */
export function isDeniedByOthers(
  { claims }: Pick<Stands, 'claims'>,
  service: string,
  changeId: string,
  targetId?: string,
): boolean {
  return claims.some(
    (claim) =>
      claim.service === service &&
      claim.changeId !== changeId &&
      (targetId === undefined || claim.targetIds.includes(targetId)),
  );
}

/** What a roll back was to leave: the text without what it takes out. Earlier versions of this software did not keep what it left. */
export function removedFrom(stands: Stands, { id, services }: ChangeContent, earlier: string | null): string {
  const text = stands.meant ?? stands.text ?? earlier ?? '';
  const mine = services.filter((service) => !isDeniedByOthers(stands, service, id));
  const removal = mine.length === 0 ? null : removeDeny(text, { services: mine });
  const left = removal?.ok ? removal.value.text : text;
  return earlier !== null && meansTheSame(left, earlier) ? earlier : left;
}

/** What is taken, with claims that are gone by a write of a change. */
export function withTaken(
  takenBy: Stands['takenBy'],
  gone: readonly Claim[],
  by: { readonly changeId: string; readonly rolledBack: boolean },
): Stands['takenBy'] {
  return gone.length === 0
    ? takenBy
    : new Map([
        ...takenBy,
        ...gone.map(
          (claim) => [claimKey(claim), { ...by, of: claim.changeId, service: claim.service }] as const,
        ),
      ]);
}
