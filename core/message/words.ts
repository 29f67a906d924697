/** `1 account`, `2,400 accounts`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A minute in UTC: `2026-11-26 09:00 UTC`. */
export function minuteUtc(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** A day in UTC: `2026-11-26`. */
export function dayUtc(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
