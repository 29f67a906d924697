import type { CheckName } from '../base/check-names.ts';
import type { Configuration } from '../base/configuration.ts';
import { isoDay } from '../base/iso-time.ts';
import { sortedUnique } from '../base/lists.ts';
import type { AccessReport } from '../finding/access-report.ts';
import type { AllowedMemory } from '../finding/allowed-memory.ts';
import type { AccountMoves, UnseenTime } from '../finding/moves.ts';
import type { SeenUse } from '../finding/seen-use.ts';
import type { Spend } from '../finding/spend.ts';
import type { RegionReadings } from '../organization/enabled-regions.ts';
import type { OrganizationTree } from '../organization/organization.ts';
import type { PolicyTarget, ServiceControlPolicy } from '../policy/service-control-policy.ts';
import type { SimulatedChains } from '../policy/simulation.ts';
import type { TrailReading } from '../replay/trail-reading.ts';
import type { CheckResult, OutcomeCode } from './verdict.ts';

/** The edit to be proved, as texts and places: nothing of how it was arrived at. */
export interface ProposedEdit {
  /** Null for a policy that does not exist yet. */
  readonly policyId: string | null;
  readonly policyName: string;
  readonly targets: readonly PolicyTarget[];
  /** Namespaces that the edit means to deny, sorted. */
  readonly services: readonly string[];
  /** The text as read, or null for a new policy. */
  readonly before: string | null;
  /** The text as it will be sent. */
  readonly after: string;
}

/** All that a proof may look at: texts, tree and raw report rows. */
export interface ProofSubject {
  readonly edit: ProposedEdit;
  readonly tree: OrganizationTree;
  /** Every SCP of the organization as read. */
  readonly policies: readonly ServiceControlPolicy[];
  readonly reports: readonly AccessReport[];
  /** The Regions that accounts may use, as Account Management answered; absent: it was not asked. */
  readonly regions?: RegionReadings;
  /** What accounts spend, as Cost Explorer answered; absent: it was not asked. */
  readonly spend?: Spend;
  /** What the organization's trail told of calls; absent: it was not asked. */
  readonly trail?: readonly TrailReading[];
  /** What AWS's simulator said of the chains of SCPs; absent: it was not asked. */
  readonly simulated?: SimulatedChains;
  /** Accounts that moved within the threshold, with their former parents, as earlier looks at the tree show it. */
  readonly moves: AccountMoves;
  /** Accounts that were new or moved while the reports ran and whose place was not asked again since. */
  readonly movedAgainAccountIds: readonly string[];
  /** Since when stored trees were compared and none is missing, epoch ms; null: there is no earlier one. */
  readonly movesKnownSince: number | null;
  /** The time before that in which no tree was stored; null: there is no earlier one. */
  readonly movesUnseen: UnseenTime | null;
  /** Namespaces that stored reviews within the threshold list. */
  readonly namespacesSeen: ReadonlySet<string>;
  /** What stored reviews saw SCPs keep out of accounts; absent: there is none. */
  readonly allowedBefore?: AllowedMemory;
  /** The days of use that stored reviews saw; absent: none. */
  readonly seenUse?: SeenUse;
  readonly configuration: Configuration;
  readonly trustedServicePrincipals: readonly string[] | null;
  /** The partition of the organization (`aws-cn`); absent: not known. */
  readonly partition?: string;
  readonly thresholdDays: number;
  /** Epoch milliseconds: use before this instant is beyond the threshold. */
  readonly cutOff: number;
  /** Epoch milliseconds: the instant judged from. */
  readonly asOf: number;
  /** Epoch milliseconds: when this certificate is made. */
  readonly readAt: number;
}

/** A verdict with its explanation. */
export type Outcome = Omit<CheckResult, 'name'>;

/** One check of the certificate: a name, and a function from the subject to a verdict that explains itself. */
export interface Check {
  readonly name: CheckName;
  readonly check: (subject: ProofSubject) => Outcome;
}

/** The outcome of a check under its name. */
export function runCheck({ name, check }: Check, subject: ProofSubject): CheckResult {
  return { name, ...check(subject) };
}

/** A check that holds. */
export function holds(detail: string, code?: 'PROVEN'): Outcome {
  return { verdict: 'ok', ...(code && { code }), detail };
}

/** A check that does not hold: the change may not be proposed. */
export function fails(detail: string): Outcome {
  return { verdict: 'failed', detail };
}

/** A check whose source is missing: shown, never passed over. */
export function notProven(detail: string, code?: OutcomeCode): Outcome {
  return { verdict: 'not-proven', ...(code && { code }), detail };
}

/** A check whose source is missing for these accounts of all that it is about: before a write it may be missing for no others. `ALL_READ`: it was read, and leaves open what is told. */
export function notProvenOf(
  accountIds: readonly string[],
  all: readonly string[],
  detail: string,
  code?: OutcomeCode,
): Outcome {
  const unprovenIds = sortedUnique(accountIds);
  const { length } = unprovenIds;
  return {
    verdict: 'not-proven',
    ...(code && { code }),
    ...(length < new Set(all).size && { unproven: length }),
    unprovenIds,
    detail,
  };
}

/** An instant for a sentence, to the second, in UTC. */
export function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A day for a sentence, in UTC. */
export function day(at: number): string {
  return isoDay(at);
}
