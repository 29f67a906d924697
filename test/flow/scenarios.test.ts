import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { createCaller } from '../../adapters/aws/caller.ts';
import { createOrganizationsClient, createStsClient } from '../../adapters/aws/clients.ts';
import { createMeter } from '../../adapters/aws/meter.ts';
import { createOrganizationReader } from '../../adapters/aws/organization-reader.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { Clock, ReviewPorts } from '../../adapters/ports.ts';
import { wireReview } from '../../adapters/wire.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { runReview } from '../../flow/review.ts';
import { loadScenario, scenarioNames } from '../../sandbox/scenario-load.ts';
import { closeBoxes, openBox, quickReports } from '../adapters/box.ts';
import cases from '../cases/flow/scenarios.json' with { type: 'json' };

interface Case {
  readonly scenario: string;
  readonly scope?: string;
  /** Judge from the scenario's own clock. */
  readonly atScenarioTime?: true;
  readonly status?: string;
  /** `service kind status [reason]`, protected ones left out. */
  readonly findings?: readonly string[];
  readonly held?: readonly string[];
  /** `policy: services`. */
  readonly changes?: readonly string[];
  /** For a change of hundreds of services: at least so many. */
  readonly most?: number;
  /** Codes of refusals; absent where they hang on how far the scenario's clock is from ours. */
  readonly codes?: readonly string[];
  readonly refused?: string;
}

afterEach(closeBoxes);

/** The real adapters, whose calls wait for AWS's published rates on a clock of their own: that costs no time here. */
function pacedPorts(): ReviewPorts {
  let ahead = 0;
  const pace: Clock = {
    now: () => Date.now() + ahead,
    wait: async (milliseconds) => {
      ahead += milliseconds;
    },
  };
  const meter = createMeter(pace);
  const caller = createCaller(createStsClient(meter));
  const organization = createOrganizationReader(createOrganizationsClient(meter), caller, systemClock);
  return {
    ...wireReview(),
    caller,
    organization,
    meter,
    clock: systemClock,
    reports: quickReports().reports,
  };
}

async function run({ scenario, scope, atScenarioTime }: Case): Promise<ReviewResult> {
  await openBox({ scenario });
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error('the defaults are wrong');
  const asOf = atScenarioTime ? loadScenario(scenario).now : undefined;
  const event = { dryRun: true, ...(scope ? { scope } : {}), ...(asOf ? { asOf } : {}) };
  return (await runReview(pacedPorts(), event, configuration.value)).result;
}

test.each(cases as readonly Case[])('$scenario', async (given) => {
  if (given.refused !== undefined) {
    await expect(run(given)).rejects.toThrow(given.refused);
    return;
  }
  const result = await run(given);
  expect(result.status).toBe(given.status ?? 'completed');
  const shown = result.findings.filter(({ status }) => status !== 'protected');
  const words = shown.map(({ kind, reason, serviceNamespace, status }) =>
    [serviceNamespace, kind, status, ...(reason ? [reason] : [])].join(' '),
  );
  if (given.findings) expect(words).toEqual(given.findings);
  if (given.held) expect(words.filter((word) => word.includes(' held '))).toEqual(given.held);
  const changes = result.changes.map(({ policyName, services }) => `${policyName}: ${services.join(' ')}`);
  if (given.changes) expect(changes.sort()).toEqual(given.changes);
  if (given.most !== undefined) {
    expect(result.changes).toHaveLength(1);
    expect(result.changes[0]?.services.length).toBeGreaterThanOrEqual(given.most);
  }
  for (const { certificate } of result.changes) expect(certificate.ok).toBe(true);
  const codes = [...new Set(result.refusals.map(({ code }) => code))].sort();
  if (given.codes) expect(codes).toEqual(given.codes);
});

test('every scenario has its line', () => {
  // Those that describe the IAM of accounts have their stories in test/cli/identities.
  const ofOrganizations = scenarioNames().filter((name) => {
    const text = readFileSync(`sandbox/scenarios/${name}.json`, 'utf8');
    return !('identities' in JSON.parse(text));
  });
  expect(cases.map(({ scenario }) => scenario).sort()).toEqual(ofOrganizations.sort());
});
