import type { Exemption } from '../core/base/configuration.ts';
import type { AskedBack } from '../core/change/deciding/room-to-ask.ts';
import type { Starter } from '../core/change/life/starter.ts';
import type { ChangeStatus } from '../core/change/life/state.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import type { CompletedReport } from '../core/finding/access-report.ts';
import type { Finding } from '../core/finding/finding.ts';
import type { AccountPlace } from '../core/finding/moves.ts';
import type { GrownUse, SeenUse } from '../core/finding/seen-use.ts';
import type { EvidenceMemory } from '../core/review/evidence.ts';
import type { AccountListStore } from './account-list-ports.ts';
import type { CollectionStore } from './collection-ports.ts';
import type { GrantStore } from './identity-ports.ts';
import type { LockStore } from './lock-ports.ts';
import type { OutboxStore } from './outbox-ports.ts';
import type { RequestStore } from './request-ports.ts';
import type { RunStore } from './run-ports.ts';

/** Something was stored by a later version of this software, in a format that this one does not know. The message names the item and the way out. */
export class NewerFormat extends Error {
  override readonly name = 'NewerFormat';
}

/** A change as lists show it. */
export interface ChangeSummary {
  readonly id: string;
  readonly organizationId: string;
  readonly revision: number;
  readonly status: ChangeStatus;
  readonly policyId: string | null;
  readonly policyName: string;
  readonly confirm: string;
  readonly services: number;
  readonly accounts: number;
  /** When the last event happened, epoch milliseconds. */
  readonly updatedAt: number;
  /** Events that wait to be sent. */
  readonly unsent: number;
}

/** What tells at little cost whether a change may have to do with another. */
export interface ChangeTrace {
  readonly id: string;
  /** Null while there is no SCP, and of a change that makes one. */
  readonly policyId: string | null;
  /** Namespaces that any of its revisions denied, or null where that was not kept yet. */
  readonly namespaces: readonly string[] | null;
  /** Whoever started its revisions, or null where that was not kept yet. */
  readonly starter: Starter | null;
}

/** Keeps changes, each as one item under optimistic version. */
export interface ChangeStore {
  /** The change as last written, or null. Read consistently. Throws if its evidence is missing or damaged. */
  load(id: string): Promise<StoredChange | null>;
  /** Writes a change that is not stored yet; `exists` if there is one under its id. */
  create(change: StoredChange): Promise<'created' | 'exists'>;
  /** Writes the change if the stored one still has this version: history, links and outbox in one conditional write. */
  save(change: StoredChange, expectedVersion: number): Promise<'saved' | 'conflict'>;
  /** How many bytes the item of this change has left; below 0 it cannot be written. Reads and writes nothing. */
  roomIn(change: StoredChange): number;
  /** Changes in any of these states, oldest first; where all of these are open states, nothing that has ended is read. The index may lag behind a write by a moment: load before deciding. */
  listByStatus(statuses: readonly ChangeStatus[]): Promise<readonly ChangeSummary[]>;
  /** Traces of the organization's changes to which anything happened since this instant (epoch ms), whatever their state. The index may lag behind. */
  listTraces(organizationId: string, since: number): Promise<readonly ChangeTrace[]>;
  /** Changes to which anything happened since this instant (epoch ms), whatever their state, oldest first. The index may lag behind. */
  listRecent(since: number): Promise<readonly ChangeSummary[]>;
  /** Changes with events that wait to be sent, whatever their state. */
  listUnsent(): Promise<readonly ChangeSummary[]>;
}

/** What is kept of a review. Times are epoch milliseconds. */
export interface ReviewSummary {
  readonly id: string;
  readonly organizationId: string;
  readonly scopeId: string;
  readonly asOf: number;
  readonly thresholdDays: number;
  readonly status: 'completed' | 'partial';
  /** Every namespace that any report of the review listed, sorted: a namespace is new only if no old review lists it. */
  readonly namespaces: readonly string[];
}

/** Keeps reviews with their evidence. */
export interface ReviewStore {
  /** Writes a review and its result (any JSON, kept whole however long). Written last: a review that is listed has its reports and its tree. */
  saveReview(summary: ReviewSummary, result: unknown): Promise<void>;
  /** A review with its result, or null: also where an earlier version was stopped while it wrote the result once more, so that the review can be run again. */
  loadReview(id: string): Promise<{ readonly summary: ReviewSummary; readonly result: unknown } | null>;
  /** The newest review of a scope, or null. */
  latestReview(organizationId: string, scopeId: string): Promise<ReviewSummary | null>;
  /** The newest review of the organization, or of the identities of an account, whatever its scope; or null. */
  newestReview(kind: 'organization' | 'identities'): Promise<ReviewSummary | null>;
  /** Reviews of the organization judged from before this instant (epoch ms), newest first. */
  reviewsOlderThan(organizationId: string, before: number): Promise<readonly ReviewSummary[]>;
  /** Reviews of the organization judged from this instant or later, newest first. */
  reviewsSince(organizationId: string, since: number): Promise<readonly ReviewSummary[]>;
  /** Writes reports, one item per entity; `expiresAt` (epoch ms) is when the table may drop them. */
  saveReports(reviewId: string, reports: readonly CompletedReport[], expiresAt: number): Promise<void>;
  /** A report that `saveReports` wrote, or null if it is not kept (any more). */
  loadReport(reviewId: string, entityId: string): Promise<CompletedReport | null>;
  /** Writes the parent of each account, and every other parent under which the review saw it, for telling later that it moved. */
  saveTree(reviewId: string, places: readonly AccountPlace[], expiresAt: number): Promise<void>;
  /** What `saveTree` wrote, or null if that is not kept (any more). */
  loadTree(reviewId: string): Promise<readonly AccountPlace[] | null>;
}

/** A finding with its life. Times are epoch milliseconds. */
export interface StoredFinding {
  readonly organizationId: string;
  readonly finding: Finding;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** The review that saw it last. */
  readonly reviewId: string;
}

/** How a finding ended. */
export interface FindingResolution {
  readonly id: string;
  readonly reason: 'used-again' | 'denied' | 'exempted' | 'entity-gone' | 'moved-to-other-entity';
  /** Findings that took its place because the highest entity changed. */
  readonly successors: readonly string[];
  readonly at: number;
}

/** Keeps findings. */
export interface FindingStore {
  /** Findings that were not resolved. */
  listOpen(organizationId: string): Promise<readonly StoredFinding[]>;
  /** Writes findings, replacing those of the same id. */
  put(findings: readonly StoredFinding[]): Promise<void>;
  /** Marks findings as resolved; one that is not stored is left alone. */
  resolve(organizationId: string, resolutions: readonly FindingResolution[]): Promise<void>;
}

/** An exemption that somebody decided on the approval page. */
export interface StoredExemption extends Exemption {
  readonly id: string;
  readonly organizationId: string;
  readonly changeId: string;
  /** When it was written, before its decision was recorded (epoch ms); absent in older ones. */
  readonly writtenAt?: number;
}

/** Keeps exemptions that were decided, beside those of the configuration. None counts by being here: its change's history has to hold it. */
export interface ExemptionStore {
  /** An exemption, or null. Read consistently. */
  load(id: string): Promise<StoredExemption | null>;
  put(exemptions: readonly StoredExemption[]): Promise<void>;
  /** Takes exemptions back whose decision was not recorded. */
  remove(ids: readonly string[]): Promise<void>;
  /** Exemptions that end after this instant (epoch ms), confirmed or not. */
  listActive(organizationId: string, now: number): Promise<readonly StoredExemption[]>;
}

/** Everything that is kept, one port a subject. */
export interface Stores {
  readonly changes: ChangeStore;
  readonly reviews: ReviewStore;
  readonly grants: GrantStore;
  readonly seasons: SeasonStore;
  readonly evidence: EvidenceStore;
  readonly collections: CollectionStore;
  readonly accountLists: AccountListStore;
  readonly findings: FindingStore;
  readonly exemptions: ExemptionStore;
  readonly locks: LockStore;
  readonly outbox: OutboxStore;
  readonly requests: RequestStore;
  readonly runs: RunStore;
  readonly askedBack: AskedBackStore;
}

/** What stands in the way of a request: null where there is room. */
export interface Looked {
  readonly refusal: DecisionRefusal | null;
  readonly same: string | null;
}

/** Keeps which services people asked back who are no approvers, as long as that counts: one list under compare-and-set. */
export interface AskedBackStore {
  /** Whether there is room for a request, before anything is done for it: why not, and the id of the same request that waits, if one does. Writes nothing. */
  look(entry: Omit<AskedBack, 'id'>, hasEnded: (id: string) => Promise<boolean>): Promise<Looked>;
  /**
   * Enters a request unless there is no room for it, however many are entered at once; null once it is in. `hasEnded` tells
   * whether a change no longer waits for an answer, and is asked only of those that would make room.
   */
  enter(entry: AskedBack, hasEnded: (id: string) => Promise<boolean>): Promise<DecisionRefusal | null>;
}

/** Keeps which reports stored reviews had last, and which entities wait to be asked. */
export interface EvidenceStore {
  /** What the last review left of an organization; nothing where none did. Read consistently. */
  load(organizationId: string): Promise<EvidenceMemory>;
  /** Writes what follows from what is there; `next` is asked again where another review wrote meanwhile. A crash leaves what was there, or what follows. */
  change(organizationId: string, next: (memory: EvidenceMemory) => EvidenceMemory): Promise<void>;
}

/** Keeps what reports ever showed of use, beyond AWS's own memory. Of a large organization the whole does not fit into a function: each service is had by itself. */
export interface SeasonStore {
  /** Everything that was seen in an organization, a service at a time: each is made as it is come to. Read consistently. */
  load(organizationId: string): Promise<Iterable<SeenUse>>;
  /** Writes what follows from what is there of each of these services; `next` is asked again where another review wrote meanwhile. A crash leaves each service as it was, or as it is now. */
  change(
    organizationId: string,
    services: readonly string[],
    next: (seen: SeenUse, service: string) => GrownUse,
  ): Promise<void>;
}
