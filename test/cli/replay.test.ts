import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSite, type Site } from '../web/site.ts';
import { oar } from './run-oar.ts';

const member = '222222222222';
const day = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'replay-'));
let site: Site;
beforeAll(async () => {
  site = await openSite();
  process.env.PAGE_URL = site.gateway.url;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await site.close();
});

const flat = (text: string): string => text.replace(/\s+/g, ' ');
const call = (eventSource: string, eventName: string, accountId = member, daysAgo = 1) => ({
  ...{
    eventType: 'AwsApiCall',
    awsRegion: 'eu-west-1',
    recipientAccountId: accountId,
    eventSource,
    eventName,
  },
  eventTime: new Date(Date.now() - daysAgo * day).toISOString(),
  userIdentity: { type: 'IAMUser', accountId, arn: `arn:aws:iam::${accountId}:user/\u202eana` },
});

/** A folder as a bucket would be copied, with files by their paths. */
function trail(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
const file = (...Records: readonly object[]): string => JSON.stringify({ Records });
const zipped = (...records: readonly object[]): Buffer => gzipSync(file(...records));
const everyDay = (accounts: readonly string[]): string =>
  file(
    ...accounts.flatMap((account) =>
      [0, 1, 2].map((ago) => call('s3.amazonaws.com', 'CreateBucket', account, ago)),
    ),
  );

test('a change of the site: what it would have blocked, whatever the files are, and what is missing', async () => {
  const { record } = await site.put();
  const root = trail('change', {
    'AWSLogs/o-1/222222222222/CloudTrail/eu-west-1/2026/11/01/a.json.gz': zipped(
      call('lex.amazonaws.com', 'CreateBot'),
      call('lex.amazonaws.com', 'CreateBot'),
      call('s3.amazonaws.com', 'ListBuckets'),
    ),
    'AWSLogs/o-1/222222222222/CloudTrail-Digest/eu-west-1/2026/11/01/d.json.gz': gzipSync('{"digest":1}'),
    'plain.json': file(
      call('dms.amazonaws.com', 'CreateEndpoint'),
      call('lex.amazonaws.com', 'x', '999999999999'),
    ),
    'cut.json.gz': zipped(call('lex.amazonaws.com', 'CreateBot')).subarray(0, 40),
    'other.json': '[1, 2]',
    'no.json': '{"Records": [',
    'notes.txt': 'no file of a trail',
  });
  symlinkSync('/etc/hostname', join(root, 'link.json'));
  const { code, errors, output } = await oar('ana', 'replay', root, '--change', record.id);
  expect({ code, errors }).toEqual({ code: 3, errors: '' });
  const said = flat(output);
  expect(said).toContain(`${record.id}, NewServiceTest at Development`);
  expect(said).toContain('3 calls would have been denied.');
  expect(said).toMatch(/user\/⟨U\+202E⟩ana dev-1 \(222222222222\) lex:CreateBot 2 /);
  expect(said).toContain('1 by accounts that the SCP does not bind');
  expect(said).toContain('6 files');
  for (const why of [
    '4 of 6 files could not be read: cut.json.gz cannot be read (Z_BUF_ERROR)',
    'link.json is no file of its own: links are not followed',
    'no.json is not JSON',
    'other.json has no list "Records"',
    '1 of 2 accounts have no record: 333333333333',
  ])
    expect(said).toContain(why);

  const json = JSON.parse(
    (await oar('ana', 'replay', root, '--change', record.id, '--format', 'json')).output,
  );
  expect(json).toMatchObject({ calls: { denied: 3, all: 4 }, blocked: [{ count: 2 }, { count: 1 }] });
});

test("a text of one's own at an OU: nothing blocked is 0 where all is covered, and 1 where it is not", async () => {
  const policy = join(folder, 'scp.json');
  writeFileSync(
    policy,
    // As PowerShell writes it.
    `\uFEFF${JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: 'lex:*', Resource: '*' } })}`,
    'utf16le',
  );
  const given = ['--policy', policy, '--targets', 'Development', '--days', '2'];
  const whole = trail('whole', { 'a.json': everyDay([member, '333333333333']) });
  const { code, output } = await oar('ana', 'replay', whole, ...given);
  expect({ code, output: flat(output) }).toEqual({
    code: 0,
    output: expect.stringContaining('Nothing that was seen would have been denied.'),
  });
  const half = trail('half', { 'a.json': everyDay([member]) });
  expect((await oar('ana', 'replay', half, ...given)).code).toBe(1);
  const nothing = trail('nothing', { 'a.txt': '' });
  expect((await oar('ana', 'replay', nothing, ...given)).code).toBe(1);
  const operations = site.sandbox.calls().map(({ operation }) => operation);
  expect(operations).not.toContain('DescribePolicy');
});

test.each([
  [['replay'], 'give the folder of the trail'],
  [['replay', '/nowhere', '--change', 'chg-000000000000'], 'DIR: /nowhere is not a folder'],
  [['replay', folder], 'give either --change ID, or --policy FILE and --targets'],
  [['replay', folder, '--policy', 'x.json'], 'give either --change ID, or --policy FILE and --targets'],
  [['replay', folder, '--change', 'x'], 'a change is named like'],
  [['replay', folder, '--policy', '/nowhere.json', '--targets', 'Root'], 'cannot be read (ENOENT)'],
  [['replay', folder, '--change', 'chg-000000000000', '--days', '0'], '--days: give whole days'],
])('%j ends with what is wrong', async (args, words) => {
  const { code, errors } = await oar('ana', ...args);
  expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining(words) });
});
