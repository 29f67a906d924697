import type { Clock } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { ok, type Result, refused } from '../core/base/result.ts';
import { digested } from '../core/change/content/digest.ts';
import { ofLaterVersion, outOfScope, type PersonContext } from '../core/change/deciding/decide.ts';
import { parseReason } from '../core/change/deciding/decision-fields.ts';
import type { Actor, Asker, ChangeEvent } from '../core/change/life/events.ts';
import { type ChangeRecord, hasEnded, nextInstant } from '../core/change/life/life.ts';
import { approverOf } from '../core/change/life/principals.ts';
import { type Starter, starterOf } from '../core/change/life/starter.ts';
import { appendEvents, beginChange, type StoredChange } from '../core/change/life/stored-change.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import { readStarters } from './proposal-starter.ts';

/** What proposing a give-back needs. */
export interface GiveBackPorts {
  readonly stores: Pick<Stores, 'changes'>;
  readonly clock: Clock;
}

/** What somebody asks back, untrusted. */
export interface GiveBackInput {
  readonly services?: readonly string[];
  /** To whom alone, as ARN patterns; absent or empty: to everybody. */
  readonly principals?: readonly string[];
  readonly reason?: string;
}

/**
 * Proposes to give back services that an applied change denies. An approver asks, by AWS credentials, and counts as who
 * started it; others decide. It writes nothing but the proposal. Null: there is no such change.
 */
export async function proposeGiveBack(
  ports: GiveBackPorts,
  changeId: string,
  principalArn: string,
  input: GiveBackInput,
  configuration: Configuration,
): Promise<Result<StoredChange, DecisionRefusal> | null> {
  const change = await ports.stores.changes.load(changeId);
  if (!change) return null;
  const { record } = change;
  const approver = approverOf(configuration.approvers, principalArn);
  if (!approver)
    return refused({ code: 'OUT_OF_SCOPE', detail: `${principalArn} is not a configured approver` });
  const actor = { type: 'principal', id: principalArn } as const;
  const person = { now: ports.clock.now(), approver, actor, channel: 'iam' } as const;
  const reason = reasonToPropose(record, person, input, configuration);
  if (typeof reason !== 'string') return refused(reason);
  const wanted: Wanted = {
    ...{ services: input.services ?? [], principals: input.principals ?? [], reason },
    ...{ actor, by: approver.name },
    starter: starterOf({ type: 'principal', arn: principalArn }, principalArn, configuration),
  };
  return putForward(ports, record, wanted, configuration);
}

/** The reason of an approver who may propose a give-back of this change, or why he may not. */
export function reasonToPropose(
  record: ChangeRecord,
  person: PersonContext,
  input: Pick<GiveBackInput, 'reason'>,
  { mode }: Configuration,
): string | DecisionRefusal {
  const refusal = ofLaterVersion(record) ?? outOfScope(record, person);
  if (refusal) return refusal;
  if (mode !== 'observe') return parseReason(input.reason);
  const detail = 'the mode is observe: nothing is proposed until the configuration says approve';
  return { code: 'WRONG_FIELD', detail };
}

/** What is to be given back, for whom, and who says so. */
export interface Wanted {
  readonly services: readonly string[];
  readonly principals: readonly string[];
  readonly reason: string;
  readonly actor: Actor;
  /** Who asks, for people. */
  readonly by: string;
  readonly starter: Starter;
  /** Set where it is no approver who asks. */
  readonly asker?: Asker;
  /** Asked right before the proposal is written, not where it is there already. */
  readonly mayBeWritten?: (
    id: string,
    before: ChangeRecord | null,
    expiresAt: number,
  ) => Promise<DecisionRefusal | null>;
}

/** Drafts the give-back and stores it as proposed; the same that is proposed already is answered as it is. */
export async function putForward(
  { clock, stores: { changes } }: GiveBackPorts,
  record: ChangeRecord,
  { actor, asker, by, mayBeWritten, principals, reason, services, starter }: Wanted,
  configuration: Configuration,
): Promise<Result<StoredChange, DecisionRefusal>> {
  const { quotas, requiredApprovals } = configuration;
  const now = clock.now();
  const request = {
    ...{ services, principals, maximumCharacters: quotas.scpCharacters, reason, requiredApprovals, now },
  };
  const latest = await latestWriter(changes, record);
  const drafted = kindOf(record.content).draftGiveBack(record, latest, request);
  if (!drafted.ok) {
    const { detail } = drafted.reasons[0];
    const [, field, why = detail] = /^(services|principals): (.*)$/s.exec(detail) ?? [];
    return refused({ code: 'WRONG_FIELD', field: field === 'principals' ? field : 'services', detail: why });
  }
  const before = await changes.load(drafted.value.id);
  if (before?.record.state.status === 'proposed') return ok(before);
  if (before && !hasEnded(before.record)) {
    const detail = `${before.record.id} gives it back already and is ${before.record.state.status}`;
    return refused({ code: 'ALREADY_DECIDED', detail });
  }
  const expiresAt = now + configuration.linkHours * 3_600_000;
  const refusal = await mayBeWritten?.(drafted.value.id, before?.record ?? null, expiresAt);
  if (refusal) return refused(refusal);
  const starters = await readStarters(changes, record.content.organizationId, configuration, now);
  const revision = (before?.record.revision ?? 0) + 1;
  const forWhom = principals.length > 0 ? ` for ${principals.join(', ')} alone` : '';
  const event: ChangeEvent = {
    type: 'proposed',
    at: before ? nextInstant(before.record, now) : now,
    ...{ actor, revision, targetPaths: record.targetPaths },
    content: digested({ ...drafted.value, revision }),
    starter: asker === undefined ? await starters.with(drafted.value, starter) : starter,
    expiresAt,
    detail: `${by} asks back ${drafted.value.services.join(', ')}${forWhom} from ${record.id}: ${reason}`,
    ...(asker === undefined ? {} : { asker }),
  };
  const next = before ? appendEvents(before, [event]) : beginChange([event]);
  const saved = before ? await changes.save(next, before.version) : await changes.create(next);
  if (saved === 'saved' || saved === 'created') return ok(next);
  const first = await changes.load(next.record.id);
  if (asker && first?.record.state.status === 'proposed') return ok(first);
  const detail = 'somebody proposed the same meanwhile: npx --no -- oar changes list shows it';
  return refused({ code: 'ALREADY_DECIDED', detail });
}

/** The applied change that wrote the same last: its text is the one that shows, if nobody edited it since. */
async function latestWriter(changes: Stores['changes'], record: ChangeRecord): Promise<ChangeRecord> {
  let latest = record;
  for (const { id } of await changes.listByStatus(['applied'])) {
    const other = id === record.id ? null : ((await changes.load(id))?.record ?? null);
    if (!other || !kindOf(record.content).writesTheSame(record, other)) continue;
    if (appliedAt(other) > appliedAt(latest)) latest = other;
  }
  return latest;
}

function appliedAt({ state }: ChangeRecord): number {
  return state.status === 'applied' ? state.appliedAt : 0;
}
