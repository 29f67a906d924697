import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { DeniedCall } from '../../denial/denied-call.ts';
import { roleStoppedBy } from '../../identity/quarantine.ts';

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
  if (effect.loses.includes(serviceNamespace)) return null;
  const name = call.action.toLowerCase();
  const isTaken =
    effect.narrowed.includes(serviceNamespace) && actions.some((each) => each.toLowerCase() === name);
  return isTaken ? null : 'the change did not take this action away';
}

/** Names are unique in an account, whatever the path. */
function isStopped(content: ChangeRecord['content'], principalArn: string): boolean {
  return identityStepsOf(content).some((step) => {
    const role = roleStoppedBy(step);
    return role !== null && principalArn.includes(':role/') && principalArn.endsWith(`/${role}`);
  });
}
