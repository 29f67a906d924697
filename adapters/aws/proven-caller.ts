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
      const sent = await send(endpoint ?? `https://${stsHost(region)}/`, headers).catch((error: unknown) => {
        // A Region that whoever asks made up is no failure of ours.
        if (ownRegion === null || region === ownRegion) throw error;
        return null;
      });
      if (sent === null)
        return refused({
          code: 'NOT_TAKEN',
          detail: `identity: STS of ${region} does not answer: sign for ${ownRegion}`,
        });
      const { answer, text } = sent;
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

async function send(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly answer: Response; readonly text: string }> {
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body: proofBody,
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  });
  const text = await answer.text();
  if (answer.status >= 500) throw new Error(`STS answered ${answer.status}`);
  return { answer, text };
}
