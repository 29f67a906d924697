import type { StoredExemption, Stores } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { decisionLimits } from '../core/change/deciding/decision-fields.ts';
import { isConfirmed, liftExemption, wasDecided } from '../core/change/deciding/exemption.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { approverOf } from '../core/change/life/principals.ts';
import { changeStatuses } from '../core/change/life/state.ts';
import { appendEvents, type StoredChange } from '../core/change/life/stored-change.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import type { DecidePorts } from './decide.ts';

type ExemptionStores = Pick<Stores, 'changes' | 'exemptions'>;

/** The exemptions of an organization that people decided on and that hold at an instant (epoch ms). One whose change cannot be read holds: what may be exempt is not denied. */
export async function readExemptions(
  stores: ExemptionStores,
  organizationId: string,
  at: number,
): Promise<readonly StoredExemption[]> {
  const known = await withRecords(stores, organizationId, at);
  return known.flatMap(({ exemption, record }) =>
    record === 'unreadable' || (record !== null && isConfirmed(record, exemption)) ? [exemption] : [],
  );
}

/** A decision that takes longer than this to be recorded never will be, in milliseconds. */
const recordingMilliseconds = 3_600_000;

/** Removes exemptions whose decision was never recorded; answers their ids. */
export async function removeUnrecorded(
  stores: ExemptionStores,
  organizationId: string,
  now: number,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const { exemption, record } of await withRecords(stores, organizationId, now)) {
    if (record === 'unreadable' || (exemption.writtenAt ?? 0) > now - recordingMilliseconds) continue;
    if (record === null || !wasDecided(record, exemption)) ids.push(exemption.id);
  }
  await stores.exemptions.remove(ids);
  return ids;
}

/** One exemption that counts, as lists show it. */
export interface ListedExemption {
  readonly id: string;
  readonly changeId: string;
  readonly owner: string;
  readonly entity: { readonly id: string; readonly name: string };
  readonly service: string;
  readonly reason: string;
  /** ISO time. */
  readonly until: string;
}

/** Every exemption that counts now (epoch ms), those that end first at the top. */
export async function listExemptions(
  stores: ExemptionStores,
  now: number,
): Promise<readonly ListedExemption[]> {
  const changes = await stores.changes.listByStatus(changeStatuses);
  const listed: ListedExemption[] = [];
  for (const organizationId of new Set(changes.map((change) => change.organizationId))) {
    for (const { exemption, record } of await withRecords(stores, organizationId, now)) {
      if (record === null || (record !== 'unreadable' && !isConfirmed(record, exemption))) continue;
      const { changeId, entity: entityId, id, owner, reason, service, until } = exemption;
      const targets = record === 'unreadable' ? [] : record.content.targets;
      const name = targets.find((target) => target.id === entityId)?.name ?? entityId;
      listed.push({ id, changeId, owner, entity: { id: entityId, name }, service, reason, until });
    }
  }
  return listed.sort((one, other) => (one.until < other.until ? -1 : 1));
}

const noRoom: DecisionRefusal = {
  code: 'WRONG_FIELD',
  field: 'reason',
  detail:
    'the change of this exemption holds so many events that it would have no room to be rolled back: the exemption stays until its end',
};

/** How often a lost race is judged again on what won. */
const attempts = 20;

/** Lifts an exemption as an AWS principal (ARN as AWS authorized it), by one conditional write into its change's history; lifted twice is lifted once. Null: there is no such exemption. */
export async function liftDecidedExemption(
  { clock, stores }: DecidePorts,
  exemptionId: string,
  principalArn: string,
  input: { readonly reason?: string },
  configuration: Configuration,
): Promise<{ readonly change: StoredChange; readonly refusals: readonly DecisionRefusal[] } | null> {
  const exemption = await stores.exemptions.load(exemptionId);
  if (!exemption) return null;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await stores.changes.load(exemption.changeId);
    if (!change || !wasDecided(change.record, exemption)) return null;
    const approver = approverOf(configuration.approvers, principalArn);
    if (!approver) {
      const detail = `${principalArn} is not a configured approver`;
      return { change, refusals: [{ code: 'OUT_OF_SCOPE', detail }] };
    }
    const lifted = liftExemption(change.record, exemption, input, {
      approver,
      now: clock.now(),
      actor: { type: 'principal', id: principalArn },
      channel: 'iam',
    });
    if (!lifted.ok) return { change, refusals: lifted.reasons };
    if (lifted.value === null) return { change, refusals: [] };
    const next = appendEvents(change, [lifted.value]);
    if (stores.changes.roomIn(next) < decisionLimits.roomBytes) return { change, refusals: [noRoom] };
    if ((await stores.changes.save(next, change.version)) === 'saved')
      return { change: { ...next, version: change.version + 1 }, refusals: [] };
  }
  throw new Error(`change ${exemption.changeId} was written by others ${attempts} times in a row: try again`);
}

async function withRecords(
  stores: ExemptionStores,
  organizationId: string,
  at: number,
): Promise<
  readonly { readonly exemption: StoredExemption; readonly record: ChangeRecord | null | 'unreadable' }[]
> {
  const records = new Map<string, ChangeRecord | null | 'unreadable'>();
  const known: { exemption: StoredExemption; record: ChangeRecord | null | 'unreadable' }[] = [];
  for (const exemption of await stores.exemptions.listActive(organizationId, at)) {
    const { changeId } = exemption;
    if (!records.has(changeId))
      records.set(
        changeId,
        await stores.changes.load(changeId).then(
          (stored) => stored?.record ?? null,
          () => 'unreadable',
        ),
      );
    known.push({ exemption, record: records.get(changeId) ?? null });
  }
  return known;
}
