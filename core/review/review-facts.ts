import type { Configuration, Exemption } from '../base/configuration.ts';
import type { OpenChange, Suppression } from '../change/deciding/suppression.ts';
import type { FindingKind } from '../finding/finding.ts';
import type { AccountMoves } from '../finding/moves.ts';
import type { RememberedUse } from '../finding/remembered-use.ts';
import type { KeptExemption } from '../kinds/scp/proposing/exemption-ends.ts';
import type { AppliedEdit } from '../kinds/scp/watching/put-back.ts';
import type { StandingExemption } from '../kinds/standing-exemption.ts';
import type { ProofSubject } from '../proof/subject.ts';

/** What one review is asked for: every default filled in, the scope known to exist. */
export interface ReviewRequest {
  readonly reviewId: string;
  readonly scopeId: string;
  readonly thresholdDays: number;
  /** Epoch milliseconds: the instant the review judges from. */
  readonly asOf: number;
  readonly depth: 'ou' | 'account';
  readonly kinds: readonly FindingKind[];
  /** The SCP that the caller wants the denials in. */
  readonly policyId?: string;
  /** At most so many reports are asked of AWS; absent: all that are needed. */
  readonly jobBudget?: number;
  /** For so many minutes reports are asked; absent: without an end. */
  readonly timeBudget?: number;
  readonly configuration: Configuration;
}

/** Why a review stopped asking for reports before it had all: the time, the credentials, or a call that failed. */
export interface AskingEnd {
  readonly cause: 'time' | 'budget' | 'credentials' | 'failure';
  /** A clause, such as `the time ran out`. */
  readonly reason: string;
  /** Half of the time or more went by while a change was applied, which comes first. */
  readonly gaveWay?: true;
}

/** What a review hands on to the proof as it was read. */
type HandedOn =
  | (
      | 'tree'
      | 'policies'
      | 'trustedServicePrincipals'
      | 'partition'
      | 'reports'
      | 'regions'
      | 'spend'
      | 'trail'
    )
  | ('simulated' | 'moves' | 'movedAgainAccountIds' | 'movesKnownSince' | 'movesUnseen' | 'namespacesSeen')
  | ('seenUse' | 'allowedBefore' | 'readAt');

/** All that was read before a review decides. `readAt`: when it was complete. */
export interface ReviewFacts extends Pick<ProofSubject, HandedOn> {
  /** SCPs whose texts were needed and not read in time: nothing is proposed where they bind; absent: none. */
  readonly unreadPolicyIds?: readonly string[];
  /** ARN of the credentials that the review was started with, where they are known. */
  readonly startedWith?: string;
  /** Those of the moved accounts that this review saw move itself, between two of its looks at the tree. */
  readonly movesDuringReview: AccountMoves;
  /** Namespaces that a stored review older than the threshold lists. */
  readonly namespacesSeenBefore: ReadonlySet<string>;
  /** Use since the cut-off that stored reviews saw; absent: none. */
  readonly remembered?: RememberedUse;
  /** When stored reviews had the last report of each entity, epoch ms; absent: none. */
  readonly askedBefore?: ReadonlyMap<string, number>;
  /** Since when entities wait that earlier reviews could not ask, epoch ms; absent: none. */
  readonly waitingSince?: ReadonlyMap<string, number>;
  /** Entities whose report an earlier review had; absent: none. */
  readonly reusedEntityIds?: ReadonlySet<string>;
  /** Changes of earlier reviews that are not decided or not applied yet. */
  readonly openChanges: readonly OpenChange[];
  /** Those of the request's exemptions that people decided on; absent: none. */
  readonly decidedExemptions?: readonly Exemption[];
  /** Decisions of people against earlier changes that still hold. */
  readonly suppressions: readonly Suppression[];
  /** Exemptions with an end from denies of ours, by applied changes; absent: none. */
  readonly standingExemptions?: readonly StandingExemption[];
  /** Decisions of people against the end of such exemptions; absent: none. */
  readonly keptExemptions?: readonly KeptExemption[];
  /** Applied edits of SCPs, with the texts from before: somebody may have put one back. */
  readonly appliedEdits: readonly AppliedEdit[];
  /** Entities that were still to be asked when the asking ended. */
  readonly pendingEntityIds: readonly string[];
  /** Why the asking ended before everything was asked; absent where it did not. */
  readonly askingEnd?: AskingEnd;
  /** Why the tree could not be read again after the reports; absent where it was. An account may have moved unseen, so nothing is proposed. */
  readonly treeNotConfirmed?: string;
}
