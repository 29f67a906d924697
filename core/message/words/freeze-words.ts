import type { Configuration } from '../../base/configuration.ts';
import { minuteUtc } from '../../base/iso-time.ts';

/** Who stopped every SCP write, why and when (epoch ms). */
export interface StandingFreeze {
  readonly by: string | null;
  readonly reason: string | null;
  readonly at: number | null;
}

// As a sentence with the way out.
function freezeWords({ at, by, reason }: StandingFreeze): string {
  const since = at === null ? '' : ` since ${minuteUtc(at)}`;
  return `Writes are frozen${since}${by === null ? '' : ` by ${by}`}${reason === null ? '' : ` (${reason})`}: nothing is written until somebody lifts it with "npx --no -- oar freeze --lift --reason TEXT".`;
}

/** What holds up every write for now: the mode, or a freeze that was looked up; null: nothing that is known. */
export function heldWords({
  configuration,
  freeze,
}: {
  readonly configuration: Pick<Configuration, 'mode'>;
  readonly freeze?: StandingFreeze | null;
}): string | null {
  if (configuration.mode === 'observe')
    return 'The mode is observe: nothing is written until the configuration says approve.';
  return freeze ? freezeWords(freeze) : null;
}
