import { dayMilliseconds as day } from '../base/limits.ts';
import { type CallVerdict, createCallJudge, type ReplayedEdit } from './call-verdict.ts';
import { type ActionsOfEvent, actionsOfEvent } from './event-actions.ts';
import { type LeftOut, readRecord, type TrailCall } from './trail-record.ts';

/** What is replayed: an edit, the accounts that it binds, with their names, and a span in epoch milliseconds, both ends counting. */
export interface ReplayRequest {
  readonly edit: ReplayedEdit;
  readonly accounts: ReadonlyMap<string, string>;
  readonly from: number;
  readonly to: number;
}

/** Calls of one principal and one action that the edit would have denied, or perhaps. */
export interface BlockedCalls {
  readonly verdict: Extract<CallVerdict, 'denied' | 'perhaps'>;
  /** As `aws:PrincipalArn`; where the record does not tell it, the account. */
  readonly principal: string;
  readonly accountId: string;
  readonly accountName: string;
  /** `lex:PostText`; `lex:NewCall (not in the table)` where only the service is known. */
  readonly action: string;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly lastAt: number;
  readonly regions: readonly string[];
  /** AWS services that called in the name of the principal. */
  readonly via: readonly string[];
}

/** Calls that nobody can say anything of. */
export interface NotSeen {
  readonly eventSource: string;
  readonly eventName: string;
  readonly count: number;
}

/** What an edit would have blocked, and how much of what happened that answer covers. */
export interface ReplayAnswer {
  readonly from: number;
  readonly to: number;
  /** The most calls first. */
  readonly blocked: readonly BlockedCalls[];
  readonly calls: {
    /** Calls of these accounts within the span. */
    readonly all: number;
    readonly denied: number;
    readonly perhaps: number;
    readonly notSeen: number;
    readonly dataEvents: number;
    /** Calls that belong to lines beyond those kept in `blocked`. */
    readonly inNoLine: number;
  };
  /** The most calls first. */
  readonly notSeen: readonly NotSeen[];
  readonly coverage: {
    readonly records: number;
    readonly accounts: number;
    readonly accountsWithoutRecord: readonly string[];
    readonly regions: readonly string[];
    /** Of 24 hours, counted back from the end of the span. */
    readonly days: number;
    readonly daysWithoutRecord: number;
  };
  /** Records that are no use which an SCP at these targets could have denied, by why. */
  readonly leftOut: Readonly<Record<LeftOut | 'other-account' | 'other-time' | 'twice', number>>;
}

/** A replay that is told one record after the other and keeps sums alone. */
export interface Replay {
  /** Takes one record of a trail, as it was written; nothing in it is trusted. */
  tell(record: unknown): void;
  answer(): ReplayAnswer;
}

// What a hostile or an endless trail may make us keep.
const mostLines = 5_000;
const mostNames = 1_000;
const mostIds = 200_000;
const mostRegions = 200;

type Line = Omit<BlockedCalls, 'regions' | 'via'> & { regions: Set<string>; via: Set<string> };

/** Begins a replay: what calls the edit would have denied that were made and that AWS did not refuse. */
export function startReplay({ accounts, edit, from, to }: ReplayRequest): Replay {
  const judge = createCallJudge(edit);
  const lines = new Map<string, Line>();
  const unknown = new Map<string, NotSeen>();
  const ids = new Set<string>();
  const [seenAccounts, seenDays, regions] = [new Set<string>(), new Set<number>(), new Set<string>()];
  const leftOut: Record<keyof ReplayAnswer['leftOut'], number> = {
    ...{ 'no-call': 0, failed: 0, 'of-aws': 0, 'service-linked': 0, 'of-no-account': 0, unreadable: 0 },
    ...{ 'other-account': 0, 'other-time': 0, twice: 0 },
  };
  const calls = { all: 0, denied: 0, perhaps: 0, notSeen: 0, dataEvents: 0, inNoLine: 0 };
  let records = 0;

  // The same few calls are most of a trail.
  const known = new Map<string, ActionsOfEvent | null>();
  const actionsOf = ({ eventName, eventSource }: TrailCall): ActionsOfEvent | null => {
    const key = `${eventSource} ${eventName}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const actions = actionsOfEvent(eventSource, eventName);
    if (known.size < mostNames) known.set(key, actions);
    return actions;
  };

  const tellBlocked = (call: TrailCall, actions: ActionsOfEvent, verdict: BlockedCalls['verdict']): void => {
    calls[verdict] += 1;
    const principal = call.principalArn ?? `somebody of account ${call.accountId}`;
    const action = actionWords(actions, call.eventName);
    const key = JSON.stringify([verdict, principal, call.accountId, action]);
    const before = lines.get(key);
    if (!before && lines.size >= mostLines) {
      calls.inNoLine += 1;
      return;
    }
    const line = before ?? {
      ...{ verdict, principal, action, accountId: call.accountId, count: 0, lastAt: 0 },
      ...{ accountName: accounts.get(call.accountId) ?? '', regions: new Set(), via: new Set() },
    };
    line.regions.add(call.region);
    if (call.via !== null && line.via.size < mostRegions) line.via.add(call.via);
    lines.set(key, { ...line, count: line.count + 1, lastAt: Math.max(line.lastAt, call.at) });
  };

  const tellUnknown = ({ eventName, eventSource }: TrailCall): void => {
    calls.notSeen += 1;
    const key = JSON.stringify([eventSource, eventName]);
    const before = unknown.get(key);
    if (before || unknown.size < mostNames)
      unknown.set(key, { eventSource, eventName, count: (before?.count ?? 0) + 1 });
  };

  return {
    tell: (record) => {
      records += 1;
      const read = readRecord(record);
      const { recorded } = read;
      if (recorded !== null && (recorded.at < from || recorded.at > to)) {
        leftOut['other-time'] += 1;
        return;
      }
      if (recorded?.accountId && accounts.has(recorded.accountId)) {
        seenAccounts.add(recorded.accountId);
        seenDays.add(Math.floor((to - recorded.at) / day));
        if (regions.size < mostRegions) regions.add(recorded.region);
      }
      if ('leftOut' in read) {
        leftOut[read.leftOut] += 1;
        return;
      }
      const { call } = read;
      if (!accounts.has(call.accountId)) {
        leftOut['other-account'] += 1;
        return;
      }
      const actions = actionsOf(call);
      const verdict = judge(call, actions);
      // Only what shows is worth remembering: two trails, or two accounts, may have recorded the same call.
      if (verdict !== 'not-touched' && call.id !== null) {
        if (ids.has(call.id)) {
          leftOut.twice += 1;
          return;
        }
        if (ids.size < mostIds) ids.add(call.id);
      }
      calls.all += 1;
      if (call.isDataEvent) calls.dataEvents += 1;
      if (verdict === 'not-seen') tellUnknown(call);
      else if (verdict !== 'not-touched') tellBlocked(call, actions ?? [], verdict);
    },
    answer: () => {
      const days = Math.ceil((to - from) / day);
      return {
        ...{ from, to, calls: { ...calls }, leftOut: { ...leftOut } },
        blocked: [...lines.values()]
          .map((line) => ({ ...line, regions: [...line.regions].sort(), via: [...line.via].sort() }))
          .sort((a, b) => b.count - a.count || compared(a.principal + a.action, b.principal + b.action)),
        notSeen: [...unknown.values()].sort(
          (a, b) => b.count - a.count || compared(a.eventSource + a.eventName, b.eventSource + b.eventName),
        ),
        coverage: {
          ...{ records, accounts: accounts.size, regions: [...regions].sort() },
          accountsWithoutRecord: [...accounts.keys()].filter((id) => !seenAccounts.has(id)).sort(),
          ...{ days, daysWithoutRecord: Math.max(0, days - seenDays.size) },
        },
      };
    },
  };
}

/** The actions behind a call, in words: `lex:PostText`; `lex:NewCall (not in the table)` where only the service is known. */
export function actionWords(actions: ActionsOfEvent, eventName: string): string {
  const alternatives = actions.map((each) =>
    each
      .map(({ name, namespace }) => `${namespace}:${name ?? `${eventName} (not in the table)`}`)
      .join(' and '),
  );
  return alternatives.join(' or ');
}

function compared(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
