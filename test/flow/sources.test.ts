import { afterEach, describe, expect, test } from '@jest/globals';
import { wireReview } from '../../adapters/wire.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { runReview } from '../../flow/review.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import costCases from '../cases/flow/cost.json' with { type: 'json' };
import regionCases from '../cases/flow/regions.json' with { type: 'json' };
import replayCases from '../cases/flow/replay.json' with { type: 'json' };
import simulateCases from '../cases/flow/simulate.json' with { type: 'json' };
import { developmentAndElsewhere } from './organization.ts';

afterEach(closeBoxes);

/** A review of an organization, with what its source is and what comes of it. */
interface Case {
  readonly name: string;
  readonly off?: boolean;
  readonly untrusted?: boolean;
  readonly regions?: Scenario['regions'];
  readonly cost?: Scenario['cost'];
  readonly denied?: Scenario['denied'];
  /** Beside the table that the configuration names. */
  readonly trail?: Partial<NonNullable<Scenario['trail']>>;
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Of sources.replay. */
  readonly replay?: Readonly<Record<string, unknown>>;
  readonly fault?: string;
  /** Of the check, in the first change; null: there is no change. */
  readonly verdict: string | null;
  readonly says?: string;
  readonly policyIds: readonly (string | null)[];
  readonly services?: readonly string[];
  readonly risk?: string;
  readonly targets?: readonly string[];
  /** What some refusal says. */
  readonly refused?: string;
  readonly simulatedCalls?: number;
  readonly calls?: number;
  readonly scannedBytes?: number;
  readonly leastCalls?: number;
}

const source = {
  regions: { check: 'regions', operation: 'ListRegions' },
  simulate: { check: 'second-judge', operation: 'SimulateCustomPolicy' },
  cost: { check: 'no-running-resources', operation: 'GetCostAndUsage' },
  replay: { check: 'replay', operation: 'StartQueryExecution' },
} as const;
const table = { database: 'audit', table: 'trail' };
const replay = { ...table, workgroup: 'review', trailLocation: 's3://trail/AWSLogs/o-exampleorg1/' };

describe.each([
  ['regions', regionCases as readonly Case[]],
  ['cost', costCases as readonly Case[]],
  ['simulate', simulateCases as readonly Case[]],
  ['replay', replayCases as readonly Case[]],
] as const)('the source %s', (key, cases) => {
  test.each(cases)('$name', async (given) => {
    const { check, operation } = source[key];
    const trustedServices = given.untrusted ? [] : ['account.amazonaws.com'];
    const { cost = {}, denied = [], regions = {} } = given;
    const box = await openBox({
      scenario: {
        ...{ ...developmentAndElsewhere, trustedServices, regions, cost, denied },
        ...(given.trail && {
          trail: {
            ...table,
            pageRows: 3,
            workgroup: 'review',
            outputLocation: 's3://results/',
            ...given.trail,
          },
        }),
      },
      faults: given.fault === undefined ? [] : [given.fault],
    });
    const configuration = parseConfiguration({
      ...given.configuration,
      sources: {
        ...{ [key]: key !== 'replay' ? !given.off : given.off ? null : { ...replay, ...given.replay } },
        simulatedCalls: given.simulatedCalls,
      },
    });
    if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
    const event = { dryRun: true, scope: 'ou-ex01-development' } as const;
    const { result } = await runReview(wireReview(), event, configuration.value);

    expect(result.status).toBe('completed');
    expect(result.changes.map(({ policyId }) => policyId)).toEqual(given.policyIds);
    const [change] = result.changes;
    const found = change?.certificate.checks.find(({ name }) => name === check);
    expect(found?.verdict ?? null).toBe(given.verdict);
    expect(found?.detail ?? '').toContain(given.says ?? '');
    if (given.services) expect(change?.services).toEqual(given.services);
    if (given.risk) expect(change?.risk.level).toBe(given.risk);
    if (given.targets) expect(change?.targets.map(({ id }) => id)).toEqual(given.targets);
    const details = result.refusals.map(({ detail }) => detail).join('\n');
    expect(details).toContain(given.refused ?? '');
    if (given.calls !== undefined) expect(result.metrics.apiCalls[operation] ?? 0).toBe(given.calls);
    expect(result.metrics.apiCalls[operation] ?? 0).toBeGreaterThanOrEqual(given.leastCalls ?? 0);
    const { GetCostAndUsage = 0 } = result.metrics.apiCalls;
    const { scannedBytes = 0 } = result.metrics;
    expect(result.metrics.dollars ?? 0).toBeCloseTo(GetCostAndUsage / 100 + (scannedBytes / 1e12) * 5);
    if (given.scannedBytes !== undefined) expect(scannedBytes).toBe(given.scannedBytes);
    expect(box.calls().filter((call) => call.operation === operation).length).toBe(
      result.metrics.apiCalls[operation] ?? 0,
    );
  });
});
