import type { Configuration } from '../base/configuration.ts';
import type { Readings } from './readings.ts';

/** How a check went. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'not checked';

/** What a check says of one thing. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was seen, on one line. */
  readonly said: string;
  /** What to do about it; absent where there is nothing to do. */
  readonly wayOut?: string;
}

/** One line of the doctor's answer. */
export interface Line extends Finding {
  readonly check: string;
}

/** What a check knows beside what was read. */
export interface DoctorContext {
  readonly configuration: Configuration;
  /** The stack that is looked at; null: nothing is deployed. */
  readonly stackName: string | null;
}

/** What can be wrong, and from which readings it is seen. It judges only where all of them were made. */
export interface Check {
  readonly name: string;
  readonly reads: readonly (keyof Readings)[];
  /** Where AWS refuses a reading, something is wrong: as a rule the caller may merely not look. */
  readonly mustRead?: true;
  judge(readings: Readings, context: DoctorContext): readonly Finding[];
}

/** A check whose judgement sees the readings that it names and no others. */
export function check<Name extends keyof Readings>(
  entry: Omit<Check, 'judge' | 'reads'> & {
    readonly reads: readonly Name[];
    judge(readings: Pick<Readings, Name>, context: DoctorContext): readonly Finding[];
  },
): Check {
  return entry;
}

/** All is well. */
export function fine(said: string): Finding {
  return { verdict: 'ok', said };
}

/** Something will not work. */
export function wrong(said: string, wayOut: string): Finding {
  return { verdict: 'fail', said, wayOut };
}

/** Something may not work, or not for long. */
export function doubtful(said: string, wayOut: string): Finding {
  return { verdict: 'warn', said, wayOut };
}

/** Something could not be looked at. */
export function unchecked(said: string, wayOut?: string): Finding {
  return { verdict: 'not checked', said, ...(wayOut === undefined ? {} : { wayOut }) };
}
