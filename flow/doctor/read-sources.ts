import { dayMilliseconds } from '../../core/base/limits.ts';
import type { SourceReading } from '../../core/doctor/readings.ts';
import { contextOf } from '../../core/policy/simulation.ts';
import { callFailureOf } from '../apply-ports.ts';
import type { Looking } from './reading.ts';

/** What AWS attaches to every entity. */
const fullAccess = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

/** Asks each source that is on about one ACTIVE member account, as a review would. An organization without one has nothing to ask about. */
export async function readSources({
  configuration,
  need,
  ports,
}: Looking): Promise<readonly SourceReading[]> {
  const isOn = configuration.sources;
  if (!isOn.regions && !isOn.cost && !isOn.simulate) return [];
  const [{ arn }, { tree }] = await Promise.all([need('caller'), need('scps')]);
  const accountId = tree.accounts.find(({ state }) => state === 'ACTIVE')?.id;
  if (accountId === undefined) return [];
  const day = (ago: number): string =>
    new Date(ports.clock.now() - ago * dayMilliseconds).toISOString().slice(0, 10);
  const calls: Readonly<Record<SourceReading['source'], () => Promise<unknown>>> = {
    regions: () => ports.regions.enabledRegions(accountId),
    cost: () => ports.spending.spendOf([accountId], day(2), day(1)),
    simulate: () =>
      ports.simulator.allowed(
        [[fullAccess]],
        ['s3:ListAllMyBuckets'],
        contextOf(accountId, arn.split(':')[1]),
      ),
  };
  const asked: SourceReading[] = [];
  for (const source of ['regions', 'cost', 'simulate'] as const)
    if (isOn[source]) asked.push({ source, refusal: await refusalOf(calls[source]) });
  return asked;
}

async function refusalOf(call: () => Promise<unknown>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure === null) throw error;
    return failure.message;
  }
}
