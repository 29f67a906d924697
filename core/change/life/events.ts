import type { AttachedTo, ChangeContent } from '../content/change.ts';
import type { Channel } from '../links/links.ts';
import type { Starter } from './starter.ts';

/** Who did something: an approver by a link or in Slack, an AWS principal by its ARN, or the product itself (by function or review id). */
export interface Actor {
  readonly type: 'approver' | 'principal' | 'system';
  readonly id: string;
  /** The Slack user who decided, where Slack signed the request; absent for whoever had a link, and in older events. */
  readonly slackUserId?: string;
}

/** One person's approval of one revision. */
export interface Approval {
  /** The configured approver: a person counts once, whatever the channel. */
  readonly approverId: string;
  readonly actor: Actor;
  readonly channel: Channel;
  /** SHA-256 (64 hex) of the mailbox that the approver had then; absent in older approvals. */
  readonly mailbox?: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Names of checks that were not proven and that this person accepted. */
  readonly accepted: readonly string[];
}

/** A failure as it is shown: a stable code (AWS's or ours) and a sentence. */
export interface Failure {
  readonly code: string;
  readonly detail: string;
  /** Of a roll back that would give more than people were shown: ARNs of whoever came since, and of AWS's policies with their version. */
  readonly named?: readonly string[];
}

/** What came of one undo step. `kept` means that it was rightly left undone. */
export type UndoOutcome = 'restored' | 'removed' | 'detached' | 'deleted' | 'already-undone' | 'kept';

/** A notice that somebody is about to be sent: nobody else sends it meanwhile. */
export interface NoticeClaim {
  /** An approver, or `#name` for a channel that many read. */
  readonly approverId: string;
  readonly channel: Channel;
  /** As in `notified`. */
  readonly purpose: string;
  /** As in `notified`. */
  readonly mailbox?: string;
}

/** Somebody who asked services back and is no approver for it: never one who approves it. */
export interface Asker {
  /** An ARN as AWS gave it, or what somebody typed. */
  readonly name: string;
  /** Whether AWS said who it was. */
  readonly verified: boolean;
  readonly reason: string;
}

/** What every event says: when (epoch milliseconds), who, and of which revision. */
export interface EventHead {
  readonly at: number;
  readonly actor: Actor;
  readonly revision: number;
}

/** What an event says beside its head. Names follow the events of the bus where there is one. */
export type EventBody =
  | {
      readonly type: 'proposed';
      readonly content: ChangeContent;
      /** When the question ends unanswered, epoch milliseconds. */
      readonly expiresAt: number;
      /** Who started the review. */
      readonly starter: Starter;
      /** Paths of the targets when proposed, by target id: scopes are judged with the last ones that are known. */
      readonly targetPaths: Readonly<Record<string, string>>;
      /** Why it is proposed once more, for people; absent the first time. */
      readonly detail?: string;
      /** Who asked for it without being an approver for it; absent where nobody did. */
      readonly asker?: Asker;
    }
  | {
      readonly type: 'revised';
      readonly content: ChangeContent;
      readonly expiresAt: number;
      readonly targetPaths: Readonly<Record<string, string>>;
      /** As in `proposed`, of the review that made this revision; absent where no review did. */
      readonly starter?: Starter;
      /** Why there is a new revision, for people. */
      readonly detail: string;
    }
  | {
      /** A version of a managed policy that is about to be deleted: it cannot be put back, so its text is kept here. */
      readonly type: 'version-kept';
      readonly policyArn: string;
      readonly versionId: string;
      readonly text: string;
    }
  | { readonly type: 'notifying'; readonly claims: readonly NoticeClaim[] }
  | {
      readonly type: 'notified';
      /** An approver, or `#name` for a channel that many read. */
      readonly approverId: string;
      readonly channel: Channel;
      /** What it was about: `decide:1`, the kind of notice and the sequence number of the event. */
      readonly purpose: string;
      /** SHA-256 (64 hex) of the mailbox that the approver had then; absent for channels and in older events. */
      readonly mailbox?: string;
      /** Where a message is that can be answered and changed later, or absent. */
      readonly reference?: string;
      /** The message asks about other changes too, so it stays as it is. */
      readonly shared?: true;
    }
  | {
      readonly type: 'notify-failed';
      readonly approverId: string;
      readonly channel: Channel;
      /** As in `notified`. */
      readonly purpose?: string;
      /** As in `notified`. */
      readonly mailbox?: string;
      readonly failure: Failure;
    }
  | { readonly type: 'reminder-sent'; readonly approverIds: readonly string[] }
  /** `ofTextAlone`: of the end of a difference that says nothing of what the SCP is attached to. */
  | { readonly type: 'noted'; readonly code: string; readonly detail: string; readonly ofTextAlone?: true }
  /** A review saw some of the targets elsewhere: scopes are judged by these paths from then on. */
  | { readonly type: 'targets-moved'; readonly targetPaths: Readonly<Record<string, string>> }
  | { readonly type: 'approval-recorded'; readonly approval: Approval }
  | { readonly type: 'approved'; readonly applyNotBefore: number }
  | {
      readonly type: 'rejected';
      readonly approverId: string;
      readonly reason: string;
      readonly notAgainBefore: number;
    }
  | { readonly type: 'snoozed'; readonly approverId: string; readonly reason: string; readonly until: number }
  | {
      readonly type: 'services-exempted';
      readonly approverId: string;
      readonly services: readonly string[];
      readonly reason: string;
      readonly until: number;
      /** SHA-256 (64 hex) of the mailbox of the approver; absent in older events. */
      readonly mailbox?: string;
      /** Ids of the exemptions that this made, one a service and target: none counts that stands in no history. Absent in older events. */
      readonly exemptionIds?: readonly string[];
    }
  | {
      /** An exemption that this change's history holds counts no longer. */
      readonly type: 'exemption-lifted';
      readonly approverId: string;
      /** As in `services-exempted`. */
      readonly mailbox?: string;
      readonly exemptionId: string;
      readonly service: string;
      /** The entity that was exempted, one of the change's targets. */
      readonly entityId: string;
      readonly reason: string;
    }
  /** A question about the change, or a note: it decides nothing. */
  | { readonly type: 'asked'; readonly approverId: string; readonly question: string }
  | {
      /** Somebody says that the decision is another approver's: his links end, and the other one is asked. */
      readonly type: 'handed-over';
      readonly approverId: string;
      readonly toApproverId: string;
      readonly reason: string;
    }
  | { readonly type: 'expired' }
  | { readonly type: 'superseded'; readonly reason: Failure }
  | { readonly type: 'cancelled'; readonly approverId: string; readonly reason: string | null }
  | { readonly type: 'apply-started' }
  | { readonly type: 'step-sending'; readonly step: number }
  | {
      readonly type: 'step-done';
      readonly step: number;
      readonly policyId: string | null;
      /** The text as AWS gave it back; absent where it is the one that was sent, byte by byte. */
      readonly text?: string;
    }
  /** AWS said no, so nothing was written: the step may be tried again. */
  | { readonly type: 'step-refused'; readonly step: number; readonly failure: Failure }
  | { readonly type: 'applied'; readonly rollBackUntil: number }
  | { readonly type: 'apply-failed'; readonly failure: Failure }
  | { readonly type: 'interrupted'; readonly detail: string }
  /** A person who looked says that the write whose outcome was open did not take place: it goes on from the start. */
  | { readonly type: 'resumed'; readonly approverId: string; readonly reason: string }
  | { readonly type: 'roll-back-requested'; readonly approverId: string; readonly reason: string }
  | { readonly type: 'roll-back-step-sending'; readonly step: number }
  | {
      readonly type: 'roll-back-step-done';
      readonly step: number;
      readonly outcome: UndoOutcome;
      readonly detail: string;
      /** The text that the roll back left, as AWS gave it back; absent where it is the earlier one byte by byte, and in older events. */
      readonly text?: string;
    }
  | { readonly type: 'roll-back-step-refused'; readonly step: number; readonly failure: Failure }
  | { readonly type: 'roll-back-failed'; readonly failure: Failure }
  | { readonly type: 'rolled-back' }
  | {
      /** `putBack`: nothing of the change is left in the SCP, and not by our roll back. `text`: what the SCP was read with. `attached`: to what, where that differs; null: to nothing. */
      readonly type: 'drift-detected';
      readonly detail: string;
      readonly putBack?: true;
      readonly text?: string;
      readonly attached?: AttachedTo | null;
    }
  | {
      readonly type: 'denied-access-observed';
      readonly serviceNamespace: string;
      readonly accountId: string;
      readonly accountName: string;
      /** The last attempt by AWS's report, or by the trail; epoch milliseconds. */
      readonly attemptedAt: number;
      readonly region: string | null;
      /** By the trail: whose calls of what were denied, at least how often, and when first (epoch milliseconds). Reports tell none of it. */
      readonly principal?: string;
      readonly action?: string;
      readonly count?: number;
      readonly firstAt?: number;
      /** The account came under the SCP after it was proved. */
      readonly cameLater?: true;
      /** People were told of this service lately, or of enough: no message of its own. */
      readonly quiet?: true;
    }
  | {
      /** An account came under a standing deny after it was proved: nobody had looked at what it uses. Older events have no path. */
      readonly type: 'came-under-denial';
      readonly accountId: string;
      readonly accountName: string;
      readonly accountPath?: string;
      readonly how: 'attached' | 'created' | 'invited' | 'moved';
      /** Denied services that it used within the threshold, with the last use (epoch milliseconds). */
      readonly used: readonly { readonly serviceNamespace: string; readonly lastAccessedAt: number }[];
      /** Denied services of which no report tells whether it uses them; it is said once an account. */
      readonly unknown: readonly string[];
      /** How many more of these there are, and how many more accounts of which nothing is told; absent for none. */
      readonly unknownMore?: number;
      readonly accountsMore?: number;
    }
  | { readonly type: 'unknown'; readonly name: string; readonly stored: Readonly<Record<string, unknown>> };

/** One thing that happened to a change. Its place in the history is its sequence number, from 1. An unknown one was written by a later version: it is kept as it was stored, and stops all that would write the change. */
export type ChangeEvent = EventHead & EventBody;

/** The name of an event. */
export type ChangeEventType = ChangeEvent['type'];
