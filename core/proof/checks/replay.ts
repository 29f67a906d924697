import { counted, list } from '../../base/counted.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import { sum } from '../../base/lists.ts';
import { nameWithId } from '../../organization/organization.ts';
import { parsePolicy } from '../../policy/document.ts';
import {
  blockedBy,
  type CallsAlike,
  callWords,
  isOf,
  type Trail,
  trailOf,
} from '../../replay/calls-below.ts';
import { eventActionsDate } from '../../replay/event-actions.ts';
import type { TrailReading } from '../../replay/trail-reading.ts';
import { effectOf } from '../effect.ts';
import {
  type Check,
  day,
  fails,
  holds,
  notProven,
  notProvenOf,
  type Outcome,
  type ProofSubject,
} from '../subject.ts';

/** An ACTIVE account that loses services by the edit. */
interface Loser {
  readonly id: string;
  readonly words: string;
  readonly services: readonly string[];
}

/** Nothing that was called in the last days would have been denied by the edit: the calls as the organization's trail recorded them. */
export const replay: Check = {
  name: 'replay',
  check: (subject) => {
    if (subject.configuration.sources.replay === null)
      return notProven("the calls in the organization's trail are not read: sources.replay is off");
    const { trail: readings } = subject;
    if (readings === undefined)
      return notProven("the calls in the organization's trail were not read: the time ran out");
    const losers = losersIn(subject);
    const trail = trailOf(readings);
    const calls = losers.flatMap(({ id, services }) =>
      (trail.calls.get(id) ?? []).filter((call) => services.some((service) => isOf(call, service))),
    );
    const blocked = blockedIn(subject, calls);
    if (blocked.length > 0) return fails(list(blocked.map(wordsIn(losers))));
    const failure = readings.find((reading) => reading.failure !== undefined)?.failure;
    const told =
      failure === undefined ? trail : trailOf(readings.filter((reading) => reading.failure === undefined));
    if (failure !== undefined || losers.some((loser) => !isAsked(told, loser)))
      return notProvenOf(
        idsOf(losers.filter((loser) => !isAsked(told, loser) || !told.records.has(loser.id))),
        idsOf(losers),
        `not all calls in the organization's trail could be read: ${failure ?? 'the time ran out'}`,
      );
    return coverageOf(trail, losers, calls, { days: daysOf(readings), used: regionsUsed(subject, readings) });
  },
};

/** The trail must have every account, every day and every Region where reports show use, and no call that is in no table. */
function coverageOf(
  trail: Trail,
  losers: readonly Loser[],
  calls: readonly CallsAlike[],
  { days, used }: { readonly days: readonly string[]; readonly used: ReadonlyMap<string, number> },
): Outcome {
  const seen = losers.filter(({ id }) => trail.records.has(id));
  const all = sum(losers.map(({ id }) => trail.records.get(id) ?? 0));
  const unknown = losers.flatMap(({ id }) => trail.unknown.get(id) ?? []);
  const notSeen = sum(unknown.map(({ count }) => count));
  const recorded = days.filter((each) => trail.days.has(each));
  const share = all === 0 ? 0 : Math.floor(((all - notSeen) / all) * 1000) / 10;
  const covers = `${seen.length} of ${counted(losers.length, 'account')}, ${counted(trail.regions.size, 'Region')} and ${recorded.length} of ${counted(days.length, 'day')} have records; ${share} % of ${counted(all, 'record')} are mapped to actions (table of ${eventActionsDate()})`;
  const gaps = [
    ...(seen.length < losers.length
      ? [`no record of ${list(losers.filter((each) => !seen.includes(each)).map(({ words }) => words))}`]
      : []),
    ...(recorded.length < days.length
      ? [`no record on ${list(days.filter((each) => !trail.days.has(each)))}`]
      : []),
    ...[...used].flatMap(([region, at]) =>
      trail.regions.has(region)
        ? []
        : [
            `no record in ${region}, where AWS's reports show use on ${day(at)}: does the trail have that Region?`,
          ],
    ),
    ...(notSeen > 0
      ? [
          `${counted(notSeen, 'call')} not seen, which may be of any service: ${list(unknown.map(({ count, eventName, eventSource }) => `${eventSource} ${eventName} (${count})`))}`,
        ]
      : []),
  ];
  if (gaps.length > 0)
    return notProvenOf(
      idsOf(losers.filter(({ id }) => !trail.records.has(id))),
      idsOf(losers),
      `${gaps.join('; ')}. Of the organization's trail ${covers}`,
      'ALL_READ',
    );
  const failed = calls.filter((call) => call.failed);
  const others = calls.filter((call) => !call.failed);
  const told = [
    ...toldOf(failed, 'to what would be denied failed for want of permission anyway', losers),
    ...toldOf(others, 'to it would not have been denied', losers),
  ];
  return holds(
    `nothing that was called would have been denied${told.length > 0 ? ` (${told.join('; ')})` : ''}: in the organization's trail ${covers}. Data events show only where the trail logs them: a service that is used by such calls alone is not proven unused by it`,
  );
}

/** So many kinds of calls that lose nothing are named. */
const mostTold = 3;

function toldOf(calls: readonly CallsAlike[], what: string, losers: readonly Loser[]): readonly string[] {
  if (calls.length === 0) return [];
  const words = list(calls.map(wordsIn(losers)), mostTold);
  return [`${counted(sum(calls.map(({ count }) => count)), 'call')} ${what}: ${words}`];
}

function losersIn(subject: ProofSubject): readonly Loser[] {
  return effectOf(subject).flatMap(({ accounts, lost }) =>
    accounts.flatMap((index): readonly Loser[] => {
      const account = subject.tree.accounts[index];
      return account?.state === 'ACTIVE' && lost.length > 0
        ? [{ id: account.id, words: nameWithId(account), services: lost }]
        : [];
    }),
  );
}

function blockedIn({ edit }: ProofSubject, calls: readonly CallsAlike[]): readonly CallsAlike[] {
  const before = edit.before === null ? null : parsePolicy(edit.before);
  const after = parsePolicy(edit.after);
  // What a text means that cannot be read nobody knows: then all of these calls count.
  if (!after.ok || before?.ok === false) return calls.filter(({ failed }) => !failed);
  return blockedBy({ before: before?.value ?? null, after: after.value }, calls);
}

function wordsIn(losers: readonly Loser[]): (call: CallsAlike) => string {
  const names = new Map(losers.map(({ id, words }) => [id, words]));
  return (call) => `in ${names.get(call.accountId)} ${callWords(call)}`;
}

function idsOf(losers: readonly Loser[]): readonly string[] {
  return losers.map(({ id }) => id);
}

function isAsked({ asked }: Trail, { id, services }: Loser): boolean {
  const about = asked.get(id) ?? [];
  return services.every((service) => about.some((some) => some.has(service)));
}

/** The whole days that readings cover, `YYYY-MM-DD`: the last one is not over. */
function daysOf(readings: readonly TrailReading[]): readonly string[] {
  const days = new Set<string>();
  for (const { from, to } of readings)
    for (let at = from; at + dayMilliseconds <= to; at += dayMilliseconds) days.add(day(at));
  return [...days].sort();
}

/** The Regions where reports show use by accounts of the readings in their time, with the last one (epoch ms). A trail of all Regions has a record there. */
function regionsUsed(
  { reports }: ProofSubject,
  readings: readonly TrailReading[],
): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  for (const report of reports)
    for (const row of report.status === 'completed' ? report.rows.values() : []) {
      const { lastAccessedAt, lastAccessedBy, lastAccessedRegion: region } = row;
      if (lastAccessedAt === null || lastAccessedBy === null || region === null) continue;
      const isCovered = readings.some(
        ({ accountIds, from, to }) =>
          accountIds.includes(lastAccessedBy.id) && from <= lastAccessedAt && lastAccessedAt <= to,
      );
      if (isCovered) used.set(region, Math.max(lastAccessedAt, used.get(region) ?? 0));
    }
  return used;
}
