import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../adapters/clock.ts';
import { wireReview } from '../../adapters/wire.ts';
import { recordUse } from '../../sandbox/tree.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import { left, reviewed, right, touching, twoUnits } from './two-units.ts';

afterEach(closeBoxes);

describe('reports that cannot be had', () => {
  test.each([
    [`failed-job:${right}:ORGANIZATIONS_REPORT_ACCESS_DENIED`, 'ORGANIZATIONS_REPORT_ACCESS_DENIED'],
    [`short-report:${right}`, 'SHORT_REPORT'],
    [`stuck-job:${right}`, 'REPORT_TIMED_OUT'],
  ])('%s: that entity is unknown, the rest goes on', async (fault, code) => {
    await openBox({ scenario: twoUnits, faults: [fault, `failed-job:r-ex01:X`] });
    const result = await reviewed();
    expect(result.status).toBe('partial');
    expect(result.entities.find(({ id }) => id === right)?.report).toMatchObject({ failed: { code } });
    expect(result.entities.find(({ id }) => id === left)?.report).toHaveProperty('jobId');
    expect(touching(result, 'lex')).toEqual([]);
    expect(result.refusals).toContainEqual(
      expect.objectContaining({ code: 'EVIDENCE_MISSING', entityId: right }),
    );
  });

  test('a deadline leaves what was not asked pending, and finds nothing there', async () => {
    await openBox({ scenario: twoUnits, isStill: true });
    // Enough to read the organization, and less than what is held back for the end.
    const result = await reviewed({ endsAt: systemClock.now() + 28_000 });
    expect(result.status).toBe('partial');
    expect(result.findings).toEqual([]);
    expect(result.entities.map(({ report }) => report)).toEqual([
      { pending: true },
      { pending: true },
      { pending: true },
    ]);
    expect(result.metrics.reportJobs).toBe(0);
  });

  test('a report that does not come in time is pending, not failed, and the review ends before its function', async () => {
    await openBox({ scenario: twoUnits, faults: [`stuck-job:${right}`], isStill: true });
    const endsAt = systemClock.now() + 36_000;
    const result = await reviewed({ endsAt }, {}, wireReview());
    expect(systemClock.now()).toBeLessThan(endsAt - 20_000);
    const { entities, status } = result;
    expect(entities.find(({ id }) => id === right)?.report).toEqual({ pending: true });
    expect(status).toBe('partial');
    expect(touching(result, 'lex')).toEqual([]);
    expect(result.metrics.reportJobs).toBeGreaterThan(0);
  });

  test('throttled calls are made again and counted', async () => {
    await openBox({ scenario: twoUnits, faults: ['throttle:ListPolicies:2', 'throttle:ListAccounts'] });
    const result = await reviewed();
    expect(result.status).toBe('completed');
    expect(touching(result, 'lex')).toEqual([right, right]);
    expect(result.metrics.throttled).toBe(3);
  });

  test('use between two reports of one review is not overlooked', async () => {
    const sandbox = await openBox({ scenario: twoUnits });
    let jobs = 0;
    sandbox.onCall(({ operation }) => {
      if (operation !== 'GenerateOrganizationsAccessReport') return;
      jobs += 1;
      if (jobs === 2) recordUse(sandbox.world, { accountId: '222222222224', service: 'lex', daysAgo: 0 });
    });
    const result = await reviewed();
    expect(touching(result, 'lex')).toEqual(jobs >= 2 ? [] : [right, right]);
  });
});
