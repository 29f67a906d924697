import type { Exemption } from '../../base/configuration.ts';
import { ok, type Result, refused } from '../../base/result.ts';
import type { ChangeEvent } from '../life/events.ts';
import type { ChangeRecord } from '../life/life.ts';
import type { DecisionRefusal } from '../links/refusal.ts';
import { head, mailboxOf, ofLaterVersion, type PersonContext } from './decide.ts';
import { parseReason } from './decision-fields.ts';
import { coversTargets } from './scope.ts';

/** An exemption that a person decided. */
export type DecidedExemption = Exemption & { readonly id: string };

/** Whether a change's history holds the decision that made this exemption, and none that lifted it: a decision that was never recorded exempts nothing. */
export function isConfirmed(record: Pick<ChangeRecord, 'history'>, exemption: DecidedExemption): boolean {
  return !isLifted(record, exemption.id) && wasDecided(record, exemption);
}

/** Whether a person has lifted the exemption of this id. */
function isLifted({ history }: Pick<ChangeRecord, 'history'>, exemptionId: string): boolean {
  return history.some((event) => event.type === 'exemption-lifted' && event.exemptionId === exemptionId);
}

/** Whether the history holds the decision that made this exemption. Older events name no ids: there service, reason, owner and end tell. */
export function wasDecided({ history }: Pick<ChangeRecord, 'history'>, exemption: DecidedExemption): boolean {
  return history.some((event) => {
    if (event.type !== 'services-exempted') return false;
    if (event.exemptionIds !== undefined) return event.exemptionIds.includes(exemption.id);
    return (
      event.services.includes(exemption.service) &&
      event.reason === exemption.reason &&
      event.approverId === exemption.owner &&
      event.until === Date.parse(exemption.until)
    );
  });
}

/** Lifts an exemption that counts: an approver whose scopes cover its entity, with a reason. None where somebody has lifted it already. */
export function liftExemption(
  record: ChangeRecord,
  exemption: DecidedExemption,
  input: { readonly reason?: string },
  context: PersonContext,
): Result<ChangeEvent | null, DecisionRefusal> {
  const { entity: entityId, id: exemptionId, service, until } = exemption;
  const { approver, now } = context;
  const later = ofLaterVersion(record);
  if (later) return refused(later);
  if (!coversTargets(approver, [entityId], record.targetPaths)) {
    const detail = `the scopes of ${approver.id} do not cover ${entityId}`;
    return refused({ code: 'OUT_OF_SCOPE', detail });
  }
  if (isLifted(record, exemptionId)) return ok(null);
  if (Date.parse(until) <= now)
    return refused({ code: 'EXPIRED', detail: `${exemptionId} ended on ${until}: there is nothing to lift` });
  const reason = parseReason(input.reason);
  if (typeof reason !== 'string') return refused(reason);
  const approverId = approver.id;
  return ok({
    ...head(record, context),
    type: 'exemption-lifted',
    approverId,
    exemptionId,
    service,
    entityId,
    reason,
    ...mailboxOf(approver),
  });
}
