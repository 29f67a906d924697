import { principalProblem, principalReach } from '../../base/principal-pattern.ts';
import { ok, type Reason, type Result, refused } from '../../base/result.ts';
import type { ChangeContent } from '../../change/content/change.ts';
import { baseDigest, digested, giveBackId } from '../../change/content/digest.ts';
import { editOf } from '../../change/content/edit.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import { exemptMore, removeDeny } from '../../policy/deny-statement.ts';
import { proveGiveBack } from '../../proof/give-back.ts';
import { list } from '../../proof/subject.ts';
import type { GiveBackRequest } from '../kind.ts';
import { appliedText, policyIdOf } from './applied.ts';
import { stepsFor } from './steps.ts';

/** Whether a change takes services out of a deny of ours. */
export function isGiveBack({ intent }: Pick<ChangeContent, 'intent'>): boolean {
  return intent === 'give-back';
}

/**
 * The change that takes services out of what an applied change denies. `latest`: the change that wrote the SCP last, whose
 * text the edit starts from; right before the write the SCP is compared with it byte by byte. Refuses where the change
 * does not stand, where a service is not denied by it, and where the SCP would be left empty.
 */
export function draftGiveBack(
  record: ChangeRecord,
  latest: ChangeRecord,
  request: GiveBackRequest,
): Result<ChangeContent> {
  const { content, state } = record;
  const { now, reason, requiredApprovals } = request;
  const policyId = policyIdOf(record);
  if (state.status !== 'applied' || policyId === null || isGiveBack(content))
    return refused(notPossible(`${record.id} is no deny that stands: there is nothing to give back`));
  const services = [...new Set(request.services)].sort();
  const principals = [...new Set(request.principals)].sort();
  const others = services.filter((service) => !content.services.includes(service));
  if (services.length === 0) return refused(notPossible('services: name at least one'));
  if (others.length > 0) return refused(notPossible(`services: ${record.id} does not deny ${list(others)}`));
  const nobody = principalOutside(principals, content);
  if (nobody !== null) return refused(notPossible(nobody));
  const before = appliedText(latest);
  const edited =
    principals.length > 0
      ? exemptMore(before, { ...request, services, principals })
      : removeDeny(before, { services });
  if (!edited.ok) {
    const { code, detail } = edited.reasons[0];
    const way = `npx --no -- oar changes roll-back ${record.id}`;
    return refused({ code, detail: code === 'EMPTY_POLICY' ? `${detail}: ${way}` : detail });
  }
  if (edited.value.missing.length > 0)
    return refused(notPossible(`services: the SCP denies ${list(edited.value.missing)} no longer`));
  if (edited.value.text === before)
    return refused(notPossible(`principals: ${list(principals)} may use these services already`));
  const { policyName, targets } = editOf(content);
  const edit = { kind: 'update-policy', policyId, policyName, targets, services, before } as const;
  const after = edited.value.text;
  const certificate = proveGiveBack({ ...edit, after });
  const failed = certificate.checks.find(({ verdict }) => verdict === 'failed');
  if (failed) return refused({ code: 'CERTIFICATE_FAILED', detail: `${failed.name}: ${failed.detail}` });
  const base = baseDigest(
    before,
    targets.map(({ id }) => id),
  );
  return ok(
    digested({
      ...content,
      id: giveBackId(content.organizationId, policyId, services, principals, base),
      revision: 1,
      intent: 'give-back',
      steps: stepsFor({ ...edit, after }, content.thresholdDays, undefined),
      ...{ services, certificate, requiredApprovals },
      evidence: content.evidence.filter(({ serviceNamespace }) => services.includes(serviceNamespace)),
      risk: { level: 'low', flags: [] },
      baseDigest: base,
      choice: [
        `${list(services)} asked back${principals.length > 0 ? ` for ${list(principals)}` : ''} from ${record.id}: ${reason}`,
      ],
      findingIds: [],
      asOf: content.asOf,
      reviewId: `give-back-${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase()}z`,
    }),
  );
}

/** Why these principals are none whom the deny binds, or null. */
function principalOutside(principals: readonly string[], { accountIds }: ChangeContent): string | null {
  for (const principal of principals) {
    const problem = principalProblem(principal);
    if (problem !== null) return `principals: ${problem}`;
    if (/[*?]/.test(principal))
      return `principals: ${principal} frees whoever makes such a role or user later: name each as it is`;
    const { account } = principalReach(principal);
    if (!accountIds.includes(account))
      return `principals: ${principal} is in no account that the SCP reaches`;
  }
  return null;
}

function notPossible(detail: string): Reason {
  return { code: 'WRONG_FIELD', detail };
}

/** Why a give-back is not rolled back: it would deny again without fresh evidence. */
export const noRollBack =
  'a give-back is not rolled back: that would deny its services again without fresh evidence. The next review proposes the denial again once the services are unused and the time of the decision is over';

/** Why no service of a give-back is exempted. */
export const noExemption =
  'a service that is given back is not denied: to keep it denied, reject the give-back and ask for the other services alone';

/** A give-back as it was applied: when (epoch ms), which services, and the text that it left. */
export interface GivenBack {
  readonly at: number;
  readonly services: readonly string[];
  readonly text: string;
}

/** What applied give-backs took out of each SCP, by policy id. */
export function givenBackIn(records: readonly ChangeRecord[]): ReadonlyMap<string, readonly GivenBack[]> {
  const found = new Map<string, GivenBack[]>();
  for (const record of records) {
    const policyId = policyIdOf(record);
    const { content, state } = record;
    if (state.status !== 'applied' || policyId === null || !isGiveBack(content)) continue;
    found.set(policyId, [
      ...(found.get(policyId) ?? []),
      { at: state.appliedAt, services: content.services, text: appliedText(record) },
    ]);
  }
  return found;
}
