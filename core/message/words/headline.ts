import type { ChangeContent } from '../../change/content/change.ts';
import type { Telling } from '../../kinds/kind.ts';
import { shownName } from '../../organization/organization.ts';
import { asciiText } from './plain-text.ts';
import { cutAt, cutInside, namesOf } from './words.ts';

/** What the headline of a change is made of. */
export interface HeadlineParts {
  /** The targets as people are told of them. */
  readonly place: string;
  readonly told: Pick<Telling, 'deed' | 'extent'>;
}

/** So much of a place stays readable, in UTF-16 units: rather than cut more, what stands in brackets is left out. */
const readable = 24;

/** `Deny 2 unused services in Development (7 accounts)`. Where that is longer than `most` UTF-16 units, the place loses its middle. What is done is cut too where even that is too long. */
export function headlineOf({ place, told }: HeadlineParts, most = Number.POSITIVE_INFINITY): string {
  const roomOfDeed = most - Math.min(place.length, readable) - ' in '.length;
  const start = `${cutAfter(told.deed, Math.max(readable, roomOfDeed))} in `;
  const end = ` (${told.extent})`;
  const room = most - start.length - end.length;
  return room >= Math.min(place.length, readable)
    ? `${start}${cutInside(place, room)}${end}`
    : `${start}${cutInside(place, room + end.length)}`;
}

/** What is done is told from its beginning. */
function cutAfter(deed: string, most: number): string {
  return deed.length <= most ? deed : `${cutAt(deed, most - 3).trimEnd()}...`;
}

/** The targets by name; where the entity that holds them all is one of them, that one alone. */
export function placeOf({ confirm, confirmEntityId, targets }: ChangeContent): string {
  return targets.some(({ id }) => id === confirmEntityId) ? confirm : namesOf(targets.map(shownName));
}

/** The same for a subject, which is ASCII: by their ids where nothing of the names has a plain form. */
export function plainPlace({ place, targets }: PlaceNamed): string {
  return /[A-Za-z0-9]/.test(asciiText(place)) ? place : namesOf(targets.map(({ id }) => id));
}

interface PlaceNamed {
  readonly place: string;
  readonly targets: readonly { readonly id: string }[];
}
