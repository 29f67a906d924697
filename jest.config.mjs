/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/test'],
  modulePathIgnorePatterns: ['<rootDir>/.esbuild', '<rootDir>/.serverless'],
  // Suites are loaded by Node.js itself, in the realm of their worker; nothing is transformed for `node:vm`.
  testEnvironment: '<rootDir>/test/support/worker/environment.mjs',
  runtime: '<rootDir>/test/support/worker/runtime.cjs',
  testSequencer: '<rootDir>/test/support/worker/sequencer.mjs',
  transform: {},
  // Ends what hangs. Nothing may depend on how fast the machine is, or on what else runs on it.
  testTimeout: 300_000,
  // Some suites wait for a program or a browser rather than for a core: one worker more than two cores pays.
  maxWorkers: 3,
};
