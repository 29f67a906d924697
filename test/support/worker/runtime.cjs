const asyncHooks = require('node:async_hooks');
const { register } = require('node:module');
const { pathToFileURL } = require('node:url');
const { mapOf } = require('./compile.cjs');

register('./hooks.mjs', pathToFileURL(__filename));

/**
 * Remembers which test runs, one after another. Node.js 20 makes every promise dearer by half from the first use of the real
 * AsyncLocalStorage on, and the framework asks for no more than this.
 */
class OneAfterAnother {
  run(store, callback) {
    const before = this.store;
    const back = () => {
      this.store = before;
    };
    this.store = store;
    try {
      const result = callback();
      if (typeof result?.finally === 'function') return result.finally(back);
      back();
      return result;
    } catch (error) {
      back();
      throw error;
    }
  }

  getStore() {
    return this.store;
  }
}

/** Loads the framework afresh: it keeps the tests of one suite. */
function loadFramework(path) {
  const { AsyncLocalStorage } = asyncHooks;
  delete require.cache[path];
  delete globalThis[Symbol.for('EVENT_HANDLERS')];
  asyncHooks.AsyncLocalStorage = OneAfterAnother;
  try {
    return require(path);
  } finally {
    asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
  }
}

/**
 * What Jest loads suites with, in place of its own registry of modules in a `node:vm` context: Node.js's own loader. The product and
 * its packages are loaded once a worker, as in production; no module of theirs keeps anything that one suite could see of another.
 */
module.exports = class WorkerRuntime {
  requireInternalModule = loadFramework;
  requireModule = require;

  setGlobalsForRuntime(globals) {
    this.globals = globals;
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    const { useGlobals } = await import('./globals.mjs');
    useGlobals(this.globals);
    return import(pathToFileURL(path).href);
  }

  /** Maps are made when a stack is printed. */
  getSourceMaps() {
    return { get: mapOf, [Symbol.iterator]: () => [].values() };
  }

  getAllCoverageInfoCopy() {
    return undefined;
  }

  enterTestCode() {}

  leaveTestCode() {}

  teardown() {}
};
