import { arnInAnswer, partitionOf, proofBody, readProof, stsHost } from '../../core/base/caller-proof.ts';
import { ok, refused } from '../../core/base/result.ts';
import type { ProvenCaller } from '../caller-proof-ports.ts';

/** STS answers in milliseconds: whoever waits at the page's end waits no longer than that. */
const patience = 5_000;

/**
 * Sends proofs to STS. Method, address and body are ours: the caller's part is a signature over them. `endpoint` stands for
 * STS on one machine; `ownRegion`: of the function, whose partition the caller must be of, since account ids repeat in others.
 */
export function createProvenCaller(endpoint: string | null, ownRegion: string | null): ProvenCaller {
  return {
    arnOf: async (proof, binding, now) => {
      const read = readProof(proof, binding, now);
      if (!read.ok) return read;
      const { headers, region } = read.value;
      const answer = await fetch(endpoint ?? `https://${stsHost(region)}/`, {
        ...{ method: 'POST', headers, body: proofBody, redirect: 'error' },
        signal: AbortSignal.timeout(patience),
      });
      const text = await answer.text();
      if (answer.status >= 500) throw new Error(`STS answered ${answer.status}`);
      const arn = answer.status === 200 ? arnInAnswer(text) : null;
      const isOurs = arn?.startsWith(`arn:${partitionOf(ownRegion ?? region)}:`);
      if (arn !== null && isOurs) return ok(arn);
      const [, code = 'no name'] = /<Code>(\w{1,60})<\/Code>/.exec(text) ?? [];
      const detail =
        arn === null
          ? `identity: AWS does not take it (${code})`
          : `identity: ${arn} is of another partition`;
      return refused({ code: 'NOT_TAKEN', detail });
    },
  };
}
