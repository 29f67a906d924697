import type { Clock } from '../adapters/ports.ts';
import type { ChangeStore } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { dayMilliseconds } from '../core/base/limits.ts';
import { decisionLimits } from '../core/change/deciding/decision-fields.ts';
import { notUnderstood } from '../core/change/life/life.ts';
import { appendEvents, type StoredChange } from '../core/change/life/stored-change.ts';
import { type DeniedCall, readDeniedCall } from '../core/denial/denied-call.ts';
import { denialDays, observeDenials } from '../core/denial/observe-denials.ts';
import { isOwnRole } from '../core/identity/own-roles.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import { LostRace } from './record.ts';

/** What noting denied calls needs: the changes, and nothing of AWS beside the table. */
export interface DenialPorts {
  readonly clock: Clock;
  readonly stores: { readonly changes: Pick<ChangeStore, 'listByStatus' | 'load' | 'roomIn' | 'save'> };
}

/** What became of one batch of CloudTrail records. */
export interface NotedDenials {
  readonly records: number;
  /** Calls that AWS denied by a policy that a change of ours could have written. */
  readonly denied: number;
  /** Changes that got something new. */
  readonly noted: readonly string[];
  /** Changes whose history has no room for this many of the calls, of which nothing is noted. */
  readonly full: readonly { readonly changeId: string; readonly calls: number }[];
  /** Changes that could not be read. */
  readonly unread: readonly { readonly changeId: string; readonly reason: string }[];
}

/** So often a change is read anew that somebody else wrote meanwhile. */
const attempts = 5;

/**
 * Notes calls that an applied change denied, by CloudTrail records, which are untrusted: whoever may write to the log group can
 * make people look, and no more. A batch that names nothing of ours reads and writes nothing. Throws `LostRace` where others
 * were faster each time, so that the batch comes again: what was noted already counts once.
 */
export async function noteDenials(
  ports: DenialPorts,
  records: readonly unknown[],
  { memberRoles }: Pick<Configuration, 'memberRoles'>,
): Promise<NotedDenials> {
  const calls = records.flatMap((record): readonly DeniedCall[] => {
    const read = readDeniedCall(record);
    return read.ok && !isOwnRole(read.value.principalArn, memberRoles) ? [read.value] : [];
  });
  const noted: string[] = [];
  const full: { changeId: string; calls: number }[] = [];
  const unread: { changeId: string; reason: string }[] = [];
  for (const id of await candidates(ports, calls)) {
    const outcome = await note(ports, id, calls);
    if ('reason' in outcome) unread.push({ changeId: id, ...outcome });
    else {
      if (outcome.isNoted) noted.push(id);
      if (outcome.leftOut > 0) full.push({ changeId: id, calls: outcome.leftOut });
    }
  }
  return { records: records.length, denied: calls.length, noted, full, unread };
}

/** Changes that may have denied one of the calls, as the list of changes tells: by its SCP or its account, unless it makes an SCP. */
async function candidates(
  { clock, stores }: DenialPorts,
  calls: readonly DeniedCall[],
): Promise<readonly string[]> {
  if (calls.length === 0) return [];
  const subjects = new Set(
    calls.map(({ accountId, deniedBy }) =>
      deniedBy.type === 'control-policy' ? deniedBy.policyId : accountId,
    ),
  );
  const since = clock.now() - denialDays * dayMilliseconds;
  const applied = await stores.changes.listByStatus(['applied']);
  return applied
    .filter(({ policyId, updatedAt }) => updatedAt >= since && (policyId === null || subjects.has(policyId)))
    .map(({ id }) => id);
}

async function note(
  { clock, stores: { changes } }: DenialPorts,
  id: string,
  calls: readonly DeniedCall[],
): Promise<{ readonly isNoted: boolean; readonly leftOut: number } | { readonly reason: string }> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const read = await loaded(changes, id);
    if (read === null) return { isNoted: false, leftOut: 0 };
    if ('reason' in read) return read;
    const { record } = read;
    const kind = kindOf(record.content);
    const its = calls.filter((call) => kind.whyNotDeniedBy(record, call) === null);
    const { events, leftOut } = observeDenials(record, its, clock.now());
    if (events.length === 0) return { isNoted: false, leftOut };
    const next = appendEvents(read, events);
    if (changes.roomIn(next) < decisionLimits.roomBytes) return { isNoted: false, leftOut: its.length };
    if ((await changes.save(next, read.version)) === 'saved') return { isNoted: true, leftOut };
  }
  throw new LostRace(id);
}

async function loaded(
  changes: Pick<ChangeStore, 'load'>,
  id: string,
): Promise<StoredChange | { readonly reason: string } | null> {
  try {
    const change = await changes.load(id);
    const later = change === null ? null : notUnderstood(change.record);
    return later === null ? change : { reason: later };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
