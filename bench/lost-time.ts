import { readEnvironment } from '../adapters/environment.ts';
import type { Clock } from '../adapters/ports.ts';
import { wirePublishing, wireReview, wireStores } from '../adapters/wire.ts';
import { parseConfiguration } from '../core/base/configuration.ts';
import { functionMilliseconds } from '../core/base/limits.ts';
import { reviewDue } from '../flow/review-due.ts';
import { largeScenario } from '../sandbox/scenario-large.ts';
import { below, type FigureOptions, information, type Row } from './figure.ts';
import { makeStack, withSandbox } from './sandboxed.ts';
import { bySteppedClock } from './stepped-clock.ts';

const name = 'bench';
const accounts = 5_000;
/** From the answer of an invocation to the start of the next, in milliseconds, assumed: a step of the state machine and the start of the function. */
const restartMilliseconds = 1_000;
/** How long a call is on its way, in milliseconds, assumed: to the table, and to the global services from another Region. */
const latency = { dynamodb: 5, others: 80 };

/** A report job whose report was used: its own times, epoch milliseconds. */
interface Job {
  readonly createdAt: number;
  readonly completedAt: number;
}

/** How long the one job slot of the organization is idle in a scheduled review of several invocations, from its beginning to the end of its last job. */
export async function measureLostTime({ quick }: FigureOptions): Promise<readonly Row[]> {
  // Only a review of several invocations has restarts.
  if (quick) return [];
  const { begunAt, invocations, jobs } = await reviewed();
  const [first, last] = [jobs[0], jobs.at(-1)];
  if (!first || !last || invocations < 3) throw new Error('too little was asked: this says nothing');
  const working = jobs.reduce((sum, { completedAt, createdAt }) => sum + completedAt - createdAt, 0);
  const idleSince = (from: number): number => 100 * (1 - working / (last.completedAt - from));
  const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1000)} s`;
  const size = `${accounts.toLocaleString('en-US')} accounts, ${invocations} invocations of 15 minutes, ${restartMilliseconds / 1000} s between two`;
  return [
    below(5, {
      name: 'idle time of the job slot, restarts and first reading included',
      value: idleSince(begunAt),
      unit: '%',
      against:
        `1 − ${seconds(working)} that ${jobs.length} jobs worked / ${seconds(last.completedAt - begunAt)} from the beginning of the review to the end of its last job; ${size}; ` +
        `at AWS's published rates on one stepped clock for product and sandbox: a call takes ${latency.others} ms, one to the table ${latency.dynamodb} ms, computing its CPU time`,
    }),
    information({
      name: 'idle time of the job slot after the first reading, restarts included',
      value: idleSince(first.createdAt),
      unit: '%',
      against: `the same without the ${seconds(first.createdAt - begunAt)} before the first job`,
    }),
  ];
}

function reviewed(): Promise<Reviewed> {
  return withSandbox({ scenario: largeScenario({ seed: 7, accounts }), throttle: true }, async (sandbox) => {
    await makeStack(name);
    const latencyOf = ({ service }: { readonly service: string }): number =>
      service === 'dynamodb' ? latency.dynamodb : latency.others;
    return bySteppedClock(sandbox, latencyOf, invokeUntilDone);
  });
}

interface Reviewed {
  readonly begunAt: number;
  readonly invocations: number;
  readonly jobs: readonly Job[];
}

/** As the state machine of a stack does it. */
async function invokeUntilDone(clock: Clock): Promise<Reviewed> {
  const parsed = parseConfiguration({
    approvers: ['Ana', 'Ben'].map((person) => ({
      id: person.toLowerCase(),
      name: person,
      email: `${person.toLowerCase()}@example.com`,
    })),
  });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  const environment = readEnvironment();
  const jobs: Job[] = [];
  const begunAt = clock.now();
  for (let invocations = 1; ; invocations += 1) {
    const endsAt = clock.now() + functionMilliseconds;
    const review = wireReview({ milliseconds: functionMilliseconds });
    const reports: typeof review.reports = {
      report: async (...asked) => {
        const report = await review.reports.report(...asked);
        if (report.status === 'completed') jobs.push(report);
        return report;
      },
    };
    const stores = wireStores(environment);
    const ports = { ...review, ...wirePublishing(environment), reports, stores };
    const options = { invocationId: name, reviewId: `rev-${name}`, mayContinue: true, endsAt };
    const ran = await reviewDue(ports, {}, { type: 'schedule' }, parsed.value, options);
    if (clock.now() > endsAt) throw new Error(`invocation ${invocations} outlived its function`);
    if ('run' in ran) return { begunAt, invocations, jobs };
    if (!('continuing' in ran)) throw new Error('another review runs');
    await clock.wait(restartMilliseconds);
  }
}
