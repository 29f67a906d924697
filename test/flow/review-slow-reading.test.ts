import { expect, test } from '@jest/globals';
import { runReview } from '../../flow/review.ts';
import { reviewDue } from '../../flow/review-due.ts';
import { lifetime } from './killable-review.ts';
import { storyOfTest } from './story-of-test.ts';
import { twoUnits } from './two-units.ts';

const open = storyOfTest();

test('asks on where reading the organization takes nearly all of it, and finds what one run finds', async () => {
  const own = await open({ configuration: { depth: 'account' }, scenario: twoUnits });
  const whole = (await runReview(own.ports, { dryRun: true }, own.configuration)).result;
  const made = own.count('GenerateOrganizationsAccessReport');
  const { clock, organization, reports } = own.ports;
  const slowTree = async () => {
    const tree = await organization.readTree();
    await clock.wait(lifetime - 25_000);
    return tree;
  };
  let looks = 0;
  const readAccountParents = async () => {
    looks += 1;
    await clock.wait(lifetime);
    return organization.readAccountParents();
  };
  const ports = {
    ...own.ports,
    organization: { ...organization, readTree: slowTree, readAccountParents },
    reports: {
      report: async (...asked: Parameters<typeof reports.report>) => {
        await clock.wait(8_000);
        return reports.report(...asked);
      },
    },
  };
  const statuses: string[] = [];
  for (;;) {
    const options = { invocationId: 'one', reviewId: 'rev-1', mayContinue: true };
    const endsAt = clock.now() + lifetime;
    const ran = await reviewDue(ports, {}, { type: 'schedule' }, own.configuration, { ...options, endsAt });
    if (!('run' in ran)) throw new Error('it did not run');
    expect(clock.now()).toBeLessThan(endsAt);
    const { findings, status } = ran.run.result;
    statuses.push(status);
    if (status === 'continuing') continue;
    const found = (of: typeof findings) =>
      of.map(({ entityId, serviceNamespace }) => [entityId, serviceNamespace]);
    expect(found(findings)).toEqual(found(whole.findings));
    break;
  }
  expect(statuses).toEqual(['continuing', 'continuing', 'completed']);
  expect({ jobs: own.count('GenerateOrganizationsAccessReport') - made, looks }).toEqual({
    jobs: made,
    looks: 0,
  });
});
