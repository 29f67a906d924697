import type { Verdict } from '../../core/change/change.ts';
import { accessReportLimits, dayMilliseconds } from '../../core/limits.ts';
import type { RefusalCode } from '../../core/refusal.ts';
import type { EntityResult, ReviewResult } from '../../core/review-result.ts';
import { counted } from '../components/visible-text.ts';
import type { Names } from './names.ts';

/** Whole days that AWS tracks at least: what "never used" rests on. */
export const trackedDays: number = accessReportLimits.trackingDays;

/** What a refusal's code means, as a heading. */
export const refusalTitles: Readonly<Record<RefusalCode, string>> = {
  NO_CAPACITY: 'No room for another deny',
  USED_AT_TARGET: 'In use where the SCP is attached',
  EVIDENCE_MISSING: 'Evidence is missing',
  FOREIGN_POLICY: 'The SCP belongs to another tool',
  MALFORMED_POLICY: 'An SCP cannot be read',
  POLICY_NOT_RELEVANT: 'No relevant SCP',
  CERTIFICATE_FAILED: 'The proof failed',
  MOVED_ACCOUNT: 'An account moved',
  ROOT_NOT_ALLOWED: 'Changes at the root are not allowed',
  FAMILY_IN_USE: 'A service of the same product is in use',
  NEW_SERVICE: 'New services',
  YOUNG_ACCOUNTS: 'Accounts are too young to judge',
  DEFERRED: 'Left for a later review',
};

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

const flagWords: Readonly<Record<string, string>> = {
  YOUNG_ACCOUNTS: 'some accounts joined after the cut-off: they had no full period to use anything',
  MANY_ACCOUNTS: 'it reaches many accounts',
  MANY_SERVICES: 'it denies many services at once',
  NEAR_THRESHOLD: 'a service was last used only just before the cut-off',
  ACCEPTANCE_REQUIRED: 'an approver must accept a check that is not proven',
  CONDITIONAL_DENY: 'the deny carries a condition',
  UNKNOWN_NAMESPACE: 'a namespace is not in the service catalogue',
};

/** What a risk flag means: the sentence for a known code, else the code itself. */
export function flagMeaning(flag: string): string {
  const [code, subject] = flag.split(':');
  if (code === 'NOT_PROVEN' && subject) return `the check ${subject} is not proven`;
  return flagWords[flag] ?? flag;
}

/** Where the evidence about an entity comes from, in one sentence. */
export function evidenceWords(entity: EntityResult, names: Names): string {
  const { report } = entity;
  if ('jobId' in report) return `own report, ${counted(report.services, 'service')}`;
  if ('failed' in report)
    return `unknown: the report failed with ${report.failed.code}: ${report.failed.message}`;
  if ('pending' in report) return 'unknown: the report was not made in the time allowed';
  if (report.from.length === 0) return 'not asked: no finding needed it';
  const from = report.from.map((id) => names.entity(id).name);
  return `inferred from ${from.length === 1 ? 'the report' : 'reports'} of ${from.join(', ')}`;
}

/** The instant before which a service counts as unused. */
export function cutOffOf(result: ReviewResult): string {
  return new Date(Date.parse(result.asOf) - result.thresholdDays * dayMilliseconds).toISOString();
}

/** What the status of the review means. */
export function statusWords(result: ReviewResult): string {
  if (result.status === 'completed') return 'completed: every report was read whole';
  if (result.status === 'continuing') return 'continuing: reports are still being made';
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
  const { reportJobs, apiCalls, throttled, durationMs } = result.metrics;
  const calls = Object.values(apiCalls).reduce((sum, count) => sum + count, 0);
  return [
    counted(reportJobs, 'report job'),
    counted(calls, 'API call'),
    throttled === 0 ? 'never throttled' : `throttled ${counted(throttled, 'time')}`,
    `${(durationMs / 1000).toFixed(1)} s`,
  ].join(', ');
}
