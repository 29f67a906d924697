import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import { oar } from './run-oar.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openBox({ scenario: 'development-ou' });
});
afterAll(closeBoxes);

const flat = (text: string): string => text.replace(/\s+/g, ' ');

test('what the allow list of the new OU lacks is named with its last use, and nothing was written', async () => {
  const { code, errors, output } = await oar('ana', 'check-move', 'sandbox-newcomers', '--to', 'Development');
  expect({ code, errors }).toEqual({ code: 3, errors: '' });
  expect(flat(output)).toMatch(
    /^In Development, SCPs would deny services that sandbox-newcomers used in the last 180 days: 1 service denied:/,
  );
  expect(flat(output)).toMatch(
    /Amazon Bedrock \(bedrock\) \d{4}-\d\d-\d\d denied no SCP of Development allows it/,
  );
  const operations = sandbox.calls().map(({ operation }) => operation);
  expect(operations.filter((name) => !/^(Get|List|Describe|Generate)/.test(name))).toEqual([]);
});

test('where all that is used is allowed it says so, also as JSON', async () => {
  const said = await oar('ana', 'check-move', 'dev-web', '--to', 'Root', '--format', 'json');
  expect({ ...said, output: JSON.parse(said.output) }).toEqual({
    ...{ code: 0, errors: '' },
    output: {
      account: { id: '244444444441', name: 'dev-web' },
      to: { id: 'r-ex01', name: 'Root' },
      ...{
        thresholdDays: 180,
        lost: [],
        unknown: [],
        notAsked: expect.stringContaining('sources.regions is off'),
      },
    },
  });
});

test.each([
  [['check-move'], 'oar check-move ACCOUNT --to OU'],
  [['check-move', 'dev-web'], 'oar check-move ACCOUNT --to OU'],
  [['check-move', 'Development', '--to', 'Root'], 'ACCOUNT: Development is no account'],
  [['check-move', 'dev-web', '--to', 'prod-web'], '--to: prod-web is an account: give a root or an OU'],
  [['check-move', 'dev-web', '--to', 'Nowhere'], '--to: there is no root, OU or account Nowhere'],
  [['check-move', 'management', '--to', 'Development'], 'ACCOUNT: SCPs do not bind the management account'],
  [['check-move', 'dev-web', '--to', 'Root', '--days', '0'], '--days: give whole days from 1 to 399'],
])('%j ends with what is wrong', async (args, words) => {
  const { code, errors } = await oar('ana', ...args);
  expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining(words) });
});
