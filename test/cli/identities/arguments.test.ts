import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import cases from '../../cases/cli/identities-arguments.json' with { type: 'json' };
import { accountWith, identities, policyOf } from '../../support/identities-on-the-wire.ts';
import { identitiesResultSchema } from '../../support/identities-result-schema.ts';

let folder: string;
beforeAll(async () => {
  await openBox({ scenario: 'which-policy' });
  folder = await mkdtemp(join(tmpdir(), 'identities-'));
});
afterAll(async () => {
  await closeBoxes();
  await rm(folder, { recursive: true });
});

describe('what was typed wrong is one line, and exit 2', () => {
  beforeAll(() => openBox({ scenario: 'group-to-used-services' }));
  test.each(cases)('$args', async ({ args, error }) => {
    const said = await identities(...args);
    expect({ code: said.code, output: said.output }).toEqual({ code: 2, output: '' });
    expect(said.errors.slice(0, `oar: ${error}`.length)).toBe(`oar: ${error}`);
    expect(said.errors.trimEnd()).not.toContain('\n');
  });
});

describe('formats', () => {
  beforeAll(() => openBox({ scenario: 'which-policy' }));

  test.each([
    ['table', 'txt', /^Access review of user nikhilj, account 111111111111\n/],
    ['json', 'json', /^\{/],
    ['csv', 'csv', /^id,kind,status,reason,note,subjectArn,/],
    ['markdown', 'md', /^# Access review of identities, account 111111111111\n/],
    ['html', 'html', /^<!doctype html>/i],
  ])(
    '%s tells every finding with its paths; --out writes the same and prints the path alone',
    async (format, extension, start) => {
      const said = await identities('review', '--user', 'nikhilj', '--format', format);
      expect(said).toMatchObject({ code: 0, errors: '' });
      expect(said.output).toMatch(start);
      for (const word of [
        'cloudtrail',
        'elastictranscoder',
        'route53',
        'IAMFullAccess',
        'security-team',
        'app-dev',
      ])
        expect(said.output).toContain(word);
      const out = await identities(
        'review',
        '--user',
        'nikhilj',
        '--format',
        format,
        '--out',
        join(folder, format),
      );
      expect(out).toMatchObject({ code: 0, errors: '' });
      const path = out.output.trim();
      expect(path.slice(join(folder, format).length)).toMatch(
        new RegExp(`^/identities-111111111111-rev-\\w+-\\w+\\.${extension}$`),
      );
      const written = await readFile(path, 'utf8');
      expect(written).toMatch(start);
      if (format === 'json') identitiesResultSchema.parse(JSON.parse(written));
    },
  );

  test('open findings fail with 3 on demand; without any the exit is 0', async () => {
    const nikhilj = ['review', '--user', 'nikhilj', '--format', 'csv'];
    expect((await identities(...nikhilj, '--fail-on-findings')).code).toBe(3);
    expect((await identities(...nikhilj)).code).toBe(0);
    const policy = ['review', '--policy', 'App-Dev-Route53', '--fail-on-findings'];
    expect(await identities(...policy)).toMatchObject({
      code: 0,
      output: expect.stringContaining('Nothing unused was found'),
    });
  });
});

describe('explain', () => {
  test('names every path and what would have to change for each, and drafts nothing', async () => {
    const { code, errors, output } = await identities('explain', '--user', 'nikhilj', '--service', 'iam');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output.replaceAll(/\s+/g, ' ')).toBe(
      'user nikhilj comes by iam on 2 paths; to take it away, each has to go: ' +
        '- IAMFullAccess (AWS-managed) directly on user nikhilj: detach it from user nikhilj ' +
        '- IAMFullAccess (AWS-managed) by group security-team: detach it from group security-team, or leave group security-team ',
    );
  });

  test('a service that nobody knows is said, with the one that may be meant', async () => {
    const { code, errors, output } = await identities('explain', '--user', 'nikhilj', '--service', 'route35');
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toContain(
      '--service: route35 is no service namespace that is known, and no policy here names it; did you mean route53?',
    );
  });

  test('a group, a service in other letters, and a service that nothing grants', async () => {
    const own = await identities('explain', '--group', 'app-dev', '--service', 'Route53:*');
    expect(own.output.replaceAll(/\s+/g, ' ')).toContain(
      'write a new version of it without the service, or detach it from group app-dev',
    );
    const none = await identities('explain', '--user', 'shirley', '--service', 'lambda');
    expect(none).toMatchObject({
      code: 0,
      output: 'user shirley has no permission for lambda by a policy of identities\n',
    });
  });
});

describe('explain, where a text was not understood', () => {
  const everything = policyOf({ Effect: 'Allow', Action: ['*', 'quantumbilling:Pay'], Resource: '*' });
  // AWS itself reads the last of two keys.
  const odd =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"lex:*","Action":"s3:*","Resource":"*"}]}';
  beforeAll(() =>
    openBox({
      scenario: accountWith({
        users: [
          { name: 'boss', inline: { all: everything } },
          { name: 'ana', inline: { odd } },
          { name: 'ben', inline: { odd, all: everything } },
        ],
      }),
    }),
  );

  test.each([
    [
      'ana',
      'whether user ana comes by lex is unknown: these texts were not understood: - odd (inline) directly on user ana',
    ],
    [
      'ben',
      "user ben comes by lex on 1 path; to take it away, each has to go: - all (inline) directly on user ben: edit or delete that inline policy; it allows lex without naming it: a review proposes an edit only where AWS's report lists the service and the text without it fits whether user ben comes by lex on further paths is unknown: these texts were not understood: - odd (inline) directly on user ben",
    ],
  ])('%s: it is named, exit 1', async (name, words) => {
    const { code, output } = await identities('explain', '--user', name, '--service', 'lex');
    expect({ code, output: output.replaceAll(/\s+/g, ' ').trim() }).toEqual({ code: 1, output: words });
  });

  test('a service that a text names counts as known', async () => {
    const { code, output } = await identities('explain', '--user', 'boss', '--service', 'quantumbilling');
    expect(code).toBe(0);
    expect(output).toContain('comes by quantumbilling on 1 path');
  });
});
