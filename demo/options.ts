import { parseArgs } from 'node:util';
import { identityStories, type StoryName, storyLines } from './stories.ts';

/** What the demo was asked for. */
export interface DemoOptions {
  readonly once: boolean;
  readonly json: boolean;
  /** The first of ten ports: page, sandbox with the inbox. */
  readonly port: number;
  readonly scenario: string;
  /** A story of the IAM side instead of the Development OU's. */
  readonly story?: StoryName;
  /** The entity to review; absent: Development in its own story, the root elsewhere. */
  readonly scope?: string;
  readonly approvals: number;
  /** Minutes between approval and apply. */
  readonly cooling: number;
  /** `quick`: report jobs of 0.2 to 0.8 s; `aws`: of 5 to 12 s on the sandbox's clock, and invocations that end before all is asked. */
  readonly pace: 'quick' | 'aws';
}

const usualScenario = 'development-ou';

/** The help text of `npm run demo`. */
export const demoUsage = `npm run demo -- [options]
  --once              stop when everything is printed
  --json              standard output is one line of JSON, nothing else
  --port N            first of ten ports (4180)
  --story NAME        a story of the IAM side: ${Object.keys(identityStories).join(', ')}
  --list              the stories, a line each
  --scenario NAME|FILE  another organization (development-ou)
  --scope ID          the entity to review
  --approvals N       how many people must approve (1)
  --cooling MINUTES   time between approval and apply (0)
  --pace aws          report jobs as slow as AWS's, on the sandbox's clock, and a review of several invocations
  --help`;

/** Reads the options. Throws an error whose message names the option that is wrong. */
export function readDemoOptions(argv: readonly string[]): DemoOptions | 'help' | 'list' {
  const { values } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      story: { type: 'string' },
      port: { type: 'string', default: '4180' },
      scenario: { type: 'string' },
      scope: { type: 'string' },
      approvals: { type: 'string', default: '1' },
      cooling: { type: 'string', default: '0' },
      pace: { type: 'string', default: 'quick' },
    },
  });
  if (values.help) return 'help';
  if (values.list) return 'list';
  if (values.pace !== 'quick' && values.pace !== 'aws')
    throw new Error(`--pace: ${values.pace} is neither quick nor aws`);
  return {
    once: values.once,
    json: values.json,
    port: wholeNumber('--port', values.port, 1, 65_000),
    ...played(values.story, values.scenario, values.scope),
    approvals: wholeNumber('--approvals', values.approvals, 1, 2),
    cooling: wholeNumber('--cooling', values.cooling, 0, 10_000),
    pace: values.pace,
  };
}

/** What is played: a story with its own scenario, or a scenario with the entity to review. */
function played(
  story: string | undefined,
  scenario: string | undefined,
  scope: string | undefined,
): Pick<DemoOptions, 'scenario' | 'scope' | 'story'> {
  if (story === undefined) {
    if (scope !== undefined) return { scenario: scenario ?? usualScenario, scope };
    const isUsual = scenario === undefined || scenario === usualScenario;
    return isUsual ? { scenario: usualScenario, scope: 'ou-ex01-development' } : { scenario };
  }
  if (!isStory(story))
    throw new Error(`--story: ${story} is none of ${Object.keys(identityStories).join(', ')}`);
  if (scenario !== undefined || scope !== undefined)
    throw new Error(`--story: ${story} has a scenario of its own, so leave out --scenario and --scope`);
  return { story, scenario: identityStories[story].scenario };
}

function isStory(name: string): name is StoryName {
  return Object.hasOwn(identityStories, name);
}

/** What `--list` prints. */
export function storyList(): string {
  return `npm run demo                   an OU where nobody uses two services any more: from the finding to the roll back
npm run demo -- --story NAME   what users, groups, roles and policies of an account never use: from the finding to the roll back
${storyLines().join('\n')}`;
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${option}: ${text} is not a whole number from ${least} to ${most}`);
}
