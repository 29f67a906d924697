import type { AccessDetail } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test } from '@jest/globals';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { finishedReport, smallScenario } from './clients.ts';
import { closeAll, open } from './opened.ts';

const root = 'o-exampleorg1/r-ex01';
const development = `${root}/ou-ex01-development`;
afterEach(closeAll);

const row = (rows: readonly AccessDetail[] | undefined, namespace: string) =>
  rows?.find(({ ServiceNamespace }) => ServiceNamespace === namespace);

describe('what a report says', () => {
  test('the root: all member accounts, the latest use, the number of accounts; the management account is left out', async () => {
    const { iam, sandbox } = await open();
    const report = await finishedReport(iam, root);
    expect(report.NumberOfServicesAccessible).toBe(sandbox.world.services.size);
    expect(report.AccessDetails).toHaveLength(sandbox.world.services.size);
    expect(row(report.AccessDetails, 's3')).toEqual({
      ServiceName: 'Amazon S3',
      ServiceNamespace: 's3',
      Region: 'eu-central-1',
      EntityPath: `${root}/ou-ex01-production/333333333333`,
      LastAuthenticatedTime: expect.any(Date),
      TotalAuthenticatedEntities: 3,
    });
    expect(row(report.AccessDetails, 'organizations')?.TotalAuthenticatedEntities).toBe(0);
    expect(report.NumberOfServicesNotAccessed).toBe(sandbox.world.services.size - 4);
  });

  test('a service never used has no time and no path; the iam row still names a Region', async () => {
    const { iam } = await open();
    const { AccessDetails } = await finishedReport(iam, development);
    expect(row(AccessDetails, 'a4b')).toEqual({
      ServiceName: 'Alexa for Business',
      ServiceNamespace: 'a4b',
      TotalAuthenticatedEntities: 0,
    });
    expect(row(AccessDetails, 'iam')).toMatchObject({ Region: 'us-east-1', TotalAuthenticatedEntities: 0 });
    expect(row(AccessDetails, 'iam')).not.toHaveProperty('EntityPath');
  });

  test('suspended accounts count; use of more than 400 days ago does not', async () => {
    const { iam, sandbox } = await open();
    const { AccessDetails } = await finishedReport(iam, development);
    expect(row(AccessDetails, 'dms')?.TotalAuthenticatedEntities).toBe(1);
    expect(row(AccessDetails, 'sqs')?.TotalAuthenticatedEntities).toBe(0);
    sandbox.world.advanceSeconds(2 * 86_400);
    const later = await finishedReport(iam, development);
    expect(row(later.AccessDetails, 'dms')?.TotalAuthenticatedEntities).toBe(0);
  });

  test('the management account: its own use, every service, whatever SCP is asked for', async () => {
    const { iam, sandbox } = await open();
    const own = await finishedReport(iam, `${root}/111111111111`, { policyId: 'p-newsvctest' });
    expect(own.NumberOfServicesAccessible).toBe(sandbox.world.services.size);
    expect(row(own.AccessDetails, 'organizations')?.TotalAuthenticatedEntities).toBe(1);
  });

  test('one SCP: the services it allows; no data where it is not attached', async () => {
    const { iam } = await open();
    const inside = await finishedReport(iam, development, { policyId: 'p-newsvctest' });
    expect(
      inside.AccessDetails?.map(({ ServiceNamespace, TotalAuthenticatedEntities }) => [
        ServiceNamespace,
        TotalAuthenticatedEntities,
      ]),
    ).toEqual([
      ['dms', 1],
      ['lex', 1],
    ]);
    const outside = await finishedReport(iam, `${root}/ou-ex01-production`, { policyId: 'p-newsvctest' });
    expect(outside.NumberOfServicesNotAccessed).toBe(2);
    const denyOnly = await finishedReport(iam, development, { policyId: 'p-unattached' });
    expect(denyOnly).toMatchObject({ NumberOfServicesAccessible: 0, NumberOfServicesNotAccessed: 0 });
  });

  test.each([
    ['current' as const, 0, 1],
    ['at-use' as const, 1, 0],
  ])(
    'after a move, with attribution %s, the old OU shows %i and the new one %i',
    async (moveAttribution, before, after) => {
      const { iam, sandbox } = await open({ scenario: { ...smallScenario, moveAttribution } });
      moveAccount(sandbox.world, '222222222222', 'ou-ex01-production');
      const old = await finishedReport(iam, development);
      const now = await finishedReport(iam, `${root}/ou-ex01-production`);
      expect(row(old.AccessDetails, 'lex')?.TotalAuthenticatedEntities).toBe(before);
      expect(row(now.AccessDetails, 'lex')?.TotalAuthenticatedEntities).toBe(after);
      const account = await finishedReport(iam, `${root}/ou-ex01-production/222222222222`);
      expect(row(account.AccessDetails, 'lex')?.TotalAuthenticatedEntities).toBe(1);
      recordUse(sandbox.world, { accountId: '222222222222', service: 'lex' });
      const fresh = await finishedReport(iam, `${root}/ou-ex01-production`);
      expect(row(fresh.AccessDetails, 'lex')?.EntityPath).toBe(`${root}/ou-ex01-production/222222222222`);
    },
  );
});
