import { createHash } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ids = new Map<string, string>();

/** An id as IAM makes them (`AIDA…`, `AROA…`); the same seed gives the same id. */
export const idOf = (prefix: string, seed: string): string => {
  const known = ids.get(prefix + seed);
  if (known !== undefined) return known;
  // A whole hash: ids of thousands of roles must differ, as AWS's do.
  const hash = createHash('sha256').update(seed).digest();
  const id = prefix + Array.from(hash.subarray(0, 16), (byte) => letters[byte % 32]).join('');
  ids.set(prefix + seed, id);
  return id;
};
