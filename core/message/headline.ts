import type { Telling } from '../kinds/kind.ts';
import { cutInside, plural } from './words.ts';

/** What the headline of a change is made of. */
export interface HeadlineParts {
  /** The targets as people are told of them. */
  readonly place: string;
  readonly told: Pick<Telling, 'deed'>;
  readonly accounts: readonly unknown[];
}

/** So much of a place stays readable, in UTF-16 units: rather than cut more, the number of accounts is left out. */
const readable = 24;

/** `Deny 2 unused services in Development (7 accounts)`; where that is longer than `most` UTF-16 units, the place loses its middle. */
export function headlineOf(
  { accounts, place, told }: HeadlineParts,
  most = Number.POSITIVE_INFINITY,
): string {
  const start = `${told.deed} in `;
  const end = ` (${plural(accounts.length, 'account')})`;
  const room = most - start.length - end.length;
  return room >= Math.min(place.length, readable)
    ? `${start}${cutInside(place, room)}${end}`
    : `${start}${cutInside(place, room + end.length)}`;
}
