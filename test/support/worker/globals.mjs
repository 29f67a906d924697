/** What suites and their helpers import as `@jest/globals`: the functions of the suite that runs. */
export let describe, test, beforeAll, beforeEach, afterAll, afterEach, expect;

/** Puts the functions of the next suite in their place; helpers that are loaded already see them too. */
export function useGlobals(next) {
  ({ describe, test, beforeAll, beforeEach, afterAll, afterEach, expect } = next);
}
