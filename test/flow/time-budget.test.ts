import { expect, test } from '@jest/globals';
import { reviewAndPublish } from '../../flow/publish.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';
import { twoUnits } from './two-units.ts';

const open = storyOfTest();

/** The story's ports, on which each report takes five minutes. */
function inFiveMinutes({ ports }: Story): Story['ports'] {
  return {
    ...ports,
    reports: {
      report: async (entity, notBefore) => {
        const report = await ports.reports.report(entity, notBefore);
        await ports.clock.wait(300_000);
        return report;
      },
    },
  };
}

test('timeBudget: no report begins once its minutes are over, of the event before those of the configuration; the next review does the rest', async () => {
  // Four reports decide everything.
  const own = await open({ scenario: twoUnits, configuration: { depth: 'account', timeBudget: 10 } });
  const review = async (event: object) => {
    const before = own.count('GenerateOrganizationsAccessReport');
    const { run } = await reviewAndPublish(inFiveMinutes(own), event, own.configuration, {});
    const jobs = own.count('GenerateOrganizationsAccessReport') - before;
    return { jobs, status: run.result.status, end: run.facts.askingEnd };
  };
  const spent = (minutes: number) => ({
    end: { cause: 'budget', reason: `its budget of ${minutes} minutes is spent` },
  });
  expect(await review({ timeBudget: 4 })).toMatchObject({ jobs: 1, status: 'partial', ...spent(4) });
  // Reports of the first are used again. At 0 and 5 minutes one begins, at 10 none.
  expect(await review({})).toMatchObject({ jobs: 2, status: 'partial', ...spent(10) });
  // What was left, and the target of a change anew.
  expect(await review({})).toEqual({ jobs: 2, status: 'completed', end: undefined });
});
