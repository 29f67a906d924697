import { grouped } from '../base/counted.ts';
import { isoDay } from '../base/iso-time.ts';
import { listAt } from '../base/lists.ts';
import { rememberedFor } from '../base/remembered.ts';
import { type CallVerdict, createCallJudge, type ReplayedEdit } from './call-verdict.ts';
import { type ActionsOfEvent, actionsOfEvent } from './event-actions.ts';
import { actionWords } from './replay.ts';
import type { TrailGroup, TrailReading } from './trail-reading.ts';
import { readRecord, type TrailCall } from './trail-record.ts';

/** What readings of a trail amount to, whatever was asked twice. */
export interface Trail {
  /** Calls by the account of whoever called. */
  readonly calls: ReadonlyMap<string, readonly CallsAlike[]>;
  /** Calls to sources that the table does not know, by the account whose log has them. */
  readonly unknown: ReadonlyMap<string, readonly CallsAlike[]>;
  /** Of all records, whatever they are of, by account. */
  readonly records: ReadonlyMap<string, number>;
  /** The services that each account was asked about, a set a question. */
  readonly asked: ReadonlyMap<string, readonly ReadonlySet<string>[]>;
  readonly regions: ReadonlySet<string>;
  readonly days: ReadonlySet<string>;
}

/** Calls that are alike and that SCPs may bind. */
export interface CallsAlike extends Omit<TrailCall, 'at' | 'id' | 'isDataEvent'> {
  /** Of the last one, epoch milliseconds. */
  readonly lastAt: number;
  readonly count: number;
  /** AWS refused them for want of permission: no use that could be lost. */
  readonly failed: boolean;
  /** Null for a source that the table does not know. */
  readonly actions: ActionsOfEvent | null;
}

const stops: readonly CallVerdict[] = ['denied', 'perhaps'];

/** All that readings tell; calls that two of them have count once. */
export const trailOf = rememberedFor((readings: readonly TrailReading[]): Trail => {
  const groups = new Map<string, TrailGroup>();
  const records = new Map<string, number>();
  const asked = new Map<string, ReadonlySet<string>[]>();
  for (const reading of readings) {
    const services = new Set(reading.services);
    for (const id of reading.accountIds) listAt(asked, id).push(services);
    for (const [id, count] of reading.records) records.set(id, Math.max(count, records.get(id) ?? 0));
    for (const group of reading.groups) {
      const { count, lastAt: _, ...alike } = group;
      const key = JSON.stringify(alike);
      if (count > (groups.get(key)?.count ?? 0)) groups.set(key, group);
    }
  }
  const calls = new Map<string, CallsAlike[]>();
  const unknown = new Map<string, CallsAlike[]>();
  for (const group of groups.values()) {
    const alike = callsAlike(group);
    if (alike === null) continue;
    const into = alike.actions === null ? unknown : calls;
    listAt(into, alike.accountId).push(alike);
  }
  return {
    asked,
    calls,
    unknown,
    records,
    regions: new Set(readings.flatMap(({ regions }) => regions)),
    days: new Set(readings.flatMap(({ days }) => days)),
  };
});

/** A record as the rows of an answer have it, read by the same reader as a record of a file. */
function callsAlike(group: TrailGroup): CallsAlike | null {
  const { accountId, count, eventName, eventSource, failed, identityType, principalArn, region, via } = group;
  const read = readRecord({
    eventType: 'AwsApiCall',
    eventTime: new Date(group.lastAt).toISOString(),
    eventSource,
    eventName,
    awsRegion: region ?? 'unknown',
    recipientAccountId: accountId,
    userIdentity: {
      type: identityType ?? undefined,
      arn: principalArn,
      accountId,
      invokedBy: via,
      sessionContext: { sessionIssuer: { arn: principalArn } },
    },
  });
  if ('leftOut' in read) return null;
  return {
    ...read.call,
    lastAt: group.lastAt,
    count,
    failed,
    actions: actionsOfEvent(eventSource, eventName),
  };
}

/** The calls that AWS did not refuse and that an edit would have denied, or perhaps: the most first. */
export function blockedBy(edit: ReplayedEdit, calls: readonly CallsAlike[]): readonly CallsAlike[] {
  const judge = createCallJudge(edit);
  const stopped = calls.filter(
    (call) =>
      !call.failed &&
      stops.includes(judge({ ...call, at: call.lastAt, id: null, isDataEvent: false }, call.actions)),
  );
  return stopped.sort((one, other) => other.count - one.count);
}

/** Whether a call may be of a service. */
export function isOf({ actions }: CallsAlike, service: string): boolean {
  return actions?.some((each) => each.some(({ namespace }) => namespace === service)) === true;
}

/** Calls in words: `role/Batch called lex:PostText 12 times, last on 2026-10-01`. */
export function callWords({
  accountId,
  actions,
  count,
  eventName,
  lastAt,
  principalArn,
  via,
}: CallsAlike): string {
  const who = principalArn?.split(`::${accountId}:`)[1] ?? principalArn ?? 'somebody';
  const how = via === null ? '' : ` by way of ${via}`;
  const times = count === 1 ? 'once' : `${grouped(count)} times, last`;
  const day = isoDay(lastAt);
  return `${who}${how} called ${actionWords(actions ?? [], eventName)} ${times} on ${day}`;
}
