import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { sha256 } from '../../core/base/sha256.ts';
import { type DecisionLine, decisionSchemaFile } from '../../core/message/events/decision-line.ts';
import { afterText, beforeText } from '../change/samples.ts';
import { approvalOf, happened, openSite, type Site } from '../web/site.ts';
import { inThirtyDays, oar } from './run-oar.ts';

const schema = readFileSync('docs/decision.schema.json', 'utf8');
const validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(
  JSON.parse(schema),
);

let site: Site;
beforeAll(async () => {
  site = await openSite();
  process.env.PAGE_URL = site.gateway.url;
});
afterAll(() => site.close());

async function exported(...args: readonly string[]): Promise<readonly DecisionLine[]> {
  const { code, errors, output } = await oar('nobody', 'changes', 'export', ...args);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  const lines = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as DecisionLine);
  for (const line of lines) {
    validate(line);
    expect({ line: line.type, errors: validate.errors }).toEqual({ line: line.type, errors: null });
  }
  return lines;
}

test('the committed schema of a line is the one of the code: npm run generate writes it', () => {
  expect(schema).toBe(decisionSchemaFile());
});

describe('oar changes export', () => {
  test('who decided what, when, how he was known, and what was written', async () => {
    const byLink = await site.put();
    const { id } = byLink.record;
    await site.post(`/changes/${id}/decisions`, {
      ...approvalOf(byLink, await site.link(id, 'ana')),
      accept: 'regions',
    });
    const rejected = (await site.put()).record.id;
    await oar('ben', 'changes', 'reject', rejected, '--confirm', 'Development', '--reason', 'needed');
    // Asked back before somebody else has a hand in the same services: then the starter is one person.
    const applied = (await site.put({}, happened('applied'))).record;
    await oar('ana', 'changes', 'give-back', applied.id, '--services', 'lex', '--reason', 'a team needs it');
    const exempted = (await site.put()).record.id;
    const why = ['--confirm', 'Development', '--reason', 'tests', '--until', inThirtyDays()];
    await oar('ana', 'changes', 'exempt', exempted, ...why, '--services', 'lex');
    const [exemption] = await site.stores.exemptions.listActive('o-exampleorg1', Date.now());
    await oar('ben', 'exemptions', 'lift', exemption?.id ?? '', '--reason', 'the tests are over');
    await oar('ana', 'changes', 'roll-back', applied.id, '--reason', 'payroll');
    process.env.TABLE_NAME = 'site';
    await oar('ana', 'freeze', '--reason', 'an incident');
    await oar('ana', 'freeze', '--lift', '--reason', 'it is over');

    const lines = await exported('--since', new Date(Date.now() - 7_200_000).toISOString());
    const of = (changeId: string | null, type: string) =>
      lines.filter((line) => line.changeId === changeId && line.type === type);
    const ana = 'arn:aws:iam::111111111111:user/ana';
    const { baseDigest, digest } = byLink.record.content;
    expect(of(id, 'approval-recorded')).toMatchObject([
      {
        by: { type: 'approver', id: 'ana', approverId: 'ana' },
        ...{ authenticated: 'personal-link', channel: 'email', accepted: ['regions'] },
        subject: {
          noun: 'SCP',
          intent: 'deny',
          digest,
          baseDigest,
          services: byLink.record.content.services,
        },
      },
    ]);
    expect(of(id, 'proposed')).toMatchObject([{ startedBy: { type: 'schedule' }, authenticated: 'product' }]);
    expect(of(rejected, 'rejected')).toMatchObject([
      {
        by: { type: 'principal', id: 'arn:aws:iam::111111111111:user/ben', approverId: 'ben' },
        ...{ authenticated: 'aws-signature', reason: 'needed' },
      },
    ]);
    expect(of(exempted, 'services-exempted')).toMatchObject([
      { services: ['lex'], exemptionIds: [exemption?.id], reason: 'tests', by: { id: ana } },
    ]);
    expect(of(exempted, 'exemption-lifted')).toMatchObject([
      { services: ['lex'], exemptionIds: [exemption?.id], by: { approverId: 'ben' } },
    ]);
    expect(of(applied.id, 'step-done')).toMatchObject([
      {
        written: {
          ...{ step: 0, before: sha256(beforeText), after: sha256(afterText) },
          resource: { type: 'policy-text' },
        },
      },
    ]);
    expect(of(applied.id, 'roll-back-requested')).toMatchObject([{ by: { id: ana }, reason: 'payroll' }]);
    expect(lines.filter(({ subject }) => subject?.intent === 'give-back')).toMatchObject([
      { type: 'proposed', by: { id: ana }, startedBy: { arn: ana, approverId: 'ana' } },
    ]);
    expect(of(null, 'frozen')).toMatchObject([
      { by: { id: ana }, reason: 'an incident', authenticated: 'aws-credentials' },
    ]);
    expect(of(null, 'freeze-lifted')).toMatchObject([{ reason: 'it is over' }]);
    const text = JSON.stringify(lines);
    expect(text).not.toMatch(/token|@example\.com/);
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort());
  });

  test('is whole over many pages, each line once, and since an instant no earlier one', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 30; index += 1) ids.push((await site.put({}, happened('applied'))).record.id);
    const first = JSON.parse((await site.iam('GET', '/iam/decisions', 'AKIANOBODY')).text);
    expect(first.next).toMatch(/^\d+\.chg-/);
    const lines = await exported();
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    expect(lines.map(({ changeId }) => changeId)).toEqual(expect.arrayContaining(ids));
    const since = new Date(Date.now() - 60_000).toISOString();
    for (const { at } of await exported('--since', since)) expect(at >= since).toBe(true);
    const wrong = await oar('ana', 'changes', 'export', '--since', 'yesterday');
    expect(wrong).toMatchObject({
      code: 2,
      errors: expect.stringContaining('--since yesterday: must be an ISO'),
    });
    expect((await site.iam('GET', '/iam/decisions?after=x', 'AKIAANA')).status).toBe(422);
    expect((await site.ask('GET', '/iam/decisions')).status).toBe(403);
  });
});
