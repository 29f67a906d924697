/** One line of the table: a ratio or a size, never a time by itself, so that it means the same on every machine. */
export interface Row {
  readonly name: string;
  /** In `unit`; ratios have the unit `×`. */
  readonly value: number;
  readonly unit: string;
  /** What the value has to be, `≤ 1.3`, or `information`. */
  readonly goal: string;
  readonly ok: boolean;
  /** What the value is measured against: the baseline's formula. */
  readonly against: string;
}

/** One thing that is measured, as the rows it adds to the table. */
export type Figure = (options: FigureOptions) => Promise<readonly Row[]>;

/** How thoroughly to measure. */
export interface FigureOptions {
  /** True: all figures together end within a minute. */
  readonly quick: boolean;
}

/** A row before it is judged. */
export type Measurement = Pick<Row, 'name' | 'value' | 'unit' | 'against'>;

/** A row with a goal that the value must not exceed. */
export function atMost(most: number, measurement: Measurement): Row {
  return judged(measurement, `≤ ${most.toLocaleString('en-US')}`, measurement.value <= most);
}

/** A row with a goal that the value must not fall short of. */
export function atLeast(least: number, measurement: Measurement): Row {
  const shown = least.toLocaleString('en-US', { maximumFractionDigits: 3 });
  return judged(measurement, `≥ ${shown}`, measurement.value >= least);
}

/** A row with a goal that the value must stay below. */
export function below(bound: number, measurement: Measurement): Row {
  return judged(measurement, `< ${bound.toLocaleString('en-US')}`, measurement.value < bound);
}

/** A row that is good to know and has no goal. */
export function information(measurement: Measurement): Row {
  return judged(measurement, 'information', true);
}

function judged({ name, value, unit, against }: Measurement, goal: string, ok: boolean): Row {
  return { name, value, unit, goal, ok, against };
}

/** The middle value, or the mean of the two in the middle. Throws for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('no values to take the middle of');
  return (lower + upper) / 2;
}

/** Measures two things by turns, so that a slow moment of the machine meets both, and answers the median of each. */
export async function interleave(
  rounds: number,
  measured: () => number | Promise<number>,
  baseline: () => number | Promise<number>,
): Promise<{ readonly measured: number; readonly baseline: number }> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Who comes second finds warmer caches: each is second every other time.
    const turns = [async () => ours.push(await measured()), async () => theirs.push(await baseline())];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  return { measured: median(ours), baseline: median(theirs) };
}
