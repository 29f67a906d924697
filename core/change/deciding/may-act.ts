import type { ChangeRecord } from '../life/life.ts';
import type { LinkPurpose } from '../links/links.ts';
import type { DecisionRefusal, DecisionRefusalCode } from '../links/refusal.ts';
import { cancel, requestRollBack } from './cancel-or-roll-back.ts';
import { type DecisionContext, decide } from './decide.ts';

const mends: readonly DecisionRefusalCode[] = ['MISSING_FIELD', 'WRONG_FIELD'];

/** Why not even a rightly filled form of this person would be recorded now, or null; asked of the same rules that judge it then. */
export function whyNoForm(
  purpose: LinkPurpose,
  record: ChangeRecord,
  context: DecisionContext,
): DecisionRefusal | null {
  const judged =
    purpose === 'decide'
      ? decide(record, { digest: record.content.digest }, context)
      : (purpose === 'cancel' ? cancel : requestRollBack)(record, {}, context);
  return judged.ok ? null : (judged.reasons.find(({ code }) => !mends.includes(code)) ?? null);
}
