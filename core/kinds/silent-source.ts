import { isConfigured, isTurnedOff } from '../base/check-names.ts';
import type { Configuration } from '../base/configuration.ts';
import { dayMilliseconds } from '../base/limits.ts';
import type { ChangeRecord } from '../change/life/life.ts';
import { type Certificate, isWeaker, nobodyAsked } from '../proof/verdict.ts';

/** For so long after the first look at which a source could not be read a change waits for it, in milliseconds; then it is stale. */
const sourcePatience = dayMilliseconds;

/** The code of the note of that first look. */
export const silentSourceCode = 'SOURCE_SILENT';

/**
 * Why a change waits that was proven by a source which cannot be read just now (`now` in epoch milliseconds), or null. One that
 * is configured no more is not waited for. A freeze or a pause before the first look uses up none of the patience. One after it
 * does: evidence that nobody could renew grows old whether or not somebody looks, and a stale change is proposed anew.
 */
export function silentSource(
  record: ChangeRecord,
  certificate: Certificate,
  { sources }: Pick<Configuration, 'sources'>,
  now: number,
): string | null {
  const { content } = record;
  const shown = new Map(content.certificate.checks.map((check) => [check.name, check]));
  const silent = certificate.checks.find((check) => {
    const before = shown.get(check.name);
    return before !== undefined && isWeaker(check, before) && isConfigured(check.name, sources);
  });
  const since = silentSince(record) ?? now;
  return silent && now - since < sourcePatience ? `${silent.name}: ${silent.detail}` : null;
}

/** When a source was silent first since the change was approved or resumed last (epoch milliseconds), or null. */
export function silentSince({ history }: Pick<ChangeRecord, 'history'>): number | null {
  const due = history.findLastIndex(({ type }) => type === 'approved' || type === 'resumed');
  const first = history
    .slice(due + 1)
    .find((event) => event.type === 'noted' && event.code === silentSourceCode);
  return first?.at ?? null;
}

/** A new certificate with what people were shown beside it: a check whose source was turned off since is not left out, it is not proven. */
export function withTurnedOff(
  certificate: Certificate,
  shown: Certificate,
  { sources }: Pick<Configuration, 'sources'>,
): Certificate {
  const names = new Set(certificate.checks.map(({ name }) => name));
  const missing = shown.checks.filter(
    ({ detail, name }) => !names.has(name) && isTurnedOff(name, sources) && detail !== nobodyAsked,
  );
  const detail = 'its source is not configured any more';
  const off = missing.map(({ name }) => ({ name, verdict: 'not-proven', detail }) as const);
  return { ...certificate, checks: [...certificate.checks, ...off] };
}
