import { isoDay } from '../../core/base/iso-time.ts';
import { athenaLimits, dayMilliseconds } from '../../core/base/limits.ts';
import { sha256 } from '../../core/base/sha256.ts';
import type { SourceReading } from '../../core/doctor/readings.ts';
import { contextOf } from '../../core/policy/simulation.ts';
import { firstInstant, trailSql } from '../../core/replay/trail-query.ts';
import { readTrailRows } from '../../core/replay/trail-reading.ts';
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
  if (!isOn.regions && !isOn.cost && !isOn.simulate && isOn.replay === null) return [];
  const [{ accountId: own, arn }, { tree }] = await Promise.all([need('caller'), need('scps')]);
  const active = tree.accounts.filter(({ state }) => state === 'ACTIVE');
  // What the caller may read of its own account says nothing of others: they need trusted access.
  const accountId = (active.find(({ id }) => id !== own) ?? active[0])?.id;
  if (accountId === undefined) return [];
  const day = (ago: number): string => isoDay(ports.clock.now() - ago * dayMilliseconds);
  const calls: Readonly<Record<SourceReading['source'], () => Promise<unknown>>> = {
    regions: () => ports.regions.enabledRegions(accountId),
    cost: () => ports.spending.spendOf([accountId], day(2), day(1)),
    simulate: () =>
      ports.simulator.allowed(
        [[fullAccess]],
        ['s3:ListAllMyBuckets'],
        contextOf(accountId, { partition: arn.split(':')[1] }),
      ),
    replay: () => lookAtTrail(ports, isOn.replay, accountId),
  };
  const asked: SourceReading[] = [];
  for (const source of ['regions', 'cost', 'simulate', 'replay'] as const)
    if (isOn[source]) asked.push({ source, refusal: await refusalOf(calls[source]) });
  return asked;
}

/** A day of one account. A table that looks elsewhere has no record, and says nothing of that by itself. */
async function lookAtTrail(
  { clock, trail }: Looking['ports'],
  where: Looking['configuration']['sources']['replay'],
  accountId: string,
): Promise<string | null> {
  if (where === null) return null;
  const to = clock.now();
  const asked = { accountIds: [accountId], services: ['s3'], from: firstInstant(to, 1), to };
  const sql = trailSql(where, asked);
  const run = { ...where, token: sha256(`${to} ${sql}`), milliseconds: athenaLimits.waitMilliseconds.doctor };
  const read = readTrailRows(await trail.rowsOf(sql, run));
  if (!read.ok) return read.reasons[0].detail;
  return read.value.records.length > 0
    ? null
    : `the table has no record of account ${accountId} since yesterday`;
}

/** What kept a source from answering: it throws that, or answers it in words. */
async function refusalOf(call: () => Promise<unknown>): Promise<string | null> {
  try {
    const answer = await call();
    return typeof answer === 'string' ? answer : null;
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure === null) throw error;
    return failure.message;
  }
}
