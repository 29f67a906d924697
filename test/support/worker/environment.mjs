import fc from 'fast-check';

// What is run before each change judges the change, so it meets the same examples each time; with LONG=1 laws meet new ones.
if (!process.env.LONG) fc.configureGlobal({ seed: 20261128 });

const { console: ownConsole } = globalThis;
const { exit } = process;

/** Suites about the network itself, and those whose programs others start: what these ask goes over a socket. */
const overNetwork = /\/test\/(adapters|bench|cli|demo|e2e|packaging|sandbox|smoke|store)\//;

/** Suites of a worker run in its own realm, as the product does in Node.js; a suite leaves the environment as it found it. */
export default class WorkerEnvironment {
  global = globalThis;

  constructor(_, { testPath }) {
    this.isNearby = !overNetwork.test(testPath);
  }

  async setup() {
    this.variables = { ...process.env };
    if (this.isNearby) this.leave = (await import('./nearby.ts')).askNearby();
  }

  async teardown() {
    this.leave?.();
    for (const key of Object.keys(process.env)) delete process.env[key];
    Object.assign(process.env, this.variables);
    // The runner puts its own in their place for each suite.
    globalThis.console = ownConsole;
    process.exit = exit;
  }

  /** There is none: nothing is loaded through `node:vm`. The runner wants the method. */
  getVmContext() {
    return null;
  }
}
