// Dead code: files, exports and packages that nobody uses. Run twice by `npm run check`: over everything, and with --production over the
// product alone, where an export that only tests import is found. There an export counts as used where its own file uses it, so that a test
// may look at one part of a file. A type may be exported with what it describes.
const overTheProduct = process.argv.includes('--production');

export default {
  entry: [
    'handlers/*.ts!',
    '{cli,demo,sandbox,bench,smoke}/main.ts!',
    'scripts/*.{ts,mjs,cjs}!',
    'deploy/*.cjs!',
    // Asked by the scripts of deployment, which load it by a path of their own.
    'core/base/configured-reach.ts!',
    'test/**/*.test.ts',
    'test/**/*-child.{ts,cjs}',
    'test/support/write-stored-samples.ts',
    'test/support/worker/*.mjs',
  ],
  project: ['**/*.{ts,mjs,cjs}!', '!test/**!'],
  ignoreExportsUsedInFile: overTheProduct || { interface: true, type: true },
  // A server of Python that one suite starts where it is installed.
  ignoreBinaries: ['moto_server'],
  // Read as a text and given to the browser.
  ignoreDependencies: overTheProduct ? [] : ['axe-core'],
};
