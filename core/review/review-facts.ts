import type { Configuration, Exemption } from '../base/configuration.ts';
import type { OpenChange, Suppression } from '../change/deciding/suppression.ts';
import type { AccessReport } from '../finding/access-report.ts';
import type { AllowedMemory } from '../finding/allowed-memory.ts';
import type { FindingKind } from '../finding/finding.ts';
import type { AccountMoves, UnseenTime } from '../finding/moves.ts';
import type { RememberedUse } from '../finding/remembered-use.ts';
import type { SeenUse } from '../finding/seen-use.ts';
import type { Spend } from '../finding/spend.ts';
import type { KeptExemption } from '../kinds/scp/proposing/exemption-ends.ts';
import type { AppliedEdit } from '../kinds/scp/watching/put-back.ts';
import type { StandingExemption } from '../kinds/standing-exemption.ts';
import type { RegionReadings } from '../organization/enabled-regions.ts';
import type { OrganizationTree } from '../organization/organization.ts';
import type { ServiceControlPolicy } from '../policy/service-control-policy.ts';
import type { SimulatedChains } from '../policy/simulation.ts';
import type { TrailReading } from '../replay/trail-reading.ts';

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

/** Why the asking ended before everything was asked: the time, the credentials, or a call that failed. */
export interface AskingEnd {
  readonly cause: 'time' | 'budget' | 'credentials' | 'failure';
  /** A clause, such as `the time ran out`. */
  readonly reason: string;
  /** Half of the time or more went by while a change was applied, which comes first. */
  readonly gaveWay?: true;
}

/** All that was read before a review decides. */
export interface ReviewFacts {
  readonly tree: OrganizationTree;
  readonly policies: readonly ServiceControlPolicy[];
  /** SCPs whose texts were needed and not read in time: nothing is proposed where they bind; absent: none. */
  readonly unreadPolicyIds?: readonly string[];
  /** Service principals with trusted access or a delegated administrator; null: they may not be read. */
  readonly trustedServicePrincipals: readonly string[] | null;
  /** The partition of the organization (`aws-cn`), as the caller's ARN shows it; absent: not known. */
  readonly partition?: string;
  /** ARN of the credentials that the review was started with, where they are known. */
  readonly startedWith?: string;
  /** The reports asked so far, at most one an entity. */
  readonly reports: readonly AccessReport[];
  /** The Regions that accounts may use, as far as they were asked about; absent: nobody was. */
  readonly regions?: RegionReadings;
  /** What accounts spend, as far as they were asked about; absent: nobody was. */
  readonly spend?: Spend;
  /** What the organization's trail told, as far as it was asked; absent: it was not. */
  readonly trail?: readonly TrailReading[];
  /** What AWS's simulator said of the chains of SCPs under what would be drafted; absent: it was not asked. */
  readonly simulated?: SimulatedChains;
  /** Accounts with another parent now than an earlier look within the threshold showed: in a stored review, or in this one. */
  readonly moves: AccountMoves;
  /** Those of them that this review saw itself, between two of its looks at the tree. */
  readonly movesDuringReview: AccountMoves;
  /** Accounts that were new or moved while the reports ran and could not be asked again. */
  readonly movedAgainAccountIds: readonly string[];
  /** The earliest stored tree that was compared and from which on none is missing, epoch ms; null: none. */
  readonly movesKnownSince: number | null;
  /** The time before it in which no tree was stored; null: there is no earlier tree. */
  readonly movesUnseen: UnseenTime | null;
  /** Namespaces that stored reviews within the threshold list. */
  readonly namespacesSeen: ReadonlySet<string>;
  /** Namespaces that a stored review older than the threshold lists. */
  readonly namespacesSeenBefore: ReadonlySet<string>;
  /** The days of use that stored reviews saw; absent: none. */
  readonly seenUse?: SeenUse;
  /** Use since the cut-off that stored reviews saw; absent: none. */
  readonly remembered?: RememberedUse;
  /** What stored reviews saw SCPs keep out; absent: there is none. */
  readonly allowedBefore?: AllowedMemory;
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
  /** Epoch milliseconds: when the facts were complete. */
  readonly readAt: number;
  /** Entities that were still to be asked when the asking ended. */
  readonly pendingEntityIds: readonly string[];
  /** Why the asking ended before everything was asked; absent where it did not. */
  readonly askingEnd?: AskingEnd;
  /** Why the tree could not be read again after the reports; absent where it was. An account may have moved unseen, so nothing is proposed. */
  readonly treeNotConfirmed?: string;
}
