import { patternMatchesAction } from '../../../base/matching.ts';
import { patternsMeet } from '../../../base/pattern-relations.ts';
import { editOf } from '../../../change/content/edit.ts';
import { exemptedPrincipals } from '../../../change/content/exempted.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import type { DeniedCall } from '../../../denial/denied-call.ts';
import { type Condition, parsePolicy } from '../../../policy/document.ts';
import { exemptsPrincipalsOnly } from '../../../policy/exempt-roles.ts';
import { isEndOfExemption, isGiveBack } from '../ours/intents.ts';
import { policyIdOf } from '../ours/own-policy.ts';

/** Why an SCP change is not what denied a call, or null: AWS names its SCP, which denies this service since the change, to whichever account. */
export function whyNotDeniedBy(record: ChangeRecord, call: DeniedCall): string | null {
  const { content } = record;
  const { deniedBy, principalArn, serviceNamespace } = call;
  if (isGiveBack(content)) return 'the change gives services back';
  if (deniedBy.type !== 'control-policy') return 'AWS names no SCP';
  if (deniedBy.organizationId !== content.organizationId || deniedBy.policyId !== policyIdOf(record))
    return 'AWS names another SCP';
  if (!content.services.includes(serviceNamespace)) return 'the change does not deny this service';
  // Everybody else was denied before, by another change.
  if (isEndOfExemption(content) && !exemptedPrincipals(content).includes(principalArn))
    return 'the change denies nothing to this principal';
  const { before } = editOf(content);
  return before !== null && surelyDenied(before, call) ? 'the SCP denied it before the change' : null;
}

/** Whether a text denies a call whatever it was about: where that hangs on anything the record does not tell it is not sure. */
function surelyDenied(text: string, { action, principalArn }: DeniedCall): boolean {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return false;
  return parsed.value.statements.some(({ actions, condition, effect, resources }) => {
    const isNamed = actions.patterns.some((pattern) => patternMatchesAction(pattern, action));
    const isEverywhere =
      resources.kind === 'resource' && resources.patterns.some((pattern) => /^\*+$/.test(pattern));
    return (
      effect === 'Deny' &&
      isNamed === (actions.kind === 'action') &&
      isEverywhere &&
      (condition === null || surelyBinds(condition, principalArn))
    );
  });
}

function surelyBinds(condition: Condition, principalArn: string): boolean {
  if (!exemptsPrincipalsOnly(condition)) return false;
  const exempt = Object.values(condition).flatMap((keys) => Object.values(keys).flat());
  return !exempt.some((pattern) => pattern.includes('${') || patternsMeet(pattern, principalArn));
}
