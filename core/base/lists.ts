/** The sum of numbers, 0 of none. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Each text once, sorted. */
export function sortedUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
