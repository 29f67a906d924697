/** The verdict of one check: `not-proven` means that a source is missing, never that all is well. */
export type Verdict = 'ok' | 'failed' | 'not-proven';

/** Why a check came out as it did, for programs. What was proved before a check had codes has none. */
export type OutcomeCode =
  | 'ALL_READ'
  | 'PROVEN'
  | 'BEARERS_UNDATED'
  | 'BREAK_GLASS_OF_NOBODY'
  | 'CONTROLS_UNREAD'
  | 'TAGS_UNREAD';

/** One named check of the certificate. */
export interface CheckResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** Only of checks whose reasons the proof before a write tells apart. */
  readonly code?: OutcomeCode;
  /** Of how many accounts it is not proven; absent where that is not counted, or of all. */
  readonly unproven?: number;
  /** Which accounts these are, sorted; absent where that is not told. */
  readonly unprovenIds?: readonly string[];
  /** One or two sentences for a person: what was looked at and what was found. */
  readonly detail: string;
}

/**
 * Whether a check proves less than people were shown: nothing any more, nothing of accounts of which it was proven. Or its source
 * cannot be read, where people were shown what it left open (`ALL_READ`). Else nothing was promised where it was proven of no account.
 */
export function isWeaker(check: CheckResult, shown: CheckResult): boolean {
  if (check.verdict !== 'not-proven') return false;
  if (shown.verdict !== 'not-proven') return true;
  if (shown.code === 'ALL_READ' && check.code !== 'ALL_READ') return true;
  if (shown.unproven === undefined) return false;
  const before = new Set(shown.unprovenIds);
  return check.unprovenIds?.some((id) => !before.has(id)) ?? true;
}

/** How a check that holds since it concerns no account explains itself: nobody asked its source. */
export const nobodyAsked =
  'no account had to be asked: nobody in an account of the organization loses a service by it';

/** Whether a source was asked and answered that all is well. */
export function isVouchedFor({
  detail,
  verdict,
}: {
  readonly detail: string;
  readonly verdict: string;
}): boolean {
  return verdict === 'ok' && detail !== nobodyAsked;
}

/** A certificate as it goes out: codes and counts are compared here, and nowhere else. */
export function withoutCodes({ checks, ok }: Certificate): Certificate {
  return { ok, checks: checks.map(({ detail, name, verdict }) => ({ name, verdict, detail })) };
}

/** The proof that goes with a draft. `ok` means that no check failed. */
export interface Certificate {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}
