/** Whether the lock was had, and who has it if not. */
export type LockAnswer =
  | { readonly held: true }
  | { readonly held: false; readonly owner: string; readonly expiresAt: number };

/** The kill switch as it stands. */
export interface Freeze {
  readonly frozen: boolean;
  /** Who turned it last, or null if nobody ever did. */
  readonly by: string | null;
  readonly reason: string | null;
  readonly at: number | null;
}

/** One turn of the kill switch; times are epoch milliseconds. */
export interface FreezeTurn {
  readonly id: string;
  readonly frozen: boolean;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** What a lock serializes: all SCP writes, or asking people about several changes at once. */
export type LockName = 'scp-writes' | 'questions';

/** Keeps the locks and the kill switch. A method without the name of a lock means that of SCP writes. */
export interface LockStore {
  /** Takes the lock, or renews it for its owner, until now + lease. `owner` is unique to the run. */
  acquire(owner: string, now: number, leaseMilliseconds: number, name?: LockName): Promise<LockAnswer>;
  /** Who has the lock, ended or not; null: nobody. Read consistently. */
  holder(name?: LockName): Promise<{ readonly owner: string; readonly expiresAt: number } | null>;
  /** Gives the lock back; does nothing if this owner does not have it. */
  release(owner: string, name?: LockName): Promise<void>;
  /** The kill switch, read consistently. */
  readFreeze(): Promise<Freeze>;
  /** Turns the kill switch. That it turned is no part of the record until `recordTurn`. */
  writeFreeze(freeze: Omit<FreezeTurn, 'id'>): Promise<void>;
  /** Keeps for auditors that the switch was turned. Apart from turning it, so that no record stands in the way of a freeze. */
  recordTurn(freeze: Omit<FreezeTurn, 'id'>): Promise<void>;
  /** The turns since an instant (epoch ms), oldest first. */
  listTurns(since: number): Promise<readonly FreezeTurn[]>;
}
