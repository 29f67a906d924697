import shared from './shared.cjs';

/** A function of the suite that runs: helpers of tests are loaded once, and used by many suites. */
function ofSuite(name) {
  const own = () => globalThis[shared.suiteGlobals][name];
  return new Proxy(() => undefined, {
    apply: (_target, self, values) => Reflect.apply(own(), self, values),
    get: (_target, key) => own()[key],
  });
}

const names = ['describe', 'test', 'beforeAll', 'beforeEach', 'afterAll', 'afterEach', 'expect'];

export const [describe, test, beforeAll, beforeEach, afterAll, afterEach, expect] = names.map(ofSuite);
