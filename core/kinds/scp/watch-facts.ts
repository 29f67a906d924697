import type { Edit } from '../../change/content/edit.ts';
import { parsePolicy } from '../../policy/document.ts';
import { denialOf, isStronger } from '../../policy/standing.ts';
import type { OrganizationSeen } from '../kind.ts';
import type { givenBackIn } from './given-back.ts';

/** What a review read that tells how an applied change fares. Times are epoch milliseconds. */
export interface WatchFacts
  extends Pick<
    OrganizationSeen,
    'tree' | 'moves' | 'policies' | 'reports' | 'knowledge' | 'readSince' | 'now'
  > {
  /** When a change of ours wrote each SCP last, or began to, by policy id. */
  readonly ownWrites: ReadonlyMap<string, number>;
  /** What applied give-backs took out of each SCP and when, by policy id; absent: nothing. */
  readonly givenBack?: ReturnType<typeof givenBackIn>;
}

/** The services of a change that a text denies less than the text that was applied did. A text that cannot be read denies nothing for sure. */
export function noLongerDenied(
  text: string,
  { after, services }: Pick<Edit, 'after' | 'services'>,
): readonly string[] {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return services;
  const applied = parsePolicy(after);
  return services.filter((service) => {
    const wanted = applied.ok ? denialOf(applied.value, service) : 'whole';
    return isStronger(wanted, denialOf(parsed.value, service));
  });
}
