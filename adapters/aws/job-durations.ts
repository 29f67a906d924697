/** What is known of how long jobs take. */
export interface JobDurations {
  /** A job took so many milliseconds. */
  note(milliseconds: number): void;
  /** How long to wait before the first poll, in milliseconds. */
  firstPoll(): number;
}

/** So many jobs are remembered, and fewer than that tell nothing yet. */
const remembered = 32;
const fewest = 8;
/** So many of them were done by the first poll. */
const doneShare = 0.9;

/** Learns how long jobs take. Where many run side by side, AWS's limit of calls is what bounds them, and a poll that comes too early is a call that is lost; a few jobs alone are polled early. */
export function createJobDurations(firstPollMilliseconds: number): JobDurations {
  let durations: readonly number[] = [];
  return {
    note: (milliseconds) => {
      durations = [...durations, Math.max(0, milliseconds)].slice(-remembered);
    },
    firstPoll: () => {
      if (durations.length < fewest) return firstPollMilliseconds;
      const sorted = [...durations].sort((one, other) => one - other);
      return Math.max(firstPollMilliseconds, sorted[Math.floor(sorted.length * doneShare)] ?? 0);
    },
  };
}
