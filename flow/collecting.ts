import type { ReviewPorts } from '../adapters/ports.ts';
import type { CompletedReport } from '../core/finding/access-report.ts';
import type { Answer, Collection } from '../core/review/collection.ts';
import type { Judgement } from '../core/review/judgement.ts';
import type { AskingEnd, ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import type { AskOptions } from './ask-report.ts';
import type { Further } from './coming-further.ts';
import type { FirstReading, Reading } from './reading.ts';

/** All that was read, and what it amounts to. */
export interface Collected {
  readonly facts: ReviewFacts;
  readonly judgement: Judgement;
}

/** What a run collected. */
export interface CollectedInRun {
  readonly facts: ReviewFacts;
  /** Null where nothing is decided in this run. */
  readonly judgement: Judgement | null;
}

/** Told of each answer as it arrives, before the next question; `open` is how many reports are open as far as is known. */
export type OnAnswer = (
  answer: Answer,
  counts: { readonly done: number; readonly open: number },
) => Promise<void>;

/** Looks for the report of an entity that an earlier review had, with the organization as it is. */
export type EarlierReport = (start: ReviewFacts, entityId: string) => Promise<CompletedReport | null>;

/** A collection that is under way. */
export interface Collecting {
  readonly ports: ReviewPorts;
  readonly request: ReviewRequest;
  /** SCPs whose texts are read wherever they are attached. */
  readonly policyIds: readonly string[];
  readonly onAnswer: OnAnswer | undefined;
  /** The report of an entity that an earlier review had and that may be used again, or null. */
  readonly earlierReport: EarlierReport;
  /** The latest that a look at the parents begins, epoch ms: another run follows that goes on; null: none follows. */
  readonly lookBy: number | null;
  /** The latest that something is judged where another run follows, epoch ms. */
  readonly judgeBy: number;
  /** The reading that the organization was from at first. */
  readonly first: FirstReading;
  /** Whether this run came further. */
  readonly further: Further;
  /** The run before came no further: no other follows, unless the time of this one goes to apply. */
  readonly isLast: boolean;
  /** The organization is from a reading that an earlier run kept, and this one has not begun to read it again. */
  isKept: boolean;
  /** A reading that is under way. */
  reading: Reading | null;
  /** When the review began, epoch ms: its budget of time counts from here. */
  readonly startedAt: number;
  asking: AskOptions;
  /** The organization as it was read last, with nothing asked. */
  start: ReviewFacts;
  collection: Collection;
  /** Why no report is asked any more in this round. */
  end: AskingEnd | undefined;
  /** Null where an answer came since: the same facts are never judged twice. */
  judged: Collected | null;
  /** The facts that were judged last. */
  known: ReviewFacts;
}
