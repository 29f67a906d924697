import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openSite, type Site } from '../web/site.ts';
import { inThirtyDays, oar } from './run-oar.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe('oar exemptions', () => {
  beforeEach(() => {
    process.env.PAGE_URL = site.gateway.url;
  });

  test('lists what is exempt and lifts it, as whoever signs', async () => {
    const { id } = (await site.put()).record;
    const more = [
      '--confirm',
      'Development',
      '--reason',
      'tests',
      '--until',
      inThirtyDays(),
      '--services',
      'lex',
    ];
    expect((await oar('ana', 'changes', 'exempt', id, ...more)).code).toBe(0);
    const { output } = await oar('nobody', 'exemptions', 'list');
    const line = output.split('\n').find((one) => one.includes(id)) ?? '';
    expect(line).toMatch(
      /^exm-[0-9a-f]{12} {2}lex {2}Development \(ou-\S+\) {2}until \S+ {2}ana: tests {2}\(chg-/,
    );
    const exemptionId = line.slice(0, 16);
    expect(JSON.parse((await oar('ben', 'exemptions', 'list', '--json')).output)).toContainEqual(
      expect.objectContaining({ id: exemptionId, changeId: id, service: 'lex' }),
    );
    expect(await oar('ben', 'exemptions', 'lift', exemptionId)).toMatchObject({
      ...{ code: 2, errors: expect.stringContaining('--reason: Give a reason') },
    });
    expect((await oar('cleo', 'exemptions', 'lift', exemptionId, '--reason', 'over')).errors).toContain(
      '(403)',
    );
    const lifted = await oar('ben', 'exemptions', 'lift', exemptionId, '--reason', 'over');
    expect(lifted).toEqual({
      code: 0,
      errors: '',
      output: `${exemptionId} is lifted: it counts no longer\n`,
    });
    expect((await oar('ben', 'exemptions', 'list')).output).not.toContain(exemptionId);
    expect(await oar('ben', 'exemptions', 'lift', 'lex')).toMatchObject({
      ...{ code: 2, errors: expect.stringContaining('ID: an exemption is named like') },
    });
    expect((await oar('ben', 'exemptions', 'drop')).errors).toContain('known: list, lift');
  });
});
