/** The last instant that a date can hold, in epoch milliseconds. Source: ECMAScript, "Time Values and Time Range". */
const lastInstant = 8.64e15;

/** An instant (epoch ms) as ISO 8601. One beyond what a date can hold is that end: what is told after a write must never fail. */
export function isoTime(at: number): string {
  return new Date(Math.min(lastInstant, Math.max(-lastInstant, at))).toISOString();
}

/** The day of an instant (epoch ms) in UTC: `2026-11-26`. */
export function isoDay(at: number): string {
  return isoTime(at).slice(0, 10);
}

/** The minute of an instant (epoch ms) in UTC, for a sentence: `2026-11-26 09:00 UTC`. */
export function minuteUtc(at: number): string {
  return `${isoTime(at).slice(0, 16).replace('T', ' ')} UTC`;
}
