import type { ChangeContent } from '../../../change/content/change.ts';
import { baseDigest } from '../../../change/content/digest.ts';
import { editOf } from '../../../change/content/edit.ts';
import type { Failure } from '../../../change/life/events.ts';
import { type AllowedFacts, holdsAllowedLately, latelyWords } from '../../../finding/allowed-lately.ts';
import { invitedLately, invitedWords } from '../../../finding/invited-lately.ts';
import { seasonAt, seasonWords } from '../../../finding/season.ts';
import { useBelow } from '../../../finding/use.ts';
import { entityOf } from '../../../organization/organization.ts';
import { familyOf } from '../../../policy/service-families.ts';
import { day } from '../../../proof/subject.ts';
import type { OrganizationSeen } from '../../kind.ts';
import { startsFrom } from '../ours/base-text.ts';
import { deniesEverybody } from '../ours/intents.ts';

/** Why a review no longer stands behind an open proposal, or null. Its SCP has another text or other targets now, or somebody used what it would deny, or the threshold is too short to show that nobody needs it. */
export function outdated(
  content: ChangeContent,
  seen: Pick<OrganizationSeen, 'allowed' | 'knowledge' | 'policies' | 'tree'>,
): Failure | null {
  const otherBase = baseChanged(content, seen.policies);
  if (otherBase !== null) return otherBase;
  for (const target of content.targets) {
    if (!seen.tree.entities.has(target.id))
      return { code: 'TARGET_GONE', detail: `${target.name} (${target.id}) no longer exists` };
    // Use speaks against a deny, never against giving back. Whether an exemption that has ended was used, only the report of its account tells.
    for (const service of deniesEverybody(content) ? content.services : []) {
      const why = neededAt(target, service, seen);
      if (why !== null) return why;
    }
  }
  return null;
}

/** Why the edit no longer starts from what its SCP is now, or null. */
function baseChanged(content: ChangeContent, policies: OrganizationSeen['policies']): Failure | null {
  const { before, policyId, policyName } = editOf(content);
  if (policyId === null) return null;
  const policy = policies.find(({ id }) => id === policyId);
  if (!policy) return { code: 'POLICY_GONE', detail: `${policyName} (${policyId}) no longer exists` };
  // What was not read says nothing; an SCP that is attached nowhere is never read.
  if (policy.text === null && policy.targets.length > 0) return null;
  const targetIds = policy.targets.map((target) => target.id);
  const text = policy.text ?? '';
  const base = startsFrom(content, text) ? (before ?? '') : text;
  if (baseDigest(base, targetIds) === content.baseDigest) return null;
  const detail = `the text or the targets of ${policyName} are no longer those that were read`;
  return { code: 'BASE_CHANGED', detail };
}

/** Why a target may need a service after all, or null. */
function neededAt(
  target: ChangeContent['targets'][number],
  service: string,
  { allowed, knowledge }: Pick<OrganizationSeen, 'allowed' | 'knowledge'>,
): Failure | null {
  for (const member of [service, ...familyOf(service)]) {
    const use = useBelow(knowledge, target.id, member);
    if (use.kind !== 'used') continue;
    const product = member === service ? '' : `, which belongs to the same product as ${service}`;
    const detail = `${target.name} (${target.id}) used ${member} on ${day(use.at)}${product}`;
    return { code: 'USED_AGAIN', detail };
  }
  const short = allowed ? tooShort({ ...allowed, knowledge }, target.id, service) : null;
  return short && { ...short, detail: `${service}: ${short.detail}` };
}

/** Why the threshold is not long enough to show that a target does not need a service, or null. */
function tooShort(facts: AllowedFacts, targetId: string, service: string): Failure | null {
  const { asOf, knowledge } = facts;
  const entity = entityOf(knowledge.tree, targetId);
  const invited = invitedLately(knowledge, entity);
  if (invited !== null) return { code: 'YOUNG_ACCOUNTS', detail: invitedWords(invited, knowledge, asOf) };
  const use = useBelow(knowledge, targetId, service);
  const row = use.kind === 'unused' ? use.row : null;
  const season = seasonAt(knowledge.seasons, knowledge.tree, { entityId: targetId, row, service });
  if (season !== null) return { code: 'SEASONAL', detail: seasonWords(season) };
  const lately = holdsAllowedLately(facts, entity, service);
  return lately && { code: 'NEWLY_ALLOWED', detail: latelyWords(lately, facts) };
}
