import { isoDay } from '../../base/iso-time.ts';
import type { ServiceEvidence } from '../../change/content/change.ts';

/** What is known of a service where only an entity above the targets was asked, as plain text. */
export function notSinceWords({
  entityName,
  lastAccessedAbove,
}: Pick<ServiceEvidence, 'entityName' | 'lastAccessedAbove'>): string {
  const above =
    lastAccessedAbove === undefined
      ? ''
      : `, where it was last attempted on ${isoDay(lastAccessedAbove)} by an account that this change does not reach`;
  return `not used within the threshold; for earlier use only ${entityName} was asked${above}`;
}
