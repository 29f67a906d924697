import type { IdentityCheckName } from '../../base/check-names.ts';
import type { Configuration } from '../../base/configuration.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import type { Controls } from '../../identity/administration-reading.ts';
import type { AccountPlace } from '../../identity/identity-exemptions.ts';
import type { IdentityReport } from '../../identity/identity-report.ts';
import type { IdentityStep, MeantLoss } from '../../identity/identity-step.ts';
import type { CareSettings } from '../../identity/never-touched.ts';
import type { RegionReadings } from '../../organization/enabled-regions.ts';
import type { SimulatedChains } from '../../policy/simulation.ts';
import type { Outcome } from '../subject.ts';
import type { CheckResult } from '../verdict.ts';

/** What an edit is meant to do: take away what nobody used, or stop an unused role by one Deny of everything. */
export type EditIntent = 'narrow' | 'quarantine';

/** All that the proof of an edit inside an account may look at: texts, attachments, memberships and raw report rows. */
export interface IdentitySubject {
  /** The account as it was read, before the steps. */
  readonly account: AccountIdentities;
  /** The account and every entity above it. */
  readonly place: AccountPlace;
  readonly steps: readonly IdentityStep[];
  readonly intent: EditIntent;
  /** Namespaces of which the edit means to take away everything that it reaches; sorted. */
  readonly services: readonly string[];
  /** Single actions that it means to take away, such as `ec2:CreateFleet`; sorted. */
  readonly actions: readonly string[];
  /** Which steps mean to take what; null: each step may take all of `services` and `actions`. */
  readonly meant: readonly MeantLoss[] | null;
  readonly reports: readonly IdentityReport[];
  /** Every action that is known, without prefix, by namespace. */
  readonly knownActions: ReadonlyMap<string, readonly string[]>;
  /** Since when stored reviews show a grant in force, in epoch milliseconds, by the key of its resource. */
  readonly grantedSince: ReadonlyMap<string, number>;
  /** The Regions that the account may use, as Account Management answered; absent: it was not asked. */
  readonly regions?: RegionReadings;
  /** What AWS's simulator said of the policies; absent: it was not asked. */
  readonly simulated?: SimulatedChains;
  readonly configuration: Configuration;
  /** The SCPs that bind the account: they say who administers it. */
  readonly controls: Controls;
  /** Whom nobody may touch: our own roles and the organization's ways in. */
  readonly care: CareSettings;
  /** Epoch milliseconds: use before this instant is beyond the threshold. */
  readonly cutOff: number;
  readonly thresholdDays: number;
  /** Epoch milliseconds: the instant judged from. */
  readonly asOf: number;
  /** Epoch milliseconds: when this certificate is made. */
  readonly readAt: number;
}

/** One check of the certificate of an edit inside an account. */
export interface IdentityCheck {
  readonly name: IdentityCheckName;
  readonly check: (subject: IdentitySubject) => Outcome;
}

/** The outcome of a check under its name. */
export function runIdentityCheck({ name, check }: IdentityCheck, subject: IdentitySubject): CheckResult {
  return { name, ...check(subject) };
}
