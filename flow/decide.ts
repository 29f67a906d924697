import { randomBytes } from 'node:crypto';
import type { Clock } from '../adapters/ports.ts';
import type { StoredExemption, Stores } from '../adapters/store-ports.ts';
import type { Approver, Configuration } from '../core/base/configuration.ts';
import { isoTime } from '../core/base/iso-time.ts';
import { ok, type Result, refused } from '../core/base/result.ts';
import { cancel, requestRollBack, resume } from '../core/change/deciding/cancel-or-roll-back.ts';
import { type DecisionContext, decide, type PersonContext } from '../core/change/deciding/decide.ts';
import { type DecisionInput, decisionLimits } from '../core/change/deciding/decision-fields.ts';
import { linksAfter } from '../core/change/deciding/links-after.ts';
import type { ChangeEvent } from '../core/change/life/events.ts';
import { type ChangeRecord, nextInstant } from '../core/change/life/life.ts';
import { appendEvents, type StoredChange, withLinks } from '../core/change/life/stored-change.ts';
import type { LinkPurpose } from '../core/change/links/links.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import { untilUtc } from '../core/message/words/words.ts';
import { type Asker, identify } from './identify.ts';

/** What deciding needs. */
export interface DecidePorts {
  readonly stores: Pick<Stores, 'changes' | 'exemptions'>;
  readonly clock: Clock;
}

/** What somebody asks for, untrusted and unparsed. */
export type Request = { readonly purpose: LinkPurpose | 'resume' } & DecisionInput;

/** A request as it ended: the change as it stands now, and why nothing was recorded if it was refused. */
export interface Outcome {
  readonly change: StoredChange;
  readonly approver: Approver | null;
  readonly refusals: readonly DecisionRefusal[];
}

/** How often a request that lost a race is judged again on what won. */
const attempts = 20;
/** A decision so soon after its message was sent is noted: robots are fast. */
const fastMilliseconds = 5_000;

/**
 * Records one person's request by one conditional write. Everything that decides is read, judged and written under the
 * version that was read. If somebody else was first, it is judged again on the newer state. Null: there is no such
 * change. A refusal writes and spends nothing.
 */
export async function recordRequest(
  ports: DecidePorts,
  changeId: string,
  asker: Asker,
  request: Request,
  configuration: Configuration,
): Promise<Outcome | null> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await ports.stores.changes.load(changeId);
    if (!change) return null;
    const now = ports.clock.now();
    const person = identify(change, asker, request.purpose, configuration, now);
    if (!person.ok) return { change, approver: null, refusals: person.reasons };
    const { approver, actor, channel } = person.value;
    const context = { now, approver, actor, channel };
    const judged = judge(change, request, context, configuration);
    if (!judged.ok) return { change, approver, refusals: judged.reasons };

    const revised = nextRevision(change, judged.value, approver, configuration);
    if (!revised.ok) return { change, approver, refusals: revised.reasons };
    const exempting = exemptionsOf(change, judged.value, now);
    const events = [...noteFast(change, context), ...exempting.events, ...revised.value];
    const used = { approverId: approver.id, revision: change.record.revision, link: person.value.link };
    const links = linksAfter(change.links, used, request, now);
    const decided = withLinks(appendEvents(change, events), links);
    const { exemptions } = exempting;
    const { roomBytes, undoBytes } = decisionLimits;
    const reserve = exemptions.length > 0 ? roomBytes : request.purpose === 'decide' ? undoBytes : 0;
    if (reserve > 0 && ports.stores.changes.roomIn(decided) < reserve)
      return { change, approver, refusals: [noRoom] };

    // Kept before the decision that names their ids: until it is recorded none of them counts.
    await ports.stores.exemptions.put(exemptions);
    if ((await ports.stores.changes.save(decided, change.version)) === 'saved') {
      return { change: { ...decided, version: change.version + 1 }, approver, refusals: [] };
    }
    await ports.stores.exemptions.remove(exemptions.map(({ id }) => id));
  }
  throw new Error(`change ${changeId} was written by others ${attempts} times in a row: try again`);
}

const noRoom: DecisionRefusal = {
  code: 'WRONG_FIELD',
  field: 'decision',
  detail:
    'This change holds so many exemptions and reasons that it would have no room for what comes after: give a shorter reason, reject it, or exempt the services in the configuration (exemptions)',
};

function judge(
  { record }: StoredChange,
  request: Request,
  person: PersonContext,
  configuration: Configuration,
): Result<readonly ChangeEvent[], DecisionRefusal> {
  const context: DecisionContext = { ...configuration, ...person };
  const impossible = notPossible(record, request);
  if (impossible) return refused(impossible);
  switch (request.purpose) {
    case 'decide':
      return decide(record, request, context);
    case 'cancel':
      return cancel(record, request, context);
    case 'roll-back':
      return requestRollBack(record, request, context);
    case 'resume':
      return resume(record, request, context);
  }
}

/** What the kind of change rules out whatever its state. */
function notPossible({ content }: ChangeRecord, request: Request): DecisionRefusal | null {
  const takesOut = request.decision === 'exempt' || request.decision === 'narrow';
  const isExempting = request.purpose === 'decide' && takesOut;
  if (!isExempting && request.purpose !== 'roll-back') return null;
  const detail = kindOf(content).notPossible(content, isExempting ? 'exempt' : 'roll-back');
  if (detail === null) return null;
  return { code: 'WRONG_FIELD', ...(isExempting ? { field: 'decision' } : {}), detail };
}

function noteFast(
  { record }: StoredChange,
  { actor, approver, channel, now }: PersonContext & { readonly approver: Approver },
): readonly ChangeEvent[] {
  const told = record.history.findLast(
    (event) => event.type === 'notified' && event.approverId === approver.id && event.channel === channel,
  );
  if (!told || now - told.at >= fastMilliseconds) return [];
  const detail = `${approver.name} answered ${((now - told.at) / 1000).toFixed(1)} s after the message was sent, faster than most people read`;
  const at = nextInstant(record, now);
  return [{ type: 'noted', at, actor, revision: record.revision, code: 'FAST_POST', detail }];
}

/** Exempting takes services out: the next revision is made in the same write, so nobody can approve the old one meanwhile. */
function nextRevision(
  { record }: StoredChange,
  events: readonly ChangeEvent[],
  approver: Approver,
  configuration: Configuration,
): Result<readonly ChangeEvent[], DecisionRefusal> {
  const exempted = events.find((event) => event.type === 'services-exempted');
  if (!exempted || record.state.status !== 'proposed') return ok([]);
  const head = { at: exempted.at, actor: exempted.actor };
  const fewer = kindOf(record.content).withoutServices(record.content, exempted.services, configuration);
  if (!fewer.ok) return refused({ code: 'WRONG_FIELD', field: 'decision', detail: fewer.reasons[0].detail });
  const content = fewer.value;
  if (!content) {
    const reason = {
      code: 'EXEMPTED',
      detail: `${approver.name} exempted every service of it until ${untilUtc(exempted.until)}: ${exempted.reason}`,
    };
    return ok([{ ...head, type: 'superseded', revision: record.revision, reason }]);
  }
  const { expiresAt } = record.state;
  const detail = `${approver.name} exempted ${exempted.services.join(', ')} until ${untilUtc(exempted.until)}: ${exempted.reason}`;
  const { targetPaths } = record;
  const { revision } = content;
  return ok([{ ...head, type: 'revised', revision, content, expiresAt, targetPaths, detail }]);
}

/** The exemptions that a decision makes, and its events with their ids. */
function exemptionsOf(
  { record }: StoredChange,
  events: readonly ChangeEvent[],
  writtenAt: number,
): { readonly events: readonly ChangeEvent[]; readonly exemptions: readonly StoredExemption[] } {
  const exempted = events.find((event) => event.type === 'services-exempted');
  if (!exempted) return { events, exemptions: [] };
  const { approverId, reason, services, until } = exempted;
  const { content } = record;
  const exemptions = services.flatMap((service) =>
    content.targets.map(({ id: entity }) => ({
      // An id of its own for each attempt: the loser of a race removes his own and never the winner's.
      id: `exm-${randomBytes(6).toString('hex')}`,
      organizationId: content.organizationId,
      changeId: content.id,
      writtenAt,
      entity,
      service,
      reason,
      owner: approverId,
      until: isoTime(until),
    })),
  );
  const exemptionIds = exemptions.map(({ id }) => id);
  return {
    events: events.map((event) => (event === exempted ? { ...exempted, exemptionIds } : event)),
    exemptions,
  };
}
