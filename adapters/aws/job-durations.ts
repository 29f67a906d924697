/** What is known of how long jobs take. */
export interface JobDurations {
  /** A job took so many milliseconds. */
  note(milliseconds: number): void;
  /** How long to wait before the first poll, in milliseconds. */
  firstPoll(): number;
}

/** So many jobs are remembered. */
const remembered = 32;

/** When the first poll of a job comes, by the durations of the last ones: this part of what this share of them took; fewer jobs than `fewest` tell nothing yet. */
export interface FirstPoll {
  readonly share: number;
  readonly part: number;
  readonly fewest: number;
}

/** Where many jobs run side by side, AWS's limit of calls is what bounds them: a poll that comes too early is a call that is lost. */
export const whenMostAreDone: FirstPoll = { share: 0.9, part: 1, fewest: 8 };
/** Where one job runs at a time, the next one waits for its end: a poll that comes too late is time that is lost. */
export const beforeAnyIsDone: FirstPoll = { share: 0, part: 0.8, fewest: 4 };

/** Learns how long jobs take. The first poll comes no earlier than after so many milliseconds. */
export function createJobDurations(
  firstPollMilliseconds: number,
  { fewest, part, share }: FirstPoll,
): JobDurations {
  let durations: readonly number[] = [];
  return {
    note: (milliseconds) => {
      durations = [...durations, Math.max(0, milliseconds)].slice(-remembered);
    },
    firstPoll: () => {
      if (durations.length < fewest) return firstPollMilliseconds;
      const sorted = [...durations].sort((one, other) => one - other);
      return Math.max(firstPollMilliseconds, part * (sorted[Math.floor(sorted.length * share)] ?? 0));
    },
  };
}
