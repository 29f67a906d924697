// Started as a process of its own for each size, so that peak memory is that of one analysis: analysis-run.ts ACCOUNTS
import { review } from '../core/review/review.ts';
import type { ReviewFacts } from '../core/review/review-facts.ts';
import { type PlainReport, scanOnce } from './baseline-scan.ts';
import { largeOrganization } from './large-organization.ts';

/** What one process measured. */
export interface AnalysisRun {
  readonly accounts: number;
  readonly reviewMilliseconds: number;
  readonly scanMilliseconds: number;
  /** Of the heap that the decision keeps, in bytes. */
  readonly keptBytes: number;
  /** Of the whole process at its highest, in bytes: what was read, and the analysis. */
  readonly peakBytes: number;
  readonly findings: number;
  readonly changes: number;
}

function plainReports({ reports }: ReviewFacts): readonly PlainReport[] {
  return reports.map((report) => ({
    entityId: report.entityId,
    rows:
      report.status === 'failed'
        ? []
        : [...report.rows.values()].map((row) => ({
            service: row.serviceNamespace,
            lastAccessedAt: row.lastAccessedAt,
          })),
  }));
}

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Milliseconds of one call. */
function time(run: () => unknown): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

const accounts = Number(process.argv[2]);
const small = largeOrganization(1_000);
// Code that the engine has not compiled yet would be slow for every size, but tell most in the smallest.
for (let warmUp = 0; warmUp < 2; warmUp += 1) review(small.facts, small.request);

const { facts, request } = largeOrganization(accounts);
const heapBefore = usedHeap();
const startedAt = performance.now();
const decision = review(facts, request);
const reviewMilliseconds = performance.now() - startedAt;
const keptBytes = usedHeap() - heapBefore;
const peakBytes = process.resourceUsage().maxRSS * 1024;

const plain = plainReports(facts);
const cutOff = request.asOf - request.thresholdDays * 86_400_000;
const run: AnalysisRun = {
  accounts,
  reviewMilliseconds,
  scanMilliseconds: time(() => scanOnce(plain, cutOff)),
  keptBytes,
  peakBytes,
  findings: decision.findings.length,
  changes: decision.changes.length,
};
console.log(JSON.stringify(run));
