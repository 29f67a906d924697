import type { Knowledge } from '../../../finding/knowledge.ts';
import { type Entity, nameWithId } from '../../../organization/organization.ts';
import { newDenyPolicy } from '../../../policy/deny-statement.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { isTakenAt, type PolicyIndex } from '../../../policy/policy-index.ts';
import { blockedBy, type CallsAlike, callWords, isOf, trailOf } from '../../../replay/calls-below.ts';
import type { TrailReading } from '../../../replay/trail-reading.ts';

/** What a judgement rests on. */
interface Given {
  readonly knowledge: Pick<Knowledge, 'tree'>;
  readonly policyIndex: PolicyIndex;
  readonly trail?: readonly TrailReading[] | undefined;
  /** Whom every deny of ours leaves out. */
  readonly exemptPrincipals: readonly string[];
}

/** So many kinds of calls are named. */
const mostNamed = 5;

/** The calls of a service that a denial at the entity would have stopped, in words, as the organization's trail has them; null: it has none. */
export function calledBelow(
  { exemptPrincipals, knowledge: { tree }, policyIndex, trail }: Given,
  entity: Entity,
  service: string,
): string | null {
  const calls = trail === undefined ? null : trailOf(trail).calls;
  if (calls === null || calls.size === 0) return null;
  const called = tree.accounts.slice(entity.firstAccount, entity.endAccount).flatMap((account) => {
    const lost = callsLost(calls.get(account.id) ?? [], service, exemptPrincipals);
    if (lost.length === 0 || isTakenAt(policyIndex, account.id, service, exemptPrincipals)) return [];
    return lost.map((call) => `in ${nameWithId(account)} ${callWords(call)}`);
  });
  if (called.length === 0) return null;
  const more = called.length > mostNamed ? `; and ${called.length - mostNamed} more kinds of calls` : '';
  return `${service} was called, says the organization's trail: ${called.slice(0, mostNamed).join('; ')}${more}`;
}

/** The calls that a denial of the whole service would have stopped, but for exempt principals. */
function callsLost(
  calls: readonly CallsAlike[],
  service: string,
  exemptPrincipals: readonly string[],
): readonly CallsAlike[] {
  const ofService = calls.filter((call) => isOf(call, service));
  if (ofService.length === 0) return [];
  const maximumCharacters = Number.POSITIVE_INFINITY;
  const denial = newDenyPolicy({ services: [service], exemptPrincipals, maximumCharacters });
  const after = denial.ok ? parsePolicy(denial.value.text) : denial;
  if (!after.ok) throw new Error(after.reasons[0].detail);
  return blockedBy({ before: null, after: after.value }, ofService);
}
