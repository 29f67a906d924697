import type { ChangeRecord } from '../../change/life/life.ts';
import type { DeniedCall } from '../../denial/denied-call.ts';
import { policyIdOf } from './applied.ts';
import { isGiveBack } from './give-back.ts';

/** Why an SCP change is not what denied a call, or null: AWS names its SCP, which denies this service to this account. */
export function whyNotDeniedBy(
  record: ChangeRecord,
  { accountId, deniedBy, serviceNamespace }: DeniedCall,
): string | null {
  const { content } = record;
  if (isGiveBack(content)) return 'the change gives services back';
  if (deniedBy.type !== 'control-policy') return 'AWS names no SCP';
  if (deniedBy.organizationId !== content.organizationId || deniedBy.policyId !== policyIdOf(record))
    return 'AWS names another SCP';
  if (!content.services.includes(serviceNamespace)) return 'the change does not deny this service';
  return content.accountIds.includes(accountId) ? null : 'the change was not proved for this account';
}
