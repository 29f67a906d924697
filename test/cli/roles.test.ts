import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import cases from '../cases/cli/roles-list.json' with { type: 'json' };
import { oar } from './run-oar.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openBox({ scenario: 'unused-roles' });
});
afterAll(closeBoxes);

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  /** Absent: 0. */
  readonly code?: number;
  /** The whole output; absent: see `holds`. */
  readonly lines?: readonly string[];
  readonly holds?: readonly string[];
  readonly errors?: string;
}

test.each(cases as readonly Case[])(
  'oar roles list: $name',
  async ({ args, code = 0, errors, holds = [], lines }) => {
    const said = await oar('ana', 'roles', 'list', ...args);
    expect(said.code).toBe(code);
    if (errors === undefined) expect(said.errors).toBe('');
    else expect(said.errors).toContain(errors);
    if (lines) expect(said.output.split('\n')).toEqual(lines);
    for (const part of holds) expect(said.output).toContain(part);
  },
);

test('oar roles list as JSON', async () => {
  const { output } = await oar('ana', 'roles', 'list', '--format', 'json');
  const { roles, ...others } = JSON.parse(output);
  expect(others).toEqual({
    ...{ version: 1, kind: 'roles', accountId: '111111111111', thresholdDays: 60 },
    asOf: expect.any(String),
  });
  expect(roles).toHaveLength(13);
  expect(roles).toContainEqual({
    ...{ name: 'report-builder', path: '/', arn: 'arn:aws:iam::111111111111:role/report-builder' },
    id: expect.stringMatching(/^AROA/),
    ...{ compliance: 'COMPLIANT', annotation: 'Was last used in us-west-2 46 days ago' },
    createdAt: expect.any(String),
    lastUsedAt: expect.any(String),
    lastUsedRegion: 'us-west-2',
  });
});

test('another verb is named; help tells the options', async () => {
  expect(await oar('ana', 'roles', 'lst')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('list'),
  });
  expect((await oar('ana', 'roles', '--help')).output).toContain('--whitelist');
});

/** A review of one role with the wish to stop it. */
async function quarantineOf(role: string): Promise<IdentitiesResult> {
  const args = ['--role', role, '--days', '90', '--format', 'json'];
  const { output } = await oar('ana', 'identities', 'review', '--quarantine', ...args);
  return JSON.parse(output) as IdentitiesResult;
}

test.each(['never-used', 'old-migration'])(
  'oar identities review --quarantine drafts the Deny for %s, proved',
  async (name) => {
    const { changes, refusals } = await quarantineOf(name);
    expect(refusals).toEqual([]);
    expect(changes).toMatchObject([
      {
        title: `Quarantine role ${name}`,
        principals: [`arn:aws:iam::111111111111:role/${name}`],
        certificate: { ok: true },
        steps: [
          {
            resource: { type: 'inline-policy', principal: { type: 'role', name }, name: 'DenyAllUnusedRole' },
            before: null,
          },
        ],
      },
    ]);
    const [step] = changes[0]?.steps ?? [];
    expect(JSON.parse(step?.after ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Sid: 'DenyAllUnusedRole', Effect: 'Deny', Action: '*', Resource: '*' }],
    });
  },
);

test.each([
  ['web-server', 'is in use', ['AWS_MANAGED']],
  ['brand-new', 'is young', ['NEW_PRINCIPAL']],
  ['AWSServiceRoleForSupport', 'is AWS’s own', ['SERVICE_LINKED']],
  ['AWSReservedSSO_ReadOnly_0123456789abcdef', 'belongs to Identity Center', ['IDENTITY_CENTER']],
])('%s is not stopped: it %s', async (name, _why, codes) => {
  const { changes, refusals } = await quarantineOf(name);
  expect(changes.filter(({ title }) => title.startsWith('Quarantine'))).toEqual([]);
  expect([...new Set(refusals.map(({ code }) => code))]).toEqual(codes);
});

test('a role whose report failed is not stopped, and nothing was written by any of this', async () => {
  sandbox.faults.add('failed-job:arn:aws:iam::111111111111:role/never-used:ServiceError');
  const { changes, refusals } = await quarantineOf('never-used');
  expect({ changes, codes: refusals.map(({ code }) => code) }).toEqual({
    changes: [],
    codes: ['EVIDENCE_MISSING'],
  });
  const written = sandbox
    .calls()
    .filter(({ operation }) => /^(Put|Delete|Create|Attach|Detach|Update|Set)/.test(operation));
  expect(written).toEqual([]);
});
