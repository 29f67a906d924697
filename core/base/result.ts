/** One reason for a refusal: a stable code for programs, a sentence for people. */
export interface Reason {
  /** A stable upper-case code such as `MALFORMED_POLICY`. */
  readonly code: string;
  /** One sentence that names the thing and, where there is one, the way out. */
  readonly detail: string;
}

/** The outcome of a decision: a value, or a refusal with at least one reason. A throw is kept for bugs. */
export type Result<Value, Why extends Reason = Reason> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reasons: readonly [Why, ...Why[]] };

/** A success that carries its value. */
export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/** A refusal with its reasons: one at least, so a refusal without a reason does not compile. */
export function refused<Why extends Reason>(
  ...reasons: readonly [Why, ...Why[]]
): { readonly ok: false; readonly reasons: readonly [Why, ...Why[]] } {
  return { ok: false, reasons };
}
