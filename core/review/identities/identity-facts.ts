import type { Configuration } from '../../base/configuration.ts';
import type { AccountIdentities } from '../../identity/account-identities.ts';
import type { ActionCatalogue } from '../../identity/action-use.ts';
import type { Controls } from '../../identity/administration-reading.ts';
import type { AccountPlace } from '../../identity/identity-exemptions.ts';
import type { IdentityReport, ReportLevel } from '../../identity/identity-report.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import type { SubjectChoice } from '../../identity/subject.ts';
import type { ManagementAccount } from '../../identity/ways-in.ts';

import type { SourceFacts } from '../sources.ts';

/** What one review of identities is asked for: every default filled in. */
export interface IdentityRequest {
  readonly reviewId: string;
  readonly choice: SubjectChoice;
  readonly thresholdDays: number;
  /** Epoch milliseconds: the instant the review judges from. */
  readonly asOf: number;
  readonly level: ReportLevel;
  /** Whether unused roles are to be stopped, and not only reported. */
  readonly quarantine: boolean;
  readonly configuration: Configuration;
}

/** A change that keeps another one of the same resources from being proposed. */
export interface StandingChange {
  readonly changeId: string;
  /** Whether it waits to be decided or carried out; else somebody decided against it. */
  readonly isOpen: boolean;
  /** What it writes, or would have written. */
  readonly steps: readonly IdentityStep[];
  /** Who decided what, or what it waits for. */
  readonly why: string;
}

/** All that was read before a review of one account decides. */
export interface IdentityFacts {
  readonly organizationId: string;
  readonly account: {
    readonly id: string;
    readonly name: string;
    /** The entity path, such as `o-…/r-…/ou-…/123456789012`. */
    readonly path: string;
  };
  /** The account and every entity above it. */
  readonly place: AccountPlace;
  readonly identities: AccountIdentities;
  /** The reports asked so far, at most one a subject. */
  readonly reports: readonly IdentityReport[];
  /** The SCPs that bind the account; none in the management account. */
  readonly controls: Controls;
  readonly managementAccountId: ManagementAccount;
  /** ARNs of this product's own roles in the account. */
  readonly ownRoleArns: readonly string[];
  readonly catalogue: ActionCatalogue;
  /** Changes of the account that wait, and what people decided against; empty where nothing is kept. */
  readonly standing: readonly StandingChange[];
  /** Since when stored reviews show a grant in force, in epoch milliseconds, by the key of its resource. */
  readonly grantedSince: ReadonlyMap<string, number>;
  /** What the configured sources of proof answered; absent: nothing was asked. */
  readonly sources?: Pick<SourceFacts, 'regions' | 'simulated'>;
  /** Epoch milliseconds: when the facts were complete. */
  readonly readAt: number;
}

/** What the open changes of the account write, one after another. */
export function openSteps(standing: readonly StandingChange[]): readonly IdentityStep[] {
  return standing.flatMap(({ isOpen, steps }) => (isOpen ? steps : []));
}
