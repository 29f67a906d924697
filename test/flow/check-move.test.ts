import { expect, test } from '@jest/globals';
import type { Caller } from '../../adapters/ports.ts';
import { lookAtMove } from '../../flow/check-move.ts';
import { development } from './organization.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

test('rows of the report that name no service leave what a move takes away open', async () => {
  const { ports } = await open();
  const { accounts } = await ports.organization.readTree();
  const account = accounts.find(({ parentId }) => parentId === development)?.id ?? '';
  const given = { account, to: 'Root', thresholdDays: 180, asksRegions: false };
  expect((await lookAtMove(ports, given)).unknown).toEqual([]);
  const report: typeof ports.reports.report = async (entity, notBefore) => ({
    ...(await ports.reports.report(entity, notBefore)),
    unnamed: ['l*x'],
  });
  const answer = await lookAtMove({ ...ports, reports: { ...ports.reports, report } }, given);
  expect(answer.unknown).toEqual(['rows of the report of the account name no service (l*x)']);
});

test('what the account used in Regions without data is not known, nor in a partition without reports', async () => {
  const story = await open({ configuration: { sources: { regions: true } } });
  const { ports } = story;
  const { accounts } = await ports.organization.readTree();
  const account = accounts.find(({ parentId }) => parentId === development)?.id ?? '';
  const given = { account, to: 'Root', thresholdDays: 180, asksRegions: true };
  const regions = { enabledRegions: async () => ['us-east-1', 'ca-west-1'] };
  expect((await lookAtMove({ ...ports, regions }, given)).unknown).toEqual([
    expect.stringContaining('may use ca-west-1'),
  ]);
  const tracked = { enabledRegions: async () => ['us-east-1'] };
  expect((await lookAtMove({ ...ports, regions: tracked }, given)).unknown).toEqual([]);
  const left = await lookAtMove(ports, { ...given, asksRegions: false });
  expect(left).toMatchObject({ unknown: [], notAsked: expect.stringContaining('sources.regions is off') });
  const caller = { ...ports.caller, identity: inChina(ports.caller.identity) };
  expect((await lookAtMove({ ...ports, caller }, { ...given, asksRegions: false })).unknown).toEqual([
    expect.stringContaining('use there does not show'),
  ]);
});

function inChina(identity: Caller['identity']): Caller['identity'] {
  return async () => {
    const who = await identity();
    return { ...who, arn: who.arn.replace('arn:aws:', 'arn:aws-cn:') };
  };
}
