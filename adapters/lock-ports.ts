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

/** Keeps the one lock that serializes all SCP writes, and the kill switch. */
export interface LockStore {
  /** Takes the lock, or renews it for its owner, until now + lease. `owner` is unique to the run. */
  acquire(owner: string, now: number, leaseMilliseconds: number): Promise<LockAnswer>;
  /** Who has the lock, ended or not; null: nobody. Read consistently. */
  holder(): Promise<{ readonly owner: string; readonly expiresAt: number } | null>;
  /** Gives the lock back; does nothing if this owner does not have it. */
  release(owner: string): Promise<void>;
  /** The kill switch, read consistently. */
  readFreeze(): Promise<Freeze>;
  /** Turns the kill switch. That it turned is no part of the record until `recordTurn`. */
  writeFreeze(freeze: Omit<FreezeTurn, 'id'>): Promise<void>;
  /** Keeps for auditors that the switch was turned. Apart from turning it, so that no record stands in the way of a freeze. */
  recordTurn(freeze: Omit<FreezeTurn, 'id'>): Promise<void>;
  /** The turns since an instant (epoch ms), oldest first. */
  listTurns(since: number): Promise<readonly FreezeTurn[]>;
}
