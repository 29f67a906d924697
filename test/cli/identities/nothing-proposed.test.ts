import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import { accountWith, identities, policyOf } from '../../support/identities-on-the-wire.ts';

const everywhere = { Effect: 'Allow', Resource: '*' };
const broad = policyOf({
  ...everywhere,
  NotAction: ['iam:*', 's3:Delete*', 'ec2:TerminateI*', 'ec2:*Vpc*', 'ec2:*S*'],
});

// Not understood: what it grants is unknown.
const odd = policyOf({ ...everywhere, Action: 'sns:*', Wrong: 1 });

let observing: string;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nothing-'));
  observing = join(folder, 'observe.json');
  await writeFile(observing, JSON.stringify({ mode: 'observe' }));
});
beforeAll(() =>
  openBox({
    scenario: accountWith({
      users: [
        { name: 'ann', inline: { look: policyOf({ ...everywhere, Action: '*:Describe*' }) } },
        { name: 'eve', inline: { broad } },
        { name: 'kim', inline: { some: policyOf({ ...everywhere, Action: ['s3:*', 'lex:*'] }) } },
        { name: 'joe', inline: { one: policyOf({ ...everywhere, Action: 's3:*' }) } },
        { name: 'pat', inline: { some: policyOf({ ...everywhere, Action: ['s3:*', 'lex:*'] }), odd } },
        { name: 'sue', inline: { odd } },
      ],
      roles: [{ name: 'old', inline: { some: policyOf({ ...everywhere, Action: 's3:*' }) } }],
      use: [
        { by: 'user/eve', service: 'ec2', daysAgo: 3 },
        { by: 'user/eve', service: 's3', daysAgo: 3 },
        { by: 'user/kim', service: 's3', daysAgo: 3 },
        { by: 'user/joe', service: 's3', daysAgo: 3 },
        { by: 'user/pat', service: 's3', daysAgo: 3 },
      ],
    }),
  }),
);
afterAll(async () => {
  await closeBoxes();
  await rm(dirname(observing), { recursive: true });
});

const unlisted =
  /AWS's report of user ann lists 0 services, and not \d+ services that look may allow: whether they are used is unknown, and nothing of them is proposed/;
const tooLarge =
  /broad: what stays, named one by one, takes \d+ characters without white space, and 2048 are allowed/;

const review = async (user: string, format: string): Promise<string> => {
  const { output } = await identities('review', '--user', user, '--days', '90', '--format', format);
  return output.replaceAll('&#39;', "'").replaceAll(/\s+/g, ' ');
};

test.each([
  ['ann', unlisted],
  ['eve', tooLarge],
])('where no edit is proposed for %s, one sentence says why', async (user, why) => {
  const sentence = why.source;
  expect(await review(user, 'table')).toMatch(new RegExp(`why none ${sentence}`));
  expect(await review(user, 'html')).toMatch(new RegExp(`Why no edit is proposed</dt><dd>${sentence}`));
  expect(await review(user, 'markdown')).toMatch(new RegExp(`## Proposed edits None: ${sentence}`));
  const { findings, refusals } = JSON.parse(await review(user, 'json'));
  expect(refusals).toEqual([expect.objectContaining({ detail: expect.stringMatching(why) })]);
  expect(findings.length > 400).toBe(user === 'eve');
});

test('as Markdown, services with one answer stand in one row', async () => {
  const rows = (await review('eve', 'markdown')).match(/broad \(inline, /g);
  expect(rows).toHaveLength(1);
});

test.each(['kim', 'joe'])(
  'nothing is said of it where an edit is proposed, or all is in use: %s',
  async (user) => {
    expect(await review(user, 'table')).not.toContain('why none');
  },
);

test.each([
  ['an edit that waits, and not what else was left out', ['--user', 'pat'], 'the mode is observe: '],
  ['a text that was not understood', ['--user', 'sue'], 'odd was left out: '],
  ['a Deny that waits', ['--role', 'old', '--quarantine'], 'the mode is observe: '],
  [
    'a Deny that nobody asked for',
    ['--role', 'old'],
    'nobody used old within the threshold: a Deny of everything stops it, and is taken back in one step; it is drafted with --quarantine',
  ],
])('the sentence is about %s', async (_, args, why) => {
  const { output } = await identities('review', ...args, '--config', observing, '--days', '90');
  expect(output.replaceAll(/\s+/g, ' ')).toContain(`why none ${why}`);
});
