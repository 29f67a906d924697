import { createRequire } from 'node:module';
import { types } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';
import { loader } from './shared-package.cjs';

const require = createRequire(import.meta.url);

// An error that the engine makes belongs to the realm whose code failed: it counts as an Error in each of them.
const ordinary = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(candidate) {
    return this === Error ? types.isNativeError(candidate) : ordinary.call(this, candidate);
  },
});

/**
 * Suites of a worker share the packages that `shared-package.cjs` names, loaded and compiled once in the worker's own realm.
 * What such a package sees of a suite is what it sees in production: the same environment variables, errors, dates and collections.
 */
export default class SharedPackagesEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.variables = { ...process.env };
    Object.assign(this.global, { Error, Date, Map, Set, [Symbol.for(loader)]: require });
    this.global.process.env = process.env;
  }

  async teardown() {
    for (const key of Object.keys(process.env)) delete process.env[key];
    Object.assign(process.env, this.variables);
    await super.teardown();
  }
}
