/** What the SCPs on the chain of an account let nobody use there, by their texts alone, and what they kept out lately. */
export interface KeptOut {
  readonly services: ReadonlySet<string>;
  /** Since when services may be used that an earlier review saw kept out, epoch milliseconds. */
  readonly since: ReadonlyMap<string, number>;
}

/** What stored reviews saw, by account, so that it goes with an account that moves. One that is missing was never seen to be kept out of anything. */
export type AllowedMemory = ReadonlyMap<string, KeptOut>;
