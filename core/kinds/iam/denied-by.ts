import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { DeniedCall } from '../../denial/denied-call.ts';
import { grantsAction } from '../../identity/granted-services.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { policyArnOf } from '../../identity/identity-values.ts';
import { roleStoppedBy } from '../../identity/quarantine.ts';
import { parsePolicy } from '../../policy/document.ts';

/** Why a change of an account's IAM is not what denied a call, or null: it took this action from this principal, or stopped it. */
export function whyNotDeniedBy({ content }: ChangeRecord, call: DeniedCall): string | null {
  const { accountId, actions, effects } = identityPartOf(content);
  const { deniedBy, principalArn, serviceNamespace } = call;
  if (deniedBy.type === 'control-policy') return 'AWS names an SCP';
  if (accountId !== call.accountId) return 'it is another account';
  const effect = effects.find(({ arns }) => arns.includes(principalArn));
  if (effect === undefined) return 'the change takes nothing from this principal';
  if (deniedBy.type === 'identity-policy')
    return isStopped(content, principalArn) ? null : 'the change wrote no deny for this principal';
  const name = call.action.toLowerCase();
  const isTaken =
    effect.loses.includes(serviceNamespace) ||
    (effect.narrowed.includes(serviceNamespace) && actions.some((each) => each.toLowerCase() === name));
  if (!isTaken) return 'the change did not take this action away';
  return mayHaveAllowed(identityStepsOf(content), call.action)
    ? null
    : 'nothing that the change took away allowed this action';
}

/** Names are unique in an account, whatever the path. */
function isStopped(content: ChangeRecord['content'], principalArn: string): boolean {
  return identityStepsOf(content).some((step) => {
    const role = roleStoppedBy(step);
    return role !== null && principalArn.includes(':role/') && principalArn.endsWith(`/${role}`);
  });
}

/** Whether something that the steps take away may have allowed an action. What a change does not hold the text of may have allowed anything. */
function mayHaveAllowed(steps: readonly IdentityStep[], action: string): boolean {
  const held = new Map(
    steps.flatMap(({ before, resource }) => {
      const arn = policyArnOf(resource);
      return arn === null || before === null ? [] : [[arn, before] as const];
    }),
  );
  return steps.some(({ before, resource }) => {
    if (before === null) return false;
    if (resource.type === 'membership') return true;
    const text = resource.type === 'policy-attachment' ? held.get(resource.policyArn) : before;
    return text === undefined || allows(text, action);
  });
}

function allows(text: string, action: string): boolean {
  const parsed = parsePolicy(text);
  return !parsed.ok || grantsAction(parsed.value, action);
}
