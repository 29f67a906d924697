import { expect, test } from '@jest/globals';
import { lookAtMove } from '../../flow/check-move.ts';
import { development } from './organization.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

test('rows of the report that name no service leave what a move takes away open', async () => {
  const { ports } = await open();
  const { accounts } = await ports.organization.readTree();
  const account = accounts.find(({ parentId }) => parentId === development)?.id ?? '';
  const given = { account, to: 'Root', thresholdDays: 180 };
  expect((await lookAtMove(ports, given)).unknown).toEqual([]);
  const report: typeof ports.reports.report = async (entity, notBefore) => ({
    ...(await ports.reports.report(entity, notBefore)),
    unnamed: ['l*x'],
  });
  const answer = await lookAtMove({ ...ports, reports: { ...ports.reports, report } }, given);
  expect(answer.unknown).toEqual(['rows of the report of the account name no service (l*x)']);
});
