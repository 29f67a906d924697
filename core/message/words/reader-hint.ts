import { capitalized } from '../../base/counted.ts';
import { type DecisionContext, outOfScope } from '../../change/deciding/decide.ts';
import { type Verb, whyNotOnOwn } from '../../change/deciding/own-access.ts';
import { approvalsOf, type ChangeRecord } from '../../change/life/life.ts';
import { isStarter } from '../../change/life/starter.ts';
import type { LinkPurpose } from '../../change/links/links.ts';

/** What a form of this purpose may ask for, as far as it may be refused for what is one's own. */
const verbsOf: { readonly [Purpose in LinkPurpose]: readonly Verb[] } = {
  decide: ['approve', 'reject'],
  cancel: ['cancel'],
  'roll-back': ['roll-back'],
};

/** What a person should know before he fills in a form, or null: that it will be refused, or does not suffice. */
export function hintFor(
  approverId: string,
  purpose: LinkPurpose,
  record: ChangeRecord,
  context: DecisionContext,
): string | null {
  if (outOfScope(record, context))
    return 'Your scopes do not cover every target of this change: whatever you send will be refused.';
  const approvedBefore = approvalsOf(record).some((approval) => approval.approverId === approverId);
  if (purpose === 'decide' && approvedBefore)
    return 'You approved this revision already. One person counts once: somebody else has to approve too.';
  for (const verb of verbsOf[purpose]) {
    const own = whyNotOnOwn(record, verb, context);
    if (own) return `${capitalized(own.detail)}.`;
  }
  if (purpose === 'decide' && isStarter(record.starter, approverId, context))
    return 'You started the review behind this change, or lifted an exemption that led to it: you may approve, but not alone.';
  return null;
}
