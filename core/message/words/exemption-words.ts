import { minuteUtc } from '../../base/iso-time.ts';
import type { StandingExemption } from '../../kinds/standing-exemption.ts';

/** Who is exempt from what until when, as a sentence. */
export function exemptionWords({ changeId, endsAt, principal, service }: StandingExemption): string {
  return `${principal} may use ${service} until ${minuteUtc(endsAt)} (${changeId}); after that, until a change takes the exemption out.`;
}
