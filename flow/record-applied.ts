import { dayMilliseconds } from '../core/base/limits.ts';
import { editOf } from '../core/change/content/edit.ts';
import type { ChangeEvent, EventBody } from '../core/change/life/events.ts';
import { nextInstant } from '../core/change/life/life.ts';
import { appendEvents, type StoredChange } from '../core/change/life/stored-change.ts';
import { driftNews } from '../core/kinds/scp/drift.ts';
import type { LivePolicy } from '../core/kinds/scp/live-policy.ts';
import type { ServiceControlPolicy } from '../core/policy/service-control-policy.ts';
import type { ApplyPorts } from './apply-ports.ts';
import { record } from './record.ts';

/**
 * Records that a change is applied. Where the SCP was attached to another target, or detached from one, while it was
 * written, the same write says so: AWS takes no condition under which it writes, so this is seen only now, and whoever
 * approved has to know at once.
 */
export async function recordApplied(
  ports: ApplyPorts,
  change: StoredChange,
  live: LivePolicy,
): Promise<StoredChange> {
  const rollBackUntil = ports.clock.now() + ports.configuration.rollBackDays * dayMilliseconds;
  const applied = { type: 'applied', rollBackUntil } as const;
  return record(ports, change, [applied, ...(await otherTargets(ports, change, live, applied))]);
}

async function otherTargets(
  { clock, writer }: ApplyPorts,
  change: StoredChange,
  live: LivePolicy,
  applied: Extract<EventBody, { readonly type: 'applied' }>,
): Promise<readonly EventBody[]> {
  const { content, revision } = change.record;
  // One that is gone altogether denies nothing any more: the next review tells.
  if (live === null) return [];
  const approved = content.targets.map(({ id }) => id);
  if (live.targetIds.length === approved.length && approved.every((id) => live.targetIds.includes(id)))
    return [];
  const now = nextInstant(change.record, clock.now());
  const event: ChangeEvent = { at: now, actor: { type: 'system', id: 'apply' }, revision, ...applied };
  const { record: after } = appendEvents(change, [event]);
  if (after.state.status !== 'applied')
    throw new Error(`${after.id} was applied and is ${after.state.status}`);
  const { id, text } = live;
  const targets = await writer.readPolicyTargets(id);
  const policy: ServiceControlPolicy = {
    ...{ id, text, targets, name: editOf(content).policyName },
    ...{ awsManaged: false, tags: null },
  };
  return driftNews(after, after.state, { policies: [policy], ownWrites: new Map(), readSince: now });
}
