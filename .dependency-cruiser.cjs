// Who may import whom. `to.path` is what is forbidden; `pathNot` is what alone is allowed.
// A package shows as a path through node_modules, or by its bare name where it is not installed.
const aPackage = (name) => `(^|node_modules/)${name}(/|$)`;
const tests = '^test/';
const builtin = '^(node:)?(crypto|fs|path|url|util|os|http|net|zlib|timers|events|child_process)(/|$)';

/** The rooms of core, lowest first: each imports only from itself and from those before it. */
const rooms = [
  'base',
  'organization',
  'policy',
  'replay',
  'finding',
  'identity',
  'proof',
  'change/content',
  'change/links',
  'change/life',
  'change/engine',
  'change/deciding',
  'denial',
  'kinds',
  'review',
  'message/words',
  'message/views',
  'message/events',
  'message/mails',
  'message/slack',
  'message/telling',
  'doctor',
];

/** The rooms within a room, in the same way. Of the files beside them those that are named come last, the others first; where none is named, all come last. */
const roomsWithin = [
  { folder: 'core/proof/identity', names: ['checks'], last: ['certificate'] },
  {
    folder: 'core/proof',
    names: ['checks', 'identity'],
    last: ['certificate', 'end-exemption', 'give-back'],
  },
  {
    folder: 'core/kinds/scp',
    names: ['ours', 'drafting', 'watching', 'proposing', 'writing'],
  },
  { folder: 'core/kinds', names: ['scp', 'iam'], last: ['kinds', 'watching'] },
  { folder: 'core/review', names: ['identities'], last: ['requested-review', 'awaited-end', 'running'] },
  { folder: 'core/doctor', names: ['checks'], last: ['checks'] },
];

const roomRules = ({ folder, names, last = ['[^/]+'] }) =>
  names.map((room, place) => ({
    name: `${folder}/${room}-knows-no-later-room`.replaceAll('/', '-'),
    comment: 'the rooms have an order, so that each can be read without those after it',
    severity: 'error',
    from: { path: `^${folder}/${room}/` },
    to: { path: `^${folder}/(${laterThan(names.slice(place + 1), last)})` },
  }));

const laterThan = (rooms, files) =>
  [...rooms.map((room) => `${room}/`), ...files.map((file) => `${file}\\.ts$`)].join('|');

/** What lies beside rooms and does not come last can be read without them. */
const besideRooms = ({ folder, names, last }) => ({
  name: `${folder}-begins-without-its-rooms`.replaceAll('/', '-'),
  comment: 'the files beside rooms come before or after them, so that a folder has no circle',
  severity: 'error',
  from: { path: `^${folder}/[^/]+$`, pathNot: `^${folder}/(${laterThan([], last)})` },
  to: { path: `^${folder}/(${laterThan(names, last)})` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  rooms,
  forbidden: [
    ...roomRules({ folder: 'core', names: rooms }).slice(0, -1),
    ...roomsWithin.flatMap(roomRules),
    ...roomsWithin.filter(({ last }) => last).map(besideRooms),
    {
      name: 'core-is-the-product-without-the-cloud',
      comment: 'core imports core, hashing and zod: no SDK, adapter, flow, log, clock or file',
      severity: 'error',
      from: { path: '^core/' },
      to: { pathNot: ['^core/', '^(node:)?crypto$', aPackage('zod'), aPackage('diff')] },
    },
    {
      name: 'proof-does-not-trust-the-draft',
      comment:
        'a certificate made with the code that drafted would share its mistakes, also over a third module',
      severity: 'error',
      from: { path: '^core/proof/' },
      to: {
        path: '^core/(kinds/|policy/(deny-statement|rewrite-policy|rewrite-statement|action-list)\\.ts|finding/(rows|knowledge|detect|use|season|kept-out|allowed-lately)\\.ts)',
        reachable: true,
      },
    },
    {
      name: 'only-adapters-speak-aws',
      comment:
        'the SDK is imported in adapters/aws and nowhere else; the smoke test asks AWS what no port of the product would, and a figure plays a client that is not ours',
      severity: 'error',
      from: { pathNot: ['^adapters/aws/', '^smoke/', '^bench/shared-quota\\.ts$', tests] },
      to: { path: [aPackage('@aws-sdk'), aPackage('@smithy')] },
    },
    {
      name: 'adapters-aws-is-wired-in-one-place',
      comment:
        'others get ports from adapters/wire.ts; what a refusal of AWS looks like is for entrances to know',
      severity: 'error',
      from: { path: '^(handlers|flow|web|cli|core|sandbox)/' },
      to: { path: '^adapters/aws/', pathNot: '^adapters/aws/refusal\\.ts$' },
    },
    {
      name: 'adapters-serve',
      comment: 'an adapter knows core and the ports, not those who use it',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: '^(flow|handlers|web|cli|sandbox|demo|bench|smoke)/' },
    },
    {
      name: 'flow-goes-through-ports',
      comment:
        'flow imports core, the ports, the one way to work side by side, the one to look right before a write, and the configuration file; a type of an adapter is as much a tie as its code. ' +
        'The type of the log is the exception: test/architecture/source-rules.ts sees that it stays a type',
      severity: 'error',
      from: { path: '^flow/' },
      to: {
        pathNot: [
          '^flow/',
          '^core/',
          '^adapters/[a-z-]*ports\\.ts$',
          '^adapters/(concurrently|fresh-look)\\.ts$',
          '^reviewer\\.config\\.json$',
          '^(node:)?crypto$',
          aPackage('pino'),
        ],
      },
    },
    {
      name: 'kinds-are-reached-by-their-tables',
      comment:
        'what is special to a kind of change is called by core/kinds/kinds.ts and flow/kinds/kinds.ts alone. ' +
        'The review of the organization drafts SCPs, so it knows theirs',
      severity: 'error',
      from: {
        pathNot: [
          '^core/(kinds|review)/',
          '^core/change/content/',
          '^flow/(kinds/|history\\.ts$|organization-snapshot\\.ts$)',
          '^(bench|smoke)/',
          tests,
        ],
      },
      to: { path: '^(core/kinds/[^/]+/|core/change/content/edit\\.ts$|flow/kinds/scp)' },
    },
    {
      name: 'sandbox-shares-nothing',
      comment: 'a double of AWS that shares code with the product would share its mistakes',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { pathNot: ['^sandbox/', builtin, '(^|/)node_modules/', '^[^./][^/]*$', '^@[^/]+/[^/]+$'] },
    },
    {
      name: 'only-the-demo-knows-the-sandbox',
      comment: 'the product finds AWS by the SDK alone; the smoke test has its table and page on one machine',
      severity: 'error',
      from: { pathNot: ['^sandbox/', '^demo/', '^bench/', '^smoke/', tests] },
      to: { path: '^sandbox/' },
    },
    {
      name: 'baselines-are-independent',
      comment: 'a baseline that imports core would measure core',
      severity: 'error',
      from: { path: '^bench/baseline' },
      to: { path: '^(core|flow|adapters)/' },
    },
    {
      name: 'nothing-rests-on-an-entrance',
      comment: 'handlers, demo, bench, the smoke test and tests are started, never imported',
      severity: 'error',
      from: { path: '^(core|flow|adapters|web|sandbox)/' },
      to: { path: '^(handlers|cli|demo|bench|smoke|test|scripts)/' },
    },
    {
      name: 'no-function-imports-another',
      comment: 'what functions share lies in handlers/shared',
      severity: 'error',
      from: { path: '^handlers/[^/]+$' },
      to: { path: '^handlers/[^/]+$' },
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'the types of Lambda are a package of types alone',
      severity: 'error',
      from: { pathNot: tests },
      to: { couldNotResolve: true, pathNot: '^aws-lambda$' },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API, and without a parser that knows types their imports would go unseen.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.d\\.ts$' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
