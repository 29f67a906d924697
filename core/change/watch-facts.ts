import type { AccessReport } from '../access/access-report.ts';
import type { AccountMoves } from '../access/moves.ts';
import type { OrganizationTree } from '../access/organization.ts';
import { parsePolicy } from '../policy/document.ts';
import type { ServiceControlPolicy } from '../policy/service-control-policy.ts';
import { denialOf, isStronger } from '../policy/standing.ts';
import type { ChangeContent } from './change.ts';
import { createdPolicyId } from './journal.ts';
import type { ChangeRecord } from './life.ts';
import type { ChangeState } from './state.ts';

/** What a review read that tells how an applied change fares. Times are epoch milliseconds. */
export interface WatchFacts {
  readonly tree: OrganizationTree;
  /** Accounts that moved within the threshold. */
  readonly moves: AccountMoves;
  readonly policies: readonly ServiceControlPolicy[];
  readonly reports: readonly AccessReport[];
  /** Nothing of it was read before. */
  readonly readSince: number;
  readonly now: number;
  /** When a change of ours wrote each SCP last, or began to, by policy id. */
  readonly ownWrites: ReadonlyMap<string, number>;
}

/** A write shows everywhere within this time, and whatever a reader saw before says nothing of it (milliseconds). */
export const settlingMilliseconds = 5 * 60_000;

/** The state of a change that is in force. */
export type Applied = Extract<ChangeState, { readonly status: 'applied' }>;

/** The SCP that a change is about: the one that it edits, or the one that it made; null while there is none. */
export function policyIdOf({ content, state }: Pick<ChangeRecord, 'content' | 'state'>): string | null {
  return content.policyId ?? createdPolicyId('journal' in state ? state.journal : []);
}

/** The services of a change that a text denies less than the text that was applied did. A text that cannot be read denies nothing for sure. */
export function noLongerDenied(
  text: string,
  { after, services }: Pick<ChangeContent, 'after' | 'services'>,
): readonly string[] {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return services;
  const applied = parsePolicy(after);
  return services.filter((service) => {
    const wanted = applied.ok ? denialOf(applied.value, service) : 'whole';
    return isStronger(wanted, denialOf(parsed.value, service));
  });
}
