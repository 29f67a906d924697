import type { ChangeStore } from '../adapters/store-ports.ts';
import type { ChangeContent } from '../core/change/change.ts';
import { mayNotDecideAlone, type Starter } from '../core/change/starter.ts';

/**
 * Who started what is proposed for the first time. A review that began because an approved change was stale goes on from
 * that change: under another id if the SCP's text or targets are others now, but who may not approve it alone is the same.
 */
export async function proposalStarter(
  changes: ChangeStore,
  { organizationId, policyId }: ChangeContent,
  starter: Starter,
): Promise<Starter> {
  // A new SCP keeps its id: nothing stands yet that could be another.
  if (starter.type !== 'stale' || policyId === null) return starter;
  const [newest] = (await changes.listByStatus(['superseded']))
    .filter((change) => change.policyId === policyId && change.organizationId === organizationId)
    .sort((one, other) => other.updatedAt - one.updatedAt);
  const earlier = newest ? (await changes.load(newest.id))?.record.starter : undefined;
  return earlier !== undefined && mayNotDecideAlone(earlier) ? earlier : starter;
}
