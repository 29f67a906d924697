import { counted, grouped } from '../../core/base/counted.ts';
import { accessReportLimits, dayMilliseconds } from '../../core/base/limits.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { Verdict } from '../../core/proof/verdict.ts';
import { type FindingOutcome, findingOutcomes } from '../../core/review/outcome.ts';
import type { EntityResult, ReviewResult } from '../../core/review/review-result.ts';
import type { Names } from './names.ts';

/** Whole days that AWS tracks at least: what "never used" rests on. */
export const trackedDays: number = accessReportLimits.trackingDays;

/** How a verdict is written: in words that do not need colour. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  ok: 'ok',
  failed: 'FAILED',
  'not-proven': 'not proven',
};

/** How an entity's type is written. */
export const typeWords: Readonly<Record<EntityResult['type'], string>> = {
  root: 'root',
  ou: 'OU',
  account: 'account',
};

/** Where the evidence about an entity comes from, in one sentence. */
export function evidenceWords(entity: EntityResult, names: Names): string {
  const { report } = entity;
  if ('jobId' in report) return `own report, ${counted(report.services, 'service')}`;
  if ('failed' in report)
    return `unknown: the report failed with ${report.failed.code}: ${report.failed.message}`;
  if ('pending' in report) return 'unknown: the report was not made in the time allowed';
  if ('notJudged' in report) return 'not judged: it holds no active account';
  if (report.from.length === 0) return 'not asked: no finding needed it';
  const from = report.from.map((id) => shownName(names.entity(id)));
  return `inferred from ${from.length === 1 ? 'the report' : 'reports'} of ${from.join(', ')}`;
}

/** What became of findings, as their counts are told. */
const outcomeWords: Readonly<Record<FindingOutcome, string>> = {
  proposed: 'proposed',
  deferred: 'waiting',
  held: 'held',
  exempt: 'exempt',
  protected: 'protected',
  refused: 'refused',
};

/** `Plan: 10 changes.`, what was found, and what became of it: three sentences whose figures add up. */
export function planWords({ changes, totals }: ReviewResult): readonly [string, string, string] {
  const { found, kinds, outcomes, services } = totals;
  const parts = findingOutcomes.map((outcome) => `${figure(outcomes[outcome])} ${outcomeWords[outcome]}`);
  return [
    `Plan: ${counted(changes.length, 'change')}.`,
    found === 0
      ? 'No unused service was found.'
      : `Found ${counted(services, 'unused service')}, as ${counted(found, 'pair')} of an entity and a service: ${figure(kinds.lapsed)} lapsed, ${figure(kinds['never-used'])} never used.`,
    found === 0 ? '' : `Of these ${figure(found)}: ${parts.join(', ')}.`,
  ];
}

function figure(count: number): string {
  return grouped(count);
}

/** The instant before which a service counts as unused. */
export function cutOffOf(result: ReviewResult): string {
  return new Date(Date.parse(result.asOf) - result.thresholdDays * dayMilliseconds).toISOString();
}

/** What the status of the review means. */
export function statusWords(result: ReviewResult): string {
  if (result.status === 'completed') return 'completed: every report was read whole';
  return 'partial: some entities are unknown; nothing is claimed about them';
}

/** `2026-03-18` of an ISO time. */
export function dayOf(iso: string): string {
  return iso.slice(0, 10);
}

/** `2026-03-18 08:48 UTC` of an ISO time. */
export function minuteOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** What a review cost, in one line. */
export function metricsWords(result: ReviewResult): string {
  const { reportJobs, apiCalls, dollars, scannedBytes, throttled, durationMs } = result.metrics;
  const calls = Object.values(apiCalls).reduce((sum, count) => sum + count, 0);
  return [
    counted(reportJobs, 'report job'),
    counted(calls, 'API call'),
    ...(dollars === undefined ? [] : [`$${dollars.toFixed(2)} for sources of proof`]),
    ...(scannedBytes === undefined ? [] : [`${(scannedBytes / 1e9).toFixed(1)} GB scanned by Athena`]),
    throttled === 0 ? 'never throttled' : `throttled ${counted(throttled, 'time')}`,
    `${(durationMs / 1000).toFixed(1)} s`,
  ].join(', ');
}
