import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundle, withBundleFolder } from '../../bench/bundle.ts';
import { startSandbox } from '../../sandbox/server.ts';

const run = promisify(execFile);

describe('a bundled function', () => {
  let review: string;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bundled-'));
    review = (await bundle(folder, 'review', { file: 'handlers/review.ts' })).path;
  });
  afterAll(() => rm(dirname(review), { recursive: true }));

  test('runs with nothing beside it, on credentials from the environment as Lambda gives them', async () => {
    const sandbox = await startSandbox({
      ...{ scenario: 'young-account', port: 0, fast: true, throttle: false, faults: [] },
    });
    try {
      const script = `require(${JSON.stringify(review)}).handler({ dryRun: true }).then(({ status }) => process.stdout.write(status))`;
      const { stdout } = await run(process.execPath, ['-e', script], {
        cwd: dirname(review),
        env: {
          ...{ AWS_ENDPOINT_URL: sandbox.endpoint, AWS_REGION: 'us-east-1', LOG_LEVEL: 'error' },
          ...{ AWS_ACCESS_KEY_ID: 'AKIASANDBOX000000000', AWS_SECRET_ACCESS_KEY: 'sandbox' },
        },
      });
      expect(stdout).toBe('completed');
    } finally {
      await sandbox.close();
    }
  });

  test('starts fast: nothing in it loads the data of a locale, nor makes Node hold two bytes for each of its characters', async () => {
    const text = await readFile(review, 'utf8');
    expect(text).not.toContain('.toLocaleString(');
    expect(/[^\0-\x7f]+/.exec(text)?.[0]).toBeUndefined();
  });

  test('takes a configuration that was saved with a byte order mark', async () => {
    await withBundleFolder(async (folder) => {
      await writeFile(join(folder, 'saved.json'), '\uFEFF{"thresholdDays":200}');
      const text = `import file from ${JSON.stringify(join(folder, 'saved.json'))}; console.log(file.thresholdDays);`;
      const { path } = await bundle(folder, 'saved', { text });
      expect((await run(process.execPath, [path])).stdout).toBe('200\n');
    });
  });

  test('that Slack calls stays small too: people wait for its start', async () => {
    await withBundleFolder(async (folder) => {
      const { kilobytes } = await bundle(folder, 'slack', { file: 'handlers/slack.ts' });
      expect(kilobytes).toBeLessThan(560);
    });
  });

  test('with a URL stays small, below 600 KB, and where it cannot start says so on a page, and why in its log alone', async () => {
    await withBundleFolder(async (folder) => {
      const { kilobytes, path } = await bundle(folder, 'approvals', { file: 'handlers/approvals.ts' });
      const answers = async (settings: Readonly<Record<string, string>>) => {
        const script = `const { handler } = require(${JSON.stringify(path)});
          const events = ['/changes/chg-1', '/iam/changes', null].map((rawPath) => rawPath && { rawPath });
          Promise.all(events.map(handler)).then((all) => console.log(JSON.stringify(all)))`;
        const env = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', AWS_REGION: 'us-east-1', ...settings };
        const { stderr, stdout } = await run(process.execPath, ['-e', script], { cwd: folder, env });
        const lines = stdout.trim().split('\n');
        return { stderr, logged: lines.slice(0, -1), all: JSON.parse(lines.at(-1) ?? '') };
      };
      for (const [settings, why] of [
        [{}, 'TABLE_NAME is not set'],
        [{ TABLE_NAME: 'table', LOG_LEVEL: 'loud' }, 'LOG_LEVEL is loud'],
      ] as const) {
        const { all, logged, stderr } = await answers(settings);
        expect(stderr).toBe('');
        expect(logged).toHaveLength(3);
        for (const line of logged)
          expect(JSON.parse(line)).toMatchObject({ level: 'error', reason: expect.stringContaining(why) });
        const text = expect.stringContaining('Nothing was recorded. Try again later.');
        const type = (name: string) =>
          expect.objectContaining({ 'Content-Type': expect.stringMatching(name) });
        expect(all).toEqual([
          { statusCode: 503, headers: type('text/html'), body: text },
          { statusCode: 503, headers: type('json'), body: text },
          { statusCode: 503, headers: type('text/html'), body: text },
        ]);
        expect(JSON.parse(all[1].body)).toEqual({ message: text });
        for (const { body } of all) expect(body).not.toMatch(/TABLE_NAME|LOG_LEVEL|loud| at .*:\d/);
      }
      // 600 rather than 500: histories of earlier and of later versions are read, and one engine serves every kind of change.
      expect(kilobytes).toBeLessThan(600);
    });
  });
});
