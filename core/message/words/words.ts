import { counted, grouped } from '../../base/counted.ts';
import { isoDay, minuteUtc } from '../../base/iso-time.ts';

/** A number of minutes as people say it: `30 minutes`, `4 hours`, `1.5 hours`, `2 days`. */
export function duration(minutes: number): string {
  if (minutes < 60) return counted(minutes, 'minute');
  const [unit, count] = minutes < 48 * 60 ? ['hour', minutes / 60] : ['day', minutes / 1440];
  return counted(Math.round((count as number) * 10) / 10, unit as string);
}

/** When something that lasts to an instant ends: a day that is meant whole is named, not the midnight after it. */
export function untilUtc(at: number): string {
  return at % 86_400_000 === 0 ? `the end of ${isoDay(at - 1)}` : minuteUtc(at);
}

/** `A`, `A and B`, `A, B and 3 more`; `unnamed`: how many there are beside these. */
export function namesOf(names: readonly string[], most = 2, unnamed = 0): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length + unnamed;
  if (rest > 0) return `${shown.join(', ')} and ${grouped(rest)} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** The text without its middle where it is longer than `most` UTF-16 units: of two names, beginning and end tell more than the beginning alone. */
export function cutInside(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = cutAt(text, Math.ceil((most - 3) / 2));
  const tail = text.slice(text.length - Math.max(0, most - 3 - head.length)).replace(/^[\uDC00-\uDFFF]/, '');
  return `${head.trimEnd()}...${tail.trimStart()}`;
}

/** The text cut at so many UTF-16 units, never inside a character. */
export function cutAt(text: string, most: number): string {
  const cut = text.slice(0, most);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
