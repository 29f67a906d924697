import { afterEach, expect, test } from '@jest/globals';
import { createAccessReports } from '../../adapters/aws/access-reports.ts';
import { createIamClient } from '../../adapters/aws/clients.ts';
import { createMeter } from '../../adapters/aws/meter.ts';
import { createPatience } from '../../adapters/aws/patience.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { Clock } from '../../adapters/ports.ts';
import { createRunTime } from '../../adapters/run-time.ts';
import { accessReportLimits } from '../../core/base/limits.ts';
import { closeBoxes, developmentEntity, nestedUnits, openBox, quickReports } from './box.ts';

afterEach(closeBoxes);

const ofEntity = developmentEntity.id;
const forAMinute = { scenario: nestedUnits, jobSeconds: [60, 60] } as const;

test.each([
  ['a job that never ends', { scenario: nestedUnits, faults: [`stuck-job:${ofEntity}`] }, undefined],
  [
    'throttled polls',
    { scenario: nestedUnits, faults: ['throttle:GetOrganizationsAccessReport:900'] },
    undefined,
  ],
  ['a job of somebody else', forAMinute, undefined],
  ['the end of the reuse window', { scenario: nestedUnits, reuseSeconds: 60 }, 1_000_000],
] as const)('no wait goes past the end of a run: %s', async (_, box, newerBy) => {
  await openBox(box as Parameters<typeof openBox>[0]);
  if (box === forAMinute) {
    const other = quickReports({ jobBoundMilliseconds: 1 }).reports.report({
      id: 'r-ex01',
      path: 'o-exampleorg1/r-ex01',
    });
    expect(await other).toMatchObject({ status: 'failed', failure: { code: 'REPORT_TIMED_OUT' } });
  }
  let now = Date.now();
  const jumping: Clock = {
    now: () => now,
    wait: async (milliseconds) => {
      now += milliseconds;
    },
  };
  const startedAt = now;
  const time = createRunTime(jumping);
  time.limit(startedAt + 7_000);
  const patience = createPatience(jumping, { until: time.until });
  const client = createIamClient(createMeter(systemClock), patience);
  const reports = createAccessReports(client, time.clock, {
    ...accessReportLimits,
    busyMilliseconds: 600_000,
  });
  const notBefore = newerBy && startedAt + newerBy;
  await expect(reports.report(developmentEntity, notBefore)).rejects.toMatchObject({
    ...{ code: 'OUT_OF_TIME', kind: 'time' },
  });
  expect(now - startedAt).toBeLessThanOrEqual(7_000);
  // What comes after the reports has time of its own.
  time.limit(now + 60_000);
  expect(time.until()).toBe(now + 60_000);
});
