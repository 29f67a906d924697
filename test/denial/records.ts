import type { DeniedCall } from '../../core/denial/denied-call.ts';

/** A CloudTrail record as the table has it. */
export type CloudTrailRecord = Readonly<Record<string, unknown>>;

/** A denied call as it was read, with some fields replaced. */
export function deniedCall(replaced: Partial<DeniedCall> = {}): DeniedCall {
  return {
    ...{ at: 0, principalArn: 'arn:aws:iam::222222222222:role/apps/bot', accountId: '222222222222' },
    ...{ action: 'lex:GetBot', serviceNamespace: 'lex', region: 'eu-west-1' },
    deniedBy: { type: 'control-policy', organizationId: 'o-exampleorg1', policyId: 'p-newsvctest' },
    ...replaced,
  };
}
