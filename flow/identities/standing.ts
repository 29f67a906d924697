import type { ChangeStore } from '../../adapters/store-ports.ts';
import { identityPartOf, identityStepsOf } from '../../core/change/content/identity-content.ts';
import { openChangeFrom, type Rests, suppressionFrom } from '../../core/change/deciding/suppression.ts';
import { changeStatuses } from '../../core/change/life/state.ts';
import { kindOf } from '../../core/kinds/kinds.ts';
import type { StandingChange } from '../../core/review/identities/identity-facts.ts';

/** Reads the changes of an account's IAM that wait, and those that people decided against for a time that has not ended. `now` is epoch milliseconds. */
export async function readStanding(
  changes: ChangeStore,
  place: { readonly organizationId: string; readonly accountId: string },
  rests: Rests,
  now: number,
): Promise<readonly StandingChange[]> {
  const living = changeStatuses.filter((status) => !['expired', 'superseded', 'applied'].includes(status));
  const standing: StandingChange[] = [];
  for (const { id, organizationId, policyId } of await changes.listByStatus(living)) {
    // A change of IAM is listed by its account: those of the others are not read.
    if (organizationId !== place.organizationId || policyId !== place.accountId) continue;
    const record = (await changes.load(id))?.record;
    if (!record || kindOf(record.content).proposedBy !== 'identities') continue;
    if (identityPartOf(record.content).accountId !== place.accountId) continue;
    const steps = identityStepsOf(record.content);
    if (openChangeFrom(record) !== null) {
      standing.push({ changeId: id, isOpen: true, steps, why: `is ${record.state.status}` });
      continue;
    }
    const off = suppressionFrom(record, rests);
    if (off === null || off.until <= now) continue;
    standing.push({ changeId: id, isOpen: false, steps, why: `was ${off.why}` });
  }
  return standing;
}
