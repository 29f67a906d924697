import type { CallFailure, RefusalKind } from '../adapters/ports.ts';

/** Nothing was sent: for whoever writes it is a refusal like AWS's own of the write. `refusedByAws`: false where nobody answered, which passes. */
export class NotSent extends Error implements CallFailure {
  override readonly name = 'NotSent';
  readonly notSent = true;
  constructor(
    readonly code: string,
    message: string,
    readonly kind: RefusalKind = 'other',
    readonly refusedByAws = true,
  ) {
    super(message);
  }
}
