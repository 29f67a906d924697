import type { Waiting } from '../adapters/ports.ts';
import type { AccessReport } from '../core/finding/access-report.ts';
import type { AskingEnd } from '../core/review/review-facts.ts';

/** What is said while a review runs, for a terminal or a log. */
export type Progress =
  | { readonly kind: 'organization-read'; readonly accounts: number; readonly policies: number }
  | { readonly kind: 'report-started'; readonly entityId: string; readonly name: string }
  | {
      readonly kind: 'report-ended';
      readonly entityId: string;
      readonly name: string;
      readonly report: AccessReport;
    }
  | { readonly kind: 'accounts-moved'; readonly accountIds: readonly string[] }
  | ({ readonly kind: 'waiting' } & Waiting)
  /** The time of a run is over, and another one goes on. */
  | { readonly kind: 'goes-on'; readonly pending: number }
  | ({ readonly kind: 'asking-ended'; readonly pending: number } & AskingEnd)
  | { readonly kind: 'tree-not-confirmed'; readonly reason: string };

/** A listener for progress. */
export type OnProgress = (progress: Progress) => void;
