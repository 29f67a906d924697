import type { Clock } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import { canonicalJson } from '../core/base/canonical-json.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { minuteUtc } from '../core/base/iso-time.ts';
import { ok, type Result, refused } from '../core/base/result.ts';
import { sha256 } from '../core/base/sha256.ts';
import type { ChangeContent } from '../core/change/content/change.ts';
import { digested } from '../core/change/content/digest.ts';
import { exemptedPrincipals, firstEnd } from '../core/change/content/exempted.ts';
import { ofLaterVersion, outOfScope, type PersonContext } from '../core/change/deciding/decide.ts';
import { parseReason } from '../core/change/deciding/decision-fields.ts';
import { parseDays } from '../core/change/deciding/exemption-days.ts';
import { whyNobodyElse } from '../core/change/deciding/request-back.ts';
import type { ChangeEvent } from '../core/change/life/events.ts';
import { lastPaths } from '../core/change/life/history-facts.ts';
import { type ChangeRecord, hasEnded, nextInstant } from '../core/change/life/life.ts';
import { approverOf } from '../core/change/life/principals.ts';
import { starterOf } from '../core/change/life/starter.ts';
import { appendEvents, beginChange, type StoredChange } from '../core/change/life/stored-change.ts';
import { type DecisionRefusal, wrongField } from '../core/change/links/refusal.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import { readStarters } from './proposal-starter.ts';
import { givesWay, standingAnswer, type Wanted, wasTyped } from './wanted-back.ts';
import { writersOf } from './writers-of.ts';

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
  /** For how many days, for principals alone; absent: without an end. */
  readonly days?: string;
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
  const days = parseDays(input.days);
  if (typeof days === 'object') return refused(days);
  const wanted: Wanted = {
    services: input.services ?? [],
    principals: input.principals ?? [],
    days,
    reason,
    actor,
    by: approver.name,
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

/** Drafts the give-back and stores it as proposed; the same that is proposed already is answered as it is. Where there is no room for it, nothing is drafted. */
export async function putForward(
  ports: GiveBackPorts,
  record: ChangeRecord,
  wanted: Wanted,
  configuration: Configuration,
): Promise<Result<StoredChange, DecisionRefusal>> {
  const { changes } = ports.stores;
  const now = ports.clock.now();
  const { days, principals, room, services } = wanted;
  const entry = {
    of: record.id,
    asker: room?.asker ?? null,
    at: now,
    until: now + configuration.linkHours * 3_600_000,
    wanted: sha256(canonicalJson({ services: [...services].sort(), principals, days })),
  };
  const looked = await room?.store.look(entry, hasAnswer(ports));
  if (looked?.refusal) {
    const same = looked.same === null ? null : await changes.load(looked.same);
    return same?.record.state.status === 'proposed' ? ok(same) : refused(looked.refusal);
  }
  const written = await writersOf(changes, record);
  const drafted = draft(record, written, wanted, configuration, now);
  if (!drafted.ok) return drafted;
  const { id, targets } = drafted.value;
  // Nobody is asked about an exemption whose time is over.
  const expiresAt = Math.min(entry.until, firstEnd(drafted.value) ?? Number.POSITIVE_INFINITY);
  const before = await changes.load(id);
  const standing = standingAnswer(before, wanted);
  if (standing) return standing;
  const asked = { content: drafted.value, expiresAt, targetPaths: lastPaths(targets, written) };
  const nobodyElse = whyNobodyElse(asked, wanted.starter, configuration);
  if (nobodyElse) return refused(nobodyElse);
  if (room) {
    // What was answered to a typed name was not answered to him.
    const isFirst = before === null || wasTyped(before.record, wanted);
    const refusal =
      (isFirst ? null : room.stillAnswered(before.record)) ??
      (await room.store.enter({ ...entry, id, until: expiresAt }, hasAnswer(ports)));
    if (refusal) return refused(refusal);
  }
  const events = await eventsOf(ports, record, wanted, asked, before?.record ?? null, configuration);
  const next = before ? appendEvents(before, events) : beginChange(events);
  const saved = before ? await changes.save(next, before.version) : await changes.create(next);
  if (saved === 'saved' || saved === 'created') return ok(next);
  const first = await changes.load(id);
  if (wanted.asker && first?.record.state.status === 'proposed' && !givesWay(first.record, wanted))
    return ok(first);
  const detail = 'somebody proposed the same meanwhile: ask again, or look at npx --no -- oar changes list';
  return refused({ code: 'ALREADY_DECIDED', detail });
}

function draft(
  record: ChangeRecord,
  written: readonly ChangeRecord[],
  { days, principals, reason, services }: Wanted,
  { quotas, requiredApprovals }: Configuration,
  now: number,
): Result<ChangeContent, DecisionRefusal> {
  const drafted = kindOf(record.content).draftGiveBack(record, written, {
    services,
    principals,
    maximumCharacters: quotas.scpCharacters,
    reason,
    requiredApprovals,
    now,
    ...(days === undefined ? {} : { days }),
  });
  if (drafted.ok) return drafted;
  const { detail, field = 'services' } = drafted.reasons[0];
  return refused(wrongField(field, detail));
}

/** The proposal, after the end of the one that it takes the place of. */
async function eventsOf(
  { clock, stores: { changes } }: GiveBackPorts,
  record: ChangeRecord,
  { actor, asker, by, reason, starter }: Wanted,
  asked: Pick<Extract<ChangeEvent, { readonly type: 'proposed' }>, 'content' | 'expiresAt' | 'targetPaths'>,
  before: ChangeRecord | null,
  configuration: Configuration,
): Promise<readonly [ChangeEvent, ...ChangeEvent[]]> {
  const now = clock.now();
  const { content, expiresAt, targetPaths } = asked;
  const revision = (before?.revision ?? 0) + 1;
  const whom = exemptedPrincipals(content);
  const endsAt = firstEnd(content);
  const until = endsAt === null ? '' : ` until ${minuteUtc(endsAt)}`;
  const forWhom = whom.length > 0 ? ` for ${whom.join(', ')} alone${until}` : '';
  const isOver = before === null || hasEnded(before);
  const at = before ? nextInstant(before, now) : now;
  const whole =
    asker === undefined
      ? await (await readStarters(changes, record.content.organizationId, configuration, now)).with(
          content,
          starter,
        )
      : starter;
  const proposed: ChangeEvent = {
    type: 'proposed',
    at,
    actor,
    revision,
    targetPaths,
    starter: whole,
    content: digested({ ...content, revision }),
    expiresAt,
    detail: `${by} asks back ${content.services.join(', ')}${forWhom} from ${record.id}: ${reason}`,
    ...(asker === undefined ? {} : { asker }),
  };
  if (isOver) return [proposed];
  const known = { code: 'ASKER_KNOWN', detail: `${by} asks for the same, and is known` };
  return [{ type: 'superseded', at, actor, revision: before.revision, reason: known }, proposed];
}

/** Tells whether a proposed change no longer waits for an answer. */
function hasAnswer({ stores }: GiveBackPorts): (id: string) => Promise<boolean> {
  return async (id) => {
    const change = await stores.changes.load(id);
    return change !== null && change.record.state.status !== 'proposed';
  };
}
