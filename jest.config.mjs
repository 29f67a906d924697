/** Packages of CommonJS that are dear to load, and keep nothing of one suite that another could see. */
const sharedPackages = ['@aws', '@aws-sdk', '@smithy', 'ajv', 'dynalite'];

/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/support/worker/environment.mjs',
  // Of the packages, those that the environment shares between suites are transformed, and nothing else.
  transformIgnorePatterns: [`/node_modules/(?!(${sharedPackages.join('|')})/)`],
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.esbuild', '<rootDir>/.serverless'],
  transform: {
    '/node_modules/.+\\.js$': '<rootDir>/test/support/worker/shared-package.cjs',
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 30_000,
  workerThreads: false,
  // Many suites wait for AWS's published rates rather than for a core: one worker more than two cores pays.
  maxWorkers: 3,
};
