import { minuteUtc } from './words.ts';

/** Who stopped every SCP write, why and when (epoch ms). */
export interface StandingFreeze {
  readonly by: string | null;
  readonly reason: string | null;
  readonly at: number | null;
}

/** That nothing is written for now, as a sentence with the way out. */
export function freezeWords({ at, by, reason }: StandingFreeze): string {
  const since = at === null ? '' : ` since ${minuteUtc(at)}`;
  return `Writes are frozen${since}${by === null ? '' : ` by ${by}`}${reason === null ? '' : ` (${reason})`}: nothing is written until somebody lifts it with "oar freeze --lift".`;
}
