const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ids = new Map<string, string>();

/** An id as IAM makes them (`AIDA…`, `AROA…`); the same seed gives the same id. */
export const idOf = (prefix: string, seed: string): string => {
  const known = ids.get(prefix + seed);
  if (known !== undefined) return known;
  let value = 2166136261;
  let id = prefix;
  for (let position = 0; position < 16; position += 1) {
    for (const letter of `${seed}${position}`)
      value = Math.imul(value ^ letter.charCodeAt(0), 16777619) >>> 0;
    id += letters[value % 32];
  }
  ids.set(prefix + seed, id);
  return id;
};
