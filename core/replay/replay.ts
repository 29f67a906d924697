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
  readonly leftOut: Readonly<Record<WhyLeftOut, number>>;
}

type WhyLeftOut = LeftOut | 'other-account' | 'other-time' | 'twice';

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
  const actionsOf = createActionLookup();
  const blocked = createLines(accounts);
  const unknown = new Map<string, NotSeen>();
  const ids = new Set<string>();
  const [seenAccounts, seenDays, regions] = [new Set<string>(), new Set<number>(), new Set<string>()];
  const leftOut: Record<WhyLeftOut, number> = {
    'no-call': 0,
    failed: 0,
    'of-aws': 0,
    'service-linked': 0,
    'of-no-account': 0,
    unreadable: 0,
    'other-account': 0,
    'other-time': 0,
    twice: 0,
  };
  const calls = { all: 0, denied: 0, perhaps: 0, notSeen: 0, dataEvents: 0, inNoLine: 0 };
  let records = 0;

  /** Two trails, or two accounts, may have recorded the same call. */
  const isTwice = ({ id }: TrailCall): boolean => {
    if (id === null) return false;
    if (ids.has(id)) return true;
    if (ids.size < mostIds) ids.add(id);
    return false;
  };

  const tellUnknown = ({ eventName, eventSource }: TrailCall): void => {
    const key = JSON.stringify([eventSource, eventName]);
    const before = unknown.get(key);
    if (before || unknown.size < mostNames)
      unknown.set(key, { eventSource, eventName, count: (before?.count ?? 0) + 1 });
  };

  /** Counts a call, or says why it is left out. */
  const tellCall = (call: TrailCall): WhyLeftOut | null => {
    if (!accounts.has(call.accountId)) return 'other-account';
    const actions = actionsOf(call);
    const verdict = judge(call, actions);
    // Only what shows is worth remembering.
    if (verdict !== 'not-touched' && isTwice(call)) return 'twice';
    calls.all += 1;
    if (call.isDataEvent) calls.dataEvents += 1;
    if (verdict === 'not-touched') return null;
    if (verdict === 'not-seen') {
      calls.notSeen += 1;
      tellUnknown(call);
      return null;
    }
    calls[verdict] += 1;
    if (!blocked.add(call, actions ?? [], verdict)) calls.inNoLine += 1;
    return null;
  };

  const tellRecord = (record: unknown): WhyLeftOut | null => {
    const read = readRecord(record);
    const { recorded } = read;
    if (recorded !== null && (recorded.at < from || recorded.at > to)) return 'other-time';
    if (recorded?.accountId && accounts.has(recorded.accountId)) {
      seenAccounts.add(recorded.accountId);
      seenDays.add(Math.floor((to - recorded.at) / day));
      if (regions.size < mostRegions) regions.add(recorded.region);
    }
    return 'leftOut' in read ? read.leftOut : tellCall(read.call);
  };

  return {
    tell: (record) => {
      records += 1;
      const why = tellRecord(record);
      if (why !== null) leftOut[why] += 1;
    },
    answer: () => {
      const days = Math.ceil((to - from) / day);
      return {
        from,
        to,
        calls: { ...calls },
        leftOut: { ...leftOut },
        blocked: blocked.sorted(),
        notSeen: [...unknown.values()].sort(
          (a, b) => b.count - a.count || compared(a.eventSource + a.eventName, b.eventSource + b.eventName),
        ),
        coverage: {
          records,
          accounts: accounts.size,
          regions: [...regions].sort(),
          accountsWithoutRecord: [...accounts.keys()].filter((id) => !seenAccounts.has(id)).sort(),
          days,
          daysWithoutRecord: Math.max(0, days - seenDays.size),
        },
      };
    },
  };
}

/** Finds the actions behind a call. The same few calls are most of a trail. */
function createActionLookup(): (call: TrailCall) => ActionsOfEvent | null {
  const known = new Map<string, ActionsOfEvent | null>();
  return ({ eventName, eventSource }) => {
    const key = `${eventSource} ${eventName}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const actions = actionsOfEvent(eventSource, eventName);
    if (known.size < mostNames) known.set(key, actions);
    return actions;
  };
}

/** Sums up calls by principal and action. `add` tells whether there was room for the line of the call. */
function createLines(accounts: ReplayRequest['accounts']) {
  const lines = new Map<string, Line>();
  const add = (call: TrailCall, actions: ActionsOfEvent, verdict: BlockedCalls['verdict']): boolean => {
    const principal = call.principalArn ?? `somebody of account ${call.accountId}`;
    const action = actionWords(actions, call.eventName);
    const key = JSON.stringify([verdict, principal, call.accountId, action]);
    const before = lines.get(key);
    if (!before && lines.size >= mostLines) return false;
    const line = before ?? {
      verdict,
      principal,
      action,
      accountId: call.accountId,
      count: 0,
      lastAt: 0,
      accountName: accounts.get(call.accountId) ?? '',
      regions: new Set(),
      via: new Set(),
    };
    line.regions.add(call.region);
    if (call.via !== null && line.via.size < mostRegions) line.via.add(call.via);
    lines.set(key, { ...line, count: line.count + 1, lastAt: Math.max(line.lastAt, call.at) });
    return true;
  };
  const sorted = (): readonly BlockedCalls[] =>
    [...lines.values()]
      .map((line) => ({ ...line, regions: [...line.regions].sort(), via: [...line.via].sort() }))
      .sort((a, b) => b.count - a.count || compared(a.principal + a.action, b.principal + b.action));
  return { add, sorted };
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
