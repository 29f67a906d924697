import type { Refusal } from '../../../base/refusal.ts';
import { baseDigest } from '../../../change/content/digest.ts';
import type { OpenChange } from '../../../change/deciding/suppression.ts';
import type { Finding } from '../../../finding/finding.ts';
import { accountsBelow, type Entity, isWithin } from '../../../organization/organization.ts';
import { addDeny } from '../../../policy/deny-statement.ts';
import { exemptPrincipalsOf } from '../../../policy/exempt-principals.ts';
import {
  isRead,
  type PolicyTarget,
  type ReadPolicy,
  type ServiceControlPolicy,
} from '../../../policy/service-control-policy.ts';
import type { Candidate } from './candidates.ts';
import type { Placing } from './placing.ts';
import { describe } from './target-safety.ts';

/** Puts findings into an SCP's draft, as many as fit; answers the services taken. What does not fit is refused with the missing figure only if no other SCP takes it. */
export function putInto(
  placing: Placing,
  entity: Entity,
  candidate: Candidate,
  findings: readonly Finding[],
): ReadonlySet<string> {
  const { policy } = candidate;
  const draft = placing.drafts.get(policy.id);
  const text = draft?.after ?? policy.text;
  const { made: after, taken } = largestFit(findings, (some) => {
    const edit = deny(placing, text, some);
    return edit.ok ? edit.value.text : null;
  });
  if (taken.length < findings.length)
    noteWithoutRoom(placing, entity, policy, deny(placing, text, findings), findings.slice(taken.length));
  if (after === null || taken.length === 0) return new Set();
  const services = new Set([...(draft?.services ?? []), ...taken.map((finding) => finding.serviceNamespace)]);
  placing.drafts.set(policy.id, {
    kind: 'update-policy',
    policyId: policy.id,
    policyName: policy.name,
    targets: policy.targets,
    before: policy.text,
    after,
    services: [...services].sort(),
    findings: [...new Set([...(draft?.findings ?? []), ...taken])],
    choice: [...(draft?.choice ?? []), ...explainChoice(placing, entity, candidate, taken.length)],
  });
  return new Set(taken.map((finding) => finding.serviceNamespace));
}

/** What an SCP had no room for is told only if nothing else takes it. */
function noteWithoutRoom(
  placing: Placing,
  entity: Entity,
  policy: ServiceControlPolicy,
  edit: ReturnType<typeof addDeny>,
  left: readonly Finding[],
): void {
  const missingCharacters = edit.ok ? undefined : edit.reasons[0].missingCharacters;
  if (missingCharacters === undefined) return;
  const services = left.map((finding) => finding.serviceNamespace);
  placing.withoutRoom.push({ entityId: entity.id, policy, services, missingCharacters });
}

/** The change that is open for an SCP and still rests on its text and targets as they are now; a frozen one counts even if they moved on. */
export function openChangeOf(placing: Placing, policy: ReadPolicy): OpenChange | null {
  const open = placing.request.openChanges.find((change) => change.policyId === policy.id);
  if (!open) return null;
  const targetIds = policy.targets.map((target) => target.id);
  return open.frozen || open.baseDigest === baseDigest(policy.text, targetIds) ? open : null;
}

/** The edit that the owner of a policy which is not ours to change may make; undefined if it was not read, does not parse or does not fit. */
export function patchFor(
  placing: Placing,
  policy: ServiceControlPolicy,
  services: readonly string[],
): Refusal['patch'] {
  if (!isRead(policy)) return undefined;
  const edit = addDeny(policy.text, denyRequest(placing, services));
  return edit.ok ? { policyId: policy.id, before: policy.text, after: edit.value.text } : undefined;
}

/** What addDeny is asked for under this configuration. */
export function denyRequest(placing: Placing, services: readonly string[]): Parameters<typeof addDeny>[1] {
  const { configuration } = placing.request;
  return {
    services,
    exemptPrincipals: exemptPrincipalsOf(configuration),
    maximumCharacters: configuration.quotas.scpCharacters,
  };
}

function deny(placing: Placing, text: string, findings: readonly Finding[]): ReturnType<typeof addDeny> {
  return addDeny(
    text,
    denyRequest(
      placing,
      findings.map((finding) => finding.serviceNamespace),
    ),
  );
}

/**
 * The longest run of findings, or services, from the front that fits, and what is made of it; null: not even one does. More
 * services never take fewer characters, so halving finds it.
 */
export function largestFit<Item, Made>(
  findings: readonly Item[],
  make: (some: readonly Item[]) => Made | null,
): { readonly taken: readonly Item[]; readonly made: Made | null } {
  const whole = make(findings);
  if (whole !== null) return { taken: findings, made: whole };
  let fitting: { readonly taken: readonly Item[]; readonly made: Made | null } = { taken: [], made: null };
  let tooMany = findings.length;
  while (tooMany - fitting.taken.length > 1) {
    const middle = (fitting.taken.length + tooMany) >> 1;
    const taken = findings.slice(0, middle);
    const made = make(taken);
    if (made === null) tooMany = middle;
    else fitting = { taken, made };
  }
  return fitting;
}

function explainChoice(
  placing: Placing,
  entity: Entity,
  { policy, rank, namedServices }: Candidate,
  taken: number,
): readonly string[] {
  const reasons = {
    'asked-for': `${describe(policy)} was asked for and reaches all accounts of ${describe(entity)}.`,
    attached: `${describe(policy)} is attached to ${describe(entity)} itself.`,
    inside: `All targets of ${describe(policy)} lie inside ${describe(entity)} and reach all of its accounts.`,
  };
  const named =
    namedServices > 0 ? [`Its own Allow statements name ${namedServices} of the unused services.`] : [];
  return [
    reasons[rank],
    ...named,
    ...policy.targets.map((target) => explainTarget(placing, entity, target, taken)),
  ];
}

function explainTarget(placing: Placing, entity: Entity, target: PolicyTarget, taken: number): string {
  const { cutOff, tree } = placing.knowledge;
  const placed = tree.entities.get(target.id);
  const young = placed
    ? accountsBelow(tree, target.id).filter(({ joinedAt }) => joinedAt > cutOff).length
    : 0;
  const accounts = placed ? placed.endAccount - placed.firstAccount : 0;
  const services = taken === 1 ? 'the service' : `any of the ${taken} services`;
  const unused =
    accounts === 0
      ? 'it holds no account'
      : `none of its ${accounts} accounts used ${services} within the threshold${young === 0 ? '' : `, ${young} of which joined only within it`}`;
  if (target.id === entity.id) return `Target ${describe(target)}: the entity itself; ${unused}.`;
  const where = isWithin(tree, target.id, entity.id)
    ? `inside ${entity.shortPath}`
    : `outside ${entity.shortPath}, looked at on its own`;
  return `Target ${describe(target)}: ${where}; ${unused}.`;
}
