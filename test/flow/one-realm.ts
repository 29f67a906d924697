import { types } from 'node:util';

// Jest runs tests in a realm of their own, where an error that Node.js itself makes is no instance of Error:
// the SDK would then hide what a broken connection said. In production there is one realm only.
const ordinary = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(this: unknown, candidate: unknown): boolean {
    return this === Error ? types.isNativeError(candidate) : ordinary.call(this as () => void, candidate);
  },
});
