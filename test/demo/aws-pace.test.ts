import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleProgram, type Program } from '../support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await bundleProgram('demo/main.ts');
});
afterAll(() => program.close());

test("at AWS's pace the review of the story goes on over several invocations, and asks for no report twice", async () => {
  const port = 20_000 + Math.floor(Math.random() * 3_000) * 10;
  const args = [program.path, '--json', '--once', '--pace', 'aws', '--port', String(port)];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stderr, stdout } = await promisify(execFile)(process.execPath, args, { env });
  const invocations = [...stderr.matchAll(/^invocation (\d+) of (rev-\S+),/gm)];
  expect(invocations.length).toBeGreaterThan(1);
  const { review } = JSON.parse(stdout);
  expect(new Set(invocations.map(([, , id]) => id))).toEqual(new Set([review.reviewId]));
  const reports = [...stderr.matchAll(/^report on (.*): \d+ services, ([\d.]+) s$/gm)];
  expect(reports.map(([, name]) => name).sort()).toEqual([
    ...['Backend (ou-ex01-devbackend)', 'Development (ou-ex01-development)'],
    'Frontend (ou-ex01-devfrontend)',
  ]);
  for (const [, , seconds] of reports) expect(Number(seconds)).toBeGreaterThanOrEqual(5);
  expect(review).toMatchObject({ status: 'completed', changes: [{ services: ['dms', 'lex'] }] });
}, 120_000);
