import { afterEach, describe, expect, test } from '@jest/globals';
import { createAccessReports } from '../../adapters/aws/access-reports.ts';
import { createCaller } from '../../adapters/aws/caller.ts';
import { createIamClient, createOrganizationsClient, createStsClient } from '../../adapters/aws/clients.ts';
import { createMeter } from '../../adapters/aws/meter.ts';
import { createOrganizationReader } from '../../adapters/aws/organization-reader.ts';
import { createPatience, type PatienceOptions, sourceMilliseconds } from '../../adapters/aws/patience.ts';
import { isAwsRefusal } from '../../adapters/aws/refusal.ts';
import type { Clock, Waiting } from '../../adapters/ports.ts';
import table from '../cases/adapters/faults.json' with { type: 'json' };
import { closeBoxes, developmentEntity, nestedUnits, openBox } from './box.ts';

afterEach(closeBoxes);

/** A clock whose waits take no time. */
function jumpingClock(): Clock {
  let now = Date.now();
  return {
    now: () => now,
    wait: async (milliseconds) => {
      now += milliseconds;
    },
  };
}

const times = {
  firstPollMilliseconds: 500,
  pollMilliseconds: 1_000,
  jobBoundMilliseconds: 120_000,
  reuseMilliseconds: 60_000,
};

/** Everything that a review reads, on a clock that does not wait. */
async function readAll(options: PatienceOptions = {}) {
  const clock = jumpingClock();
  const meter = createMeter(clock);
  const patience = createPatience(clock, options);
  const caller = createCaller(createStsClient(meter, patience));
  const organization = createOrganizationReader(createOrganizationsClient(meter, patience), caller, clock);
  const startedAt = clock.now();
  try {
    await organization.readTree();
    const listed = await organization.readPolicies();
    const policies = await organization.readTexts(
      listed,
      listed.map(({ id }) => id),
    );
    await organization.readTrustedServices();
    const report = await createAccessReports(createIamClient(meter, patience), clock, times).report(
      developmentEntity,
    );
    return { policies, report, refusal: null, seconds: (clock.now() - startedAt) / 1000 };
  } catch (error) {
    if (!isAwsRefusal(error)) throw error;
    return { refusal: error, seconds: (clock.now() - startedAt) / 1000 };
  }
}

describe('a read under a fault', () => {
  test.each(table.cases)('$fault: $outcome', async ({ fault, outcome, kind }) => {
    const sandbox = await openBox({ scenario: nestedUnits, faults: [fault] });
    const { policies, refusal, report } = await readAll();
    expect(sandbox.faults.list()).toEqual([]);
    if (outcome === 'refuses') {
      expect(refusal?.kind).toBe(kind);
      const operation = fault.split(':')[1];
      expect(sandbox.calls().filter((call) => call.operation === operation)).toHaveLength(1);
      return;
    }
    expect(refusal).toBeNull();
    expect(policies).toHaveLength(3);
    expect(report?.status).toBe('completed');
  });
});

describe('waiting', () => {
  test('is told once at first and then every half minute: operation, code, how often, since when', async () => {
    await openBox({ scenario: nestedUnits, faults: ['throttle:ListRoots:30'] });
    const told: Waiting[] = [];
    const { refusal, seconds } = await readAll({ onWaiting: (waiting) => told.push(waiting) });
    expect(refusal).toBeNull();
    expect(told[0]).toMatchObject({
      operation: 'ListRoots',
      code: expect.stringMatching(/^(Throttling|TooManyRequests)Exception$/),
      failed: 2,
    });
    expect(new Set(told.map(({ since }) => since)).size).toBe(1);
    expect(told.length).toBeGreaterThan(2);
    expect(told.length).toBeLessThanOrEqual(Math.ceil(seconds / 30) + 1);
  });

  test('one throttle that passes at once is not worth a word', async () => {
    await openBox({ scenario: nestedUnits, faults: ['throttle:ListRoots'] });
    const told: Waiting[] = [];
    await readAll({ onWaiting: (waiting) => told.push(waiting) });
    expect(told).toEqual([]);
  });

  test.each([
    ['without an end of the run: after ten minutes', {}, 500, 605],
    ['of a source, without an end of the run', { callMilliseconds: sourceMilliseconds }, 100, 125],
    ['at the end of the run', { milliseconds: 200_000 }, 180, 205],
    ['after the end of the run: every call still gets some seconds', { milliseconds: 0 }, 10, 25],
  ])('ends %s, with one line that says so', async (_name, options, least, most) => {
    await openBox({ scenario: nestedUnits, faults: ['throttle:ListRoots:100000'] });
    const { refusal, seconds } = await readAll(options);
    expect(refusal).toMatchObject({ operation: 'ListRoots', kind: 'throttled' });
    expect(refusal?.message).toMatch(
      /^ListRoots was refused: \w+ \(.*; tried \d+ times in \d+ s\); other tools use the same quota/,
    );
    expect(seconds).toBeGreaterThan(least);
    expect(seconds).toBeLessThan(most);
  });
});

test('a call that AWS does not answer ends with the run, which has no time to wait for the socket', async () => {
  await openBox({ scenario: nestedUnits, faults: ['slow:GetCallerIdentity:1500ms:1'] });
  const still = Date.now();
  const clock: Clock = { now: () => still, wait: async () => undefined };
  const patience = createPatience(clock, { until: () => still + 100 });
  const caller = createCaller(createStsClient(createMeter(clock), patience));
  await expect(caller.identity()).rejects.toMatchObject({ code: 'OUT_OF_TIME', kind: 'time' });
});
