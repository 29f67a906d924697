import type { ChangeContent } from '../../core/change/content/change.ts';
import { baseDigest, changeId, digested } from '../../core/change/content/digest.ts';
import type { Edit } from '../../core/change/content/edit.ts';
import type { Actor, ChangeEvent } from '../../core/change/life/events.ts';
import type { Starter } from '../../core/change/life/starter.ts';
import { stepsFor } from '../../core/kinds/scp/ours/steps.ts';
import type { PolicyTarget } from '../../core/policy/service-control-policy.ts';
import type { CheckResult } from '../../core/proof/verdict.ts';

/** A Tuesday morning: every sample starts from it. */
export const start = Date.parse('2026-03-03T09:00:00Z');

/** An hour and a day in milliseconds. */
export const hour = 3_600_000;
/** A day in milliseconds. */
export const day = 24 * hour;

/** The product itself. */
export const system: Actor = { type: 'system', id: 'review' };

/** The Development OU as target, with its path. */
const developmentPath = 'o-exampleorg1/r-ex01/ou-ex01-development';

const development: PolicyTarget = { id: 'ou-ex01-development', type: 'ou', name: 'Development' };
const checks: readonly CheckResult[] = [
  { name: 'evidence-complete', verdict: 'ok', detail: 'every report was read whole' },
  { name: 'regions', verdict: 'not-proven', detail: 'no source for enabled Regions' },
];

/** The text of the sample SCP before and after. */
export const beforeText =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lex:*","dms:*","s3:*"],"Resource":"*"}]}';
/** The text that the sample change sends. */
export const afterText = `${beforeText.slice(0, -2)},{"Sid":"DenyUnusedServices","Effect":"Deny","Action":["dms:*","lex:*"],"Resource":"*"}]}`;

/** What a test may say of a content otherwise: its texts and its SCP stand in the steps. */
export type Replaced = Partial<Omit<ChangeContent, 'digest' | 'format'>> &
  Partial<Pick<Edit, 'before' | 'after' | 'policyId' | 'policyName'>>;

/** A change content that denies dms and lex in one SCP, with some fields replaced and steps and digest made to fit. */
export function content({
  before = beforeText,
  after = afterText,
  policyId = 'p-newsvctest',
  policyName = 'NewServiceTest',
  ...replaced
}: Replaced = {}): ChangeContent {
  const base = baseDigest(beforeText, [development.id]);
  const targets = replaced.targets ?? [development];
  return digested({
    id: changeId('o-exampleorg1', { policyId: 'p-newsvctest' }, base),
    revision: 1,
    organizationId: 'o-exampleorg1',
    kind: 'scp',
    steps: stepsFor({ before, after, policyId, policyName, targets }, 180, {
      'org-access-reviewer': 'created',
    }),
    targets: [development],
    confirm: 'Development',
    confirmEntityId: development.id,
    services: ['dms', 'lex'],
    accountIds: ['222222222222', '333333333333'],
    affectedAccounts: [
      { id: '222222222222', name: 'dev-1', place: 'Root / Development', young: false },
      { id: '333333333333', name: 'dev-2', place: 'Root / Development', young: false },
    ],
    evidence: [],
    certificate: { ok: true, checks },
    risk: { level: 'low', flags: ['NOT_PROVEN:regions'] },
    thresholdDays: 180,
    requiredApprovals: 1,
    baseDigest: base,
    choice: ['NewServiceTest is attached inside Development alone'],
    findingIds: ['fnd-000000000001'],
    asOf: start - hour,
    reviewId: 'rev-1',
    ...replaced,
  });
}

/** A change content that makes a new SCP and attaches it to one target. */
export function newPolicyContent(replaced: Replaced = {}): ChangeContent {
  const after =
    '{"Version":"2012-10-17","Statement":[{"Sid":"DenyUnusedServices","Effect":"Deny","Action":["lex:*"],"Resource":"*"}]}';
  return content({
    id: changeId('o-exampleorg1', { newAtTarget: development.id }, baseDigest(null, [])),
    policyId: null,
    policyName: 'DenyUnusedServices-Development',
    services: ['lex'],
    before: null,
    after,
    baseDigest: baseDigest(null, []),
    ...replaced,
  });
}

/** Who started a review, as tables name it: an approver by id, `unknown`, null for the schedule, `stale` or `nobody`, who decides nothing. */
export function starterNamed(who: string | null): Starter {
  if (who === null) return { type: 'schedule' };
  if (who === 'unknown' || who === 'stale') return { type: who };
  if (who === 'nobody')
    return { type: 'principal', arn: 'arn:aws:iam::111111111111:user/eve', approverId: null };
  return { type: 'principal', arn: `arn:aws:iam::111111111111:user/${who}`, approverId: who };
}

/** The proposal of a content at `start`, open for 72 hours. */
export function proposal(
  proposed: ChangeContent = content(),
  starter: Starter = { type: 'schedule' },
  at: number = start,
): Extract<ChangeEvent, { readonly type: 'proposed' }> {
  return {
    at,
    actor: system,
    revision: proposed.revision,
    type: 'proposed',
    content: proposed,
    expiresAt: at + 72 * hour,
    starter,
    targetPaths: { [development.id]: developmentPath },
  };
}
