import type { Configuration } from '../base/configuration.ts';
import type { Reason, Result } from '../base/result.ts';
import type { ChangeContent, Step } from '../change/content/change.ts';
import type { IdentityPart } from '../change/content/identity-part.ts';
import type { Judge, ReadBack, Write } from '../change/engine/next-action.ts';
import type { ChangeEvent, Failure } from '../change/life/events.ts';
import type { ChangeRecord } from '../change/life/life.ts';
import type { DeniedCall } from '../denial/denied-call.ts';
import type { AccessReport } from '../finding/access-report.ts';
import type { AllowedFacts } from '../finding/allowed-lately.ts';
import type { Knowledge } from '../finding/knowledge.ts';
import type { AccountMoves } from '../finding/moves.ts';
import type { AccountIdentities } from '../identity/account-identities.ts';
import type { IdentityReport } from '../identity/identity-report.ts';
import type { OrganizationTree } from '../organization/organization.ts';
import type { PolicyMeaning } from '../policy/meaning.ts';
import type { ServiceControlPolicy } from '../policy/service-control-policy.ts';
import type { StandingExemption } from './standing-exemption.ts';

/** What a review of the organization read, as far as it tells how changes fare. Times are epoch milliseconds. */
export interface OrganizationSeen {
  readonly review: 'organization';
  readonly tree: OrganizationTree;
  /** Accounts that moved within the threshold. */
  readonly moves: AccountMoves;
  readonly policies: readonly ServiceControlPolicy[];
  readonly reports: readonly AccessReport[];
  readonly knowledge: Knowledge;
  /** What tells which services SCPs let be used only lately; absent: nothing was remembered. */
  readonly allowed?: AllowedFacts;
  /** Nothing of it was read before. */
  readonly readSince: number;
  readonly now: number;
}

/** What a review of one account's IAM read, as far as it tells how changes fare. Times are epoch milliseconds. */
export interface IdentitiesSeen {
  readonly review: 'identities';
  readonly account: AccountIdentities;
  /** Reports by subject ARN. */
  readonly identityReports: readonly IdentityReport[];
  /** Nothing of it was read before. */
  readonly readSince: number;
  readonly now: number;
}

/** What a review saw, by what it reviews. A kind of change that this review tells nothing of answers that nothing is new. */
export type Seen = OrganizationSeen | IdentitiesSeen;

/** What is asked back of an applied change. */
export interface GiveBackRequest {
  readonly services: readonly string[];
  /** To whom alone, as ARN patterns; empty: to everybody. */
  readonly principals: readonly string[];
  /** For so many days, for principals alone; absent: without an end. */
  readonly days?: number;
  /** The most characters of an SCP. */
  readonly maximumCharacters: number;
  readonly reason: string;
  /** How many people must approve. */
  readonly requiredApprovals: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Why a give-back cannot be drafted; `field` names what of the request is wrong. */
export interface WrongRequest extends Reason {
  readonly field?: string;
}

/** Says what has happened to an applied change that nobody decided. */
export type Watcher = (record: ChangeRecord) => readonly ChangeEvent[];

/** One text that a change edits, for people. */
export interface TextEdit {
  /** Null for one that does not exist yet. */
  readonly id: string | null;
  readonly name: string;
  readonly before: string | null;
  /** Null for one that is deleted. */
  readonly after: string | null;
  readonly meaning: PolicyMeaning;
}

/** What a change of one account's IAM tells beside what every change tells. */
export interface ToldIdentities extends Pick<IdentityPart, 'actions' | 'effects' | 'evidence' | 'notes'> {
  /** The steps in their order, a sentence without its end each. */
  readonly steps: readonly string[];
  /** What becomes of those who come to the group or get the policy later, and of those who lose nothing. */
  readonly others: string;
}

/** How a change is told to people, in every channel. */
export interface Telling {
  /** What is edited, in a word or two: `SCP`. */
  readonly noun: string;
  /** What is done, as the headline begins: `Deny 2 unused services`. */
  readonly deed: string;
  /** One line a service, as a difference shows it: `+`. */
  readonly sign: '+' | '-';
  /** Over the list of services, while the change waits or stands, and once it is over. */
  readonly servicesTitle: string;
  /** The same in one word, beside their names. */
  readonly nameOfServices: string;
  readonly servicesTitleOver: string;
  /** What becomes of accounts that are created or moved below the targets later. */
  readonly inheritance: { readonly waits: string; readonly inForce: string };
  /** What people meet from then on: a sentence without its end. */
  readonly sees: string;
  /** What a roll back does. */
  readonly rollBack: string;
  /** Whether it may be rolled back at all. */
  readonly undoable: boolean;
  /** Whether single services may be exempted from it. */
  readonly exemptible: boolean;
  /** What approving does, after the word `Approve`. */
  readonly approve: string;
  /** What takes an applied change back: by the product while it may, and what a person does by hand. */
  readonly mend: string;
  readonly byHand: string;
  /** What comes after a change of which nothing was written. */
  readonly ifUnwritten: string;
  /** How many it reaches, as the headline ends: `7 accounts`, `3 users and roles`. */
  readonly extent: string;
  /** Texts alone: attachments and memberships have none. */
  readonly edits: readonly TextEdit[];
  /** Null for kinds that edit no account's IAM. */
  readonly identities: ToldIdentities | null;
}

/** What is special to a kind of change where people decide on it and are told of it, as pure functions. */
export interface Kind {
  /** Which review proposes such changes and watches them. */
  readonly proposedBy: Seen['review'];
  /** Whether another change wrote what this one writes, in any of its revisions, so that undoing one must spare the other. */
  writesTheSame(record: ChangeRecord, other: ChangeRecord): boolean;
  /** Under which `policyId` a list names the other changes that may write the same as this one, if it does not say null; null: there are none. */
  listedUnder(record: ChangeRecord): string | null;
  /** Why a call that AWS denied is not this change's doing, in a few words, or null: it is. When it was called, others ask. */
  whyNotDeniedBy(record: ChangeRecord, call: DeniedCall): string | null;
  /** The next revision without some services, or null if nothing would be left. Refused, with a way out, where there can be none. */
  withoutServices(
    content: ChangeContent,
    withdrawn: readonly string[],
    configuration: Configuration,
  ): Result<ChangeContent | null>;

  /** The change that gives services of an applied one back. `written`: all changes of ours that wrote the same, whatever their state. */
  draftGiveBack(
    record: ChangeRecord,
    written: readonly ChangeRecord[],
    request: GiveBackRequest,
  ): Result<ChangeContent, WrongRequest>;
  /** Who is exempt for a time from what an applied change denies. `written` as above. */
  exemptionsFrom(record: ChangeRecord, written: readonly ChangeRecord[]): readonly StandingExemption[];
  /** Why nobody may do this with the change in any state, with a way out, or null. */
  notPossible(content: ChangeContent, what: 'roll-back' | 'exempt'): string | null;

  tell(content: ChangeContent): Telling;
}

/**
 * How a kind of change is written. `Live` is how the kind sees what stands in AWS: its reader in `flow/kinds` reads it,
 * and nothing else looks inside.
 */
export interface WritingKind<Live> {
  /** Judges steps that are applied, by what stands now. */
  judgeApply(record: ChangeRecord, live: Live): Judge;
  /** Judges steps that are undone. `others`: changes of ours that wrote the same, whatever their state; what those that are in force need stays. */
  judgeUndo(record: ChangeRecord, live: Live, others: readonly ChangeRecord[]): Judge;
  /** Whether what a step leaves shows, by its meaning for the type of resource. */
  shows(live: Live, step: Step & Partial<Pick<Write, 'detachFrom'>>): boolean;
  /** What the journal keeps of a step that shows. */
  readBack(live: Live, step: Step): ReadBack;
  /** How long to wait between two steps, in milliseconds, until the first one holds everywhere. */
  pauseBetween(done: Step, next: Step): number;
}

/** What reviews see of a kind of change. The functions where people decide need none of it. */
export interface WatchingKind {
  /** Why an open proposal no longer holds by what a review saw, or null. */
  outdated(content: ChangeContent, seen: Seen): Failure | null;
  /** How an applied change was undone since, by others or by later changes of ours, so that it may be proposed again, as the end of a sentence; null: it was not. `written`: other changes of ours that wrote the same, whatever their state. */
  undoneWords(
    record: ChangeRecord,
    seen: Pick<OrganizationSeen, 'review' | 'policies' | 'readSince'> | IdentitiesSeen,
    written: readonly ChangeRecord[],
  ): string | null;
  /** Watches applied changes with what a review saw. `written`: all changes of ours that may have written. */
  watcher(seen: Seen, written: readonly ChangeRecord[]): Watcher;
}
