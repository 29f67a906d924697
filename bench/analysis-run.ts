// Started as a process of its own for each size, so that peak memory is that of one analysis: analysis-run.ts ACCOUNTS
import { type ReviewDecision, review } from '../core/review/review.ts';
import type { ReviewFacts } from '../core/review/review-facts.ts';
import { parseAll } from './baseline-parse.ts';
import { largeOrganization } from './large-organization.ts';

/** What one process measured. */
export interface AnalysisRun {
  readonly accounts: number;
  readonly reviewMilliseconds: number;
  /** Of reading the same reports from their texts. */
  readonly parseMilliseconds: number;
  /** Of the heap that the decision keeps, in bytes. */
  readonly keptBytes: number;
  /** Of the whole process at its highest, in bytes: what was read, and the analysis. */
  readonly peakBytes: number;
  readonly findings: number;
  readonly changes: number;
}

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Milliseconds of processor time of one call: whatever else the machine does counts for neither side. */
function time(run: () => unknown): number {
  const startedAt = process.cpuUsage();
  run();
  const { system, user } = process.cpuUsage(startedAt);
  return (system + user) / 1000;
}

/** Of reading every report from its text. The texts are made one at a time, and making them is not measured. */
function timeOfParsing({ reports }: ReviewFacts): number {
  let milliseconds = 0;
  for (const report of reports) {
    const rows = report.status === 'failed' ? [] : [...report.rows.values()];
    const text = JSON.stringify({ ...report, rows });
    milliseconds += time(() => parseAll([text]));
  }
  return milliseconds;
}

const accounts = Number(process.argv[2]);
const small = largeOrganization(1_000);
// Code that the engine has not compiled yet would be slow for every size, but tell most in the smallest.
for (let warmUp = 0; warmUp < 2; warmUp += 1) review(small.facts, small.request);

const { facts, request } = largeOrganization(accounts);
const heapBefore = usedHeap();
const decided: ReviewDecision[] = [];
const reviewMilliseconds = time(() => decided.push(review(facts, request)));
const [decision] = decided as [ReviewDecision];
const keptBytes = usedHeap() - heapBefore;
const peakBytes = process.resourceUsage().maxRSS * 1024;

const run: AnalysisRun = {
  accounts,
  reviewMilliseconds,
  parseMilliseconds: timeOfParsing(facts),
  keptBytes,
  peakBytes,
  findings: decision.findings.length,
  changes: decision.changes.length,
};
console.log(JSON.stringify(run));
