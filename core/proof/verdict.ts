/** The verdict of one check: `not-proven` means that a source is missing, never that all is well. */
export type Verdict = 'ok' | 'failed' | 'not-proven';

/** One named check of the certificate. */
export interface CheckResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** One or two sentences for a person: what was looked at and what was found. */
  readonly detail: string;
}

/** The proof that goes with a draft. `ok` means that no check failed. */
export interface Certificate {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}
