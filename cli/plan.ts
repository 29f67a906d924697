import { readEnvironment } from '../adapters/environment.ts';
import { wireStores } from '../adapters/wire.ts';
import { minuteUtc } from '../core/base/iso-time.ts';
import type { PlannedCall } from '../core/base/planned-call.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { estimateLines } from '../core/review/planned-calls.ts';
import type { ReviewMetrics } from '../core/review/review-result.ts';
import { oneOf } from './arguments.ts';
import type { Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { renderJson } from './render/json.ts';
import { renderPlan } from './render/plan.ts';

/** What the plan of a review is compared with: the last one of its kind that the table keeps. */
interface LastReview {
  readonly id: string;
  readonly scope: string;
  readonly asOf: number;
  readonly metrics: ReviewMetrics;
}

/** Forms in which a plan can be written. */
const planFormats = ['table', 'json'] as const;

/** Writes what a review would ask of AWS and asks none of it: the table of stored reviews alone is read, where TABLE_NAME names it. Answers the exit code. */
export async function writePlan(
  calls: readonly PlannedCall[],
  kind: 'organization' | 'identities',
  { config, format: givenFormat }: { readonly config: string | null; readonly format: string },
  terminal: Terminal,
): Promise<0> {
  const format = oneOf('--format', givenFormat, planFormats);
  const { sources } = await configurationOf(config);
  const last = await lastReview(kind);
  const counts = last?.metrics.apiCalls ?? {};
  const estimate = estimateLines(sources, kind, counts);
  const planned = calls.map((call) => ({ ...call, lastTime: counts[operationOf(call)] ?? null }));
  if (format === 'json') {
    terminal.write(renderJson({ calls: planned, lastReview: last, estimate }));
    return 0;
  }
  terminal.write(renderPlan(planned, terminal.look, last !== null));
  for (const line of estimate) terminal.write(`\nESTIMATE, from no review: ${visibleText(line)}.`);
  terminal.write(`${estimate.length > 0 ? '\n' : ''}\n${wordsOf(last)}\n`);
  return 0;
}

async function lastReview(kind: 'organization' | 'identities'): Promise<LastReview | null> {
  const environment = readEnvironment();
  if (environment.tableName === null) return null;
  const { reviews } = wireStores(environment);
  const newest = await reviews.newestReview(kind);
  const stored = newest && (await reviews.loadReview(newest.id));
  if (!stored) return null;
  const { metrics } = stored.result as { readonly metrics: ReviewMetrics };
  return { id: stored.summary.id, scope: stored.summary.scopeId, asOf: stored.summary.asOf, metrics };
}

function operationOf({ call }: PlannedCall): string {
  return call.slice(call.indexOf(':') + 1);
}

function wordsOf(last: LastReview | null): string {
  if (last === null)
    return 'Nothing was asked of AWS. Where TABLE_NAME names the table of a deployed stack, the counts of the last stored review stand beside.';
  const { dollars, durationMs, reportJobs, throttled } = last.metrics;
  const paid = dollars === undefined ? '' : `, $${dollars.toFixed(2)}`;
  return visibleText(
    `Nothing but the table was asked. LAST TIME is ${last.id} of ${last.scope}, ${minuteUtc(last.asOf)}: ${reportJobs} report jobs, ${throttled} calls throttled, ${Math.round(durationMs / 1000)} s${paid}.`,
  );
}
