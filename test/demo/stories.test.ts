import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readDemoOptions, storyList } from '../../demo/options.ts';
import { identityStories } from '../../demo/stories.ts';
import { identitiesResultSchema } from '../support/identities-result-schema.ts';
import { bundleProgram, type Program } from '../support/program.ts';
import { firstOfTenPorts, isPortTaken } from './ports.ts';

const names = ['paulo', 'martha', 'arnav', 'nikki', 'roles', 'before-deleting', 'accounts'];

let program: Program;
beforeAll(async () => {
  program = await bundleProgram('demo/main.ts');
});
afterAll(() => program.close());

/** Starts the demo as a person does, and answers what it printed until it ended. Where somebody else has one of its ports, on others. */
async function told(
  ...options: readonly string[]
): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> {
  const port = firstOfTenPorts();
  const args = [program.path, '--once', '--port', String(port), ...options];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  return isPortTaken(errors) ? told(...options) : { code, output, errors };
}

test('a story in one line of JSON: the review is the result of the IAM side, whole however slowly it is read', async () => {
  const { code, errors, output } = await told('--story', 'paulo', '--json');
  expect({ code, lines: output.trimEnd().split('\n').length }).toEqual({ code: 0, lines: 1 });
  // More than a pipe holds.
  expect(output.length).toBeGreaterThan(65_536);
  const played = JSON.parse(output);
  expect(Object.keys(played).sort()).toEqual(['changes', 'endpoint', 'inboxUrl', 'pageUrl', 'review']);
  const review = identitiesResultSchema.parse(played.review);
  expect(review.changes.map(({ title }) => title)).toEqual(['Narrow ExampleDevelopment']);
  expect(errors).toContain('Paulo runs the group');
});

test('a story in the terminal: what is asked, what is found, what is proposed, and who is asked', async () => {
  const { code, output } = await told('--story', 'martha');
  expect(code).toBe(0);
  for (const words of [
    'Martha sees that nikhilj',
    'reports: 1 of 1',
    'leave the group security-team',
    'Proposed edits',
    'IAM Change Proposed',
    'email to ana@example.com',
    'Inbox: http',
    ' as ben: http',
  ])
    expect(output).toContain(words);
  expect(output).not.toContain('npx oar');
});

test.each(names.filter((name) => !['paulo', 'martha'].includes(name)))(
  'the story %s is played to its end',
  async (name) => {
    const { code, errors } = await told('--story', name, '--json');
    expect(code === 0 ? '' : errors).toBe('');
  },
);

test("at AWS's pace the review of the story goes on over several invocations, and asks for no report twice", async () => {
  const { code, errors, output } = await told('--json', '--pace', 'aws');
  expect(code).toBe(0);
  const invocations = [...errors.matchAll(/^invocation (\d+) of (rev-\S+),/gm)];
  expect(invocations.length).toBeGreaterThan(1);
  const { review } = JSON.parse(output);
  expect(new Set(invocations.map(([, , id]) => id))).toEqual(new Set([review.reviewId]));
  const reports = [...errors.matchAll(/^report on (.*): \d+ services, ([\d.]+) s$/gm)];
  expect(reports.map(([, name]) => name).sort()).toEqual([
    ...['Backend (ou-ex01-devbackend)', 'Development (ou-ex01-development)'],
    'Frontend (ou-ex01-devfrontend)',
  ]);
  for (const [, , seconds] of reports) expect(Number(seconds)).toBeGreaterThanOrEqual(5);
  expect(review).toMatchObject({ status: 'completed', changes: [{ services: ['dms', 'lex'] }] });
});

test('each story is listed, and chosen with its own scenario', () => {
  expect(Object.keys(identityStories)).toEqual(names);
  for (const name of names) {
    expect(storyList()).toMatch(new RegExp(`^ {2}${name} +\\w`, 'm'));
    expect(readDemoOptions(['--story', name])).toMatchObject({ story: name, scenario: expect.any(String) });
  }
  expect(readDemoOptions(['--list'])).toBe('list');
  expect(readDemoOptions([])).toMatchObject({ scenario: 'development-ou', scope: 'ou-ex01-development' });
  expect(readDemoOptions(['--scenario', 'deny-list'])).not.toHaveProperty('scope');
});

test.each([
  [
    ['--story', 'pablo'],
    '--story: pablo is none of paulo, martha, arnav, nikki, roles, before-deleting, accounts',
  ],
  [['--story', 'paulo', '--scenario', 'deny-list'], '--story: paulo has a scenario of its own'],
  [['--story', 'toString'], '--story: toString is none of'],
])('%s is refused by its name', (argv, message) => {
  expect(() => readDemoOptions(argv)).toThrow(message);
});
