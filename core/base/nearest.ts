/** The candidate that a mistyped name most likely means, letter case aside, or null where none is near. Where several are as near, the first. */
export function nearestTo(name: string, candidates: readonly string[]): string | null {
  const most = Math.max(2, Math.floor(name.length / 3));
  const [nearest] = candidates
    // Names of very different length are never near, and comparing long ones takes long.
    .filter((candidate) => Math.abs(candidate.length - name.length) <= most)
    .map((candidate) => ({
      candidate,
      distance: distanceBetween(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.candidate ?? null;
}

/** Levenshtein's distance. */
function distanceBetween(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [at, character] of Array.from(left).entries()) {
    const next = [at + 1];
    for (let index = 1; index <= right.length; index += 1) {
      const swap = (row[index - 1] ?? 0) + (character === right[index - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
