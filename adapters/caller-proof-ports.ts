import type { CallerProof } from '../core/base/caller-proof.ts';
import type { Result } from '../core/base/result.ts';

/** Knows from AWS who signed a request, whatever account it is of. */
export interface ProvenCaller {
  /** The ARN of whoever signed this proof for this binding (64 hex). Refuses what is none of ours, and what STS does not take (`NOT_TAKEN`). Throws where STS cannot be reached. `now` in epoch milliseconds. */
  arnOf(proof: CallerProof, binding: string, now: number): Promise<Result<string>>;
}
