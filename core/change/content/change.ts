import type { IdentityResource } from '../../identity/identity-step.ts';
import type { PolicyTarget } from '../../policy/service-control-policy.ts';
import type { Certificate } from '../../proof/verdict.ts';
import type { IdentityPart } from './identity-part.ts';

/** One thing that can be written. */
export type Resource = ScpResource | IdentityResource;

/** The text of an SCP, by its id or, while it has none, by the name that it is to get; or the attachment of the change's SCP to a target. */
export type ScpResource =
  | {
      readonly type: 'policy-text';
      readonly policyId: string;
      /** For people. */
      readonly name: string;
    }
  | {
      readonly type: 'policy-text';
      readonly policyId: null;
      readonly name: string;
      readonly description: string;
      /** Absent: an earlier version drafted it, without tags. */
      readonly tags?: Readonly<Record<string, string>>;
    }
  | { readonly type: 'attachment'; readonly targetId: string };

/** One compare-and-set: a resource with its exact value before and after: a text, `attached`, or null for nothing. Steps are data, so they can be shown, digested, stored and undone. */
export interface Step<Of extends Resource = Resource> {
  readonly resource: Of;
  readonly before: string | null;
  readonly after: string | null;
}

/** How much care a change needs. */
export interface Risk {
  readonly level: 'low' | 'medium' | 'high';
  /** Upper-case codes for programs, sorted: `NOT_PROVEN:regions`, `YOUNG_ACCOUNTS`, `MANY_ACCOUNTS`, `HIGH_LOSS`. */
  readonly flags: readonly string[];
  /** The same for people, the gravest first, each with the thing that it speaks of. Changes of earlier versions were stored without. */
  readonly reasons?: readonly string[];
}

/** Why one service is denied at the targets of the change: the finding, and what reports show of the accounts below these targets. Times are epoch milliseconds. */
export interface ServiceEvidence {
  readonly serviceNamespace: string;
  readonly serviceName: string;
  readonly findingId: string;
  /** `not-since`: not used since the cut-off; whether it was before is not known, because only an entity above was asked. */
  readonly kind: 'lapsed' | 'never-used' | 'not-since';
  /** The target that the figures are of; for `not-since` the entity above that was asked. */
  readonly entityId: string;
  readonly entityName: string;
  readonly lastAccessedAt: number | null;
  readonly daysUnused: number | null;
  /** The account of the last attempt: AWS names an account, never a principal. */
  readonly lastAccessedAccount: { readonly id: string; readonly name: string } | null;
  readonly lastAccessedRegion: string | null;
  /** Null where no report counts the accounts below the target alone. */
  readonly accountsEverUsed: number | null;
  /** Accounts below the entity that the figures are of. */
  readonly accounts: number;
  /** For `not-since`: the last use at the entity above, by an account that the change does not reach. */
  readonly lastAccessedAbove?: number;
  /** The last use, within the threshold, by an account beside the targets: below the entity that a target lies in. */
  readonly usedBeside?: number;
  /** The accounts below the targets that may use it only lately, so not for the whole threshold: names with ids. Absent: none. */
  readonly allowedLately?: readonly string[];
  /** The shipped catalogue of services does not know it. */
  readonly isUncatalogued?: true;
  /** The report that the row comes from: the entity's own, or the nearest one above that decides. */
  readonly report: { readonly jobId: string; readonly entityId: string; readonly completedAt: number } | null;
}

/** An account that the change reaches, with where it lies: names only, from the root down. */
export interface AffectedAccount {
  readonly id: string;
  readonly name: string;
  readonly place: string;
  /** It joined at or after the cut-off. */
  readonly young: boolean;
}

/** What an SCP is attached to, and whom that reaches. */
export type Reach = Pick<
  ChangeContent,
  'targets' | 'confirm' | 'confirmEntityId' | 'accountIds' | 'affectedAccounts'
>;

/** The same as a review saw it, with the paths of the targets by id. */
export interface AttachedTo extends Reach {
  readonly targetPaths: Readonly<Record<string, string>>;
}

/** Principals whom a change leaves free of a deny of ours, or whom it denies again. */
export interface ExemptedPrincipals {
  /** ARNs without wildcards, sorted. */
  readonly principals: readonly string[];
  readonly services: readonly string[];
  /** When it ends, epoch milliseconds; absent: without an end. */
  readonly endsAt?: number;
  /** The change that denies the services; where an exemption is taken out, the one that had given it. */
  readonly of: string;
}

/** The kinds of change. Each has an entry in the tables of `core/kinds`, `flow/kinds` and `subject.ts`. */
export type ChangeKind = 'scp' | 'iam';

/** What a change would do: everything that a person approves. Its steps hold the only texts; what is shown, proved and written is read from them by `editOf`. */
export interface ChangeContent {
  /** Which formula its digest follows: 1 where it was proposed before steps were compare-and-sets, 3 where a digest of the whole stands beside it. */
  readonly format: 1 | 2 | 3;
  /** `chg-` + 12 hex. */
  readonly id: string;
  readonly revision: number;
  readonly organizationId: string;
  /** Which part of `core/kinds` knows it. */
  readonly kind: ChangeKind;
  /** What its kind does, where that is not to deny. `give-back` takes services out of a deny of ours. `end-exemption` denies them again to whose time is over. */
  readonly intent?: 'give-back' | 'end-exemption';
  /** Of a give-back to principals alone: to whom and until when. Of `end-exemption`: what has ended. Absent in older changes. */
  readonly exemptions?: readonly ExemptedPrincipals[];
  /** Of kind `iam`, and of no other: what it says of the account. */
  readonly identity?: IdentityPart;
  /** In the order in which they are written. Undoing is the same list backwards with before and after swapped. */
  readonly steps: readonly Step[];
  /** The guard: the targets that the SCP must have, or is to get; no others may have come. Of kind `iam` the account, which whoever decides must cover. */
  readonly targets: readonly PolicyTarget[];
  /** What an approver must type: the shortest unique path of the lowest entity that contains all targets, such as `Development` or `Retail / Prod`. */
  readonly confirm: string;
  /** The entity that `confirm` names. */
  readonly confirmEntityId: string;
  /** Namespaces that the change denies, gives back or takes away, sorted. */
  readonly services: readonly string[];
  /** Every member account below every target, sorted, each once. */
  readonly accountIds: readonly string[];
  /** The same accounts for people, in the same order. */
  readonly affectedAccounts: readonly AffectedAccount[];
  /** One entry a service, in the order of `services`; empty for kind `iam`, whose evidence names identities. */
  readonly evidence: readonly ServiceEvidence[];
  readonly certificate: Certificate;
  readonly risk: Risk;
  readonly thresholdDays: number;
  readonly requiredApprovals: number;
  /** SHA-256 (64 hex) of the state that the change starts from. */
  readonly baseDigest: string;
  /** SHA-256 (64 hex) over everything that is approved. */
  readonly digest: string;
  /** SHA-256 (64 hex) over everything but the two digests. Absent in formats 1 and 2. */
  readonly wholeDigest?: string;
  /** Why this SCP, or this edit, was chosen, one sentence a line. */
  readonly choice: readonly string[];
  /** The findings that the change answers. */
  readonly findingIds: readonly string[];
  /** The instant that the evidence was judged from, epoch milliseconds. */
  readonly asOf: number;
  /** The review that proposed it. */
  readonly reviewId: string;
}
