// How a function is bundled, said once: for serverless-esbuild in serverless.yml, and for the benchmark.
const { join } = require('node:path');

module.exports.options = {
  bundle: true,
  minify: true,
  // Names of classes become letters, 6 % less: what Lambda and the logs tell of an error is its own `name`, which each of ours gives itself.
  target: 'node24',
  platform: 'node',
  format: 'cjs',
  // The package is of type "module": only .cjs is read as CommonJS both in Lambda and by `invoke local`.
  outputFileExtension: '.cjs',
  mainFields: ['module', 'main'],
  // pino loads its worker threads wherever it is loaded, and no function uses them: 12 KB of each.
  alias: {
    ...Object.fromEntries(
      ['on-exit-leak-free', 'thread-stream'].map((name) => [name, join(__dirname, 'no-worker-logs.cjs')]),
    ),
    // 7 KB for a cache that is always empty.
    'mnemonist/lru-cache': join(__dirname, 'endpoint-cache-map.cjs'),
    // 15 KB for operations whose answer is a stream of events.
    '@smithy/core/event-streams': join(__dirname, 'no-event-streams.cjs'),
  },
  // Credentials that come from profiles, processes, tokens and metadata services: Lambda always gives them in the environment, which is
  // asked first, and the SDK loads each of these only when it is asked. `invoke local` finds them in node_modules.
  exclude: [
    '@aws-sdk/credential-provider-http',
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
    '@smithy/credential-provider-imds',
  ],
};
