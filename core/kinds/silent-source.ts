import { isConfigured } from '../base/check-names.ts';
import type { Configuration } from '../base/configuration.ts';
import { dayMilliseconds } from '../base/limits.ts';
import type { ChangeContent } from '../change/content/change.ts';
import type { Certificate } from '../proof/verdict.ts';

/** For so long after it is due a change waits for a source that cannot be read, in milliseconds; then it is stale. */
export const sourcePatience = dayMilliseconds;

/** Why a change waits that was proven by a source which cannot be read just now, or null. One that is configured no more is not waited for. */
export function silentSource(
  content: ChangeContent,
  certificate: Certificate,
  { sources }: Pick<Configuration, 'sources'>,
): string | null {
  const shown = new Map(content.certificate.checks.map(({ name, verdict }) => [name, verdict]));
  const silent = certificate.checks.find(
    ({ name, verdict }) =>
      verdict === 'not-proven' && shown.get(name) === 'ok' && isConfigured(name, sources),
  );
  return silent ? `${silent.name}: ${silent.detail}` : null;
}
