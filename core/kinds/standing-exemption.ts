/** A principal whom an applied give-back leaves free of a deny of ours for a time. Times are epoch milliseconds. */
export interface StandingExemption {
  readonly policyId: string;
  readonly service: string;
  readonly principal: string;
  /** Since when it is free by what was applied for a time. */
  readonly givenAt: number;
  readonly endsAt: number;
  /** The give-back with the latest end. */
  readonly changeId: string;
}
