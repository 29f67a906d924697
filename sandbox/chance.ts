/** Chance that a seed decides. */
export interface Chance {
  /** A whole number from 0, below the bound. */
  below(bound: number): number;
  of<Item>(items: readonly Item[]): Item;
  mixed<Item>(items: readonly Item[]): readonly Item[];
}

// The multiplicative generator that Park and Miller call the minimal standard: every product fits a double exactly.
const modulus = 2 ** 31 - 1;
const multiplier = 48_271;

/** The same figures in the same order for the same whole number. */
export const chanceFrom = (seed: number): Chance => {
  let state = (Math.abs(seed) % (modulus - 1)) + 1;
  const below = (bound: number): number => {
    state = (state * multiplier) % modulus;
    return Math.floor((state / modulus) * bound);
  };
  return {
    below,
    of: (items) => items[below(items.length)] as (typeof items)[number],
    mixed: (items) => {
      const rest = [...items];
      return items.map(() => rest.splice(below(rest.length), 1)[0] as (typeof items)[number]);
    },
  };
};
