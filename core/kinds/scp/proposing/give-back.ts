import { list } from '../../../base/counted.ts';
import { minuteUtc } from '../../../base/iso-time.ts';
import { dayMilliseconds } from '../../../base/limits.ts';
import { sortedUnique } from '../../../base/lists.ts';
import { roleOfSession, withoutPath } from '../../../base/principal-arn.ts';
import { principalProblem, principalReach } from '../../../base/principal-pattern.ts';
import { ok, type Reason, type Result, refused } from '../../../base/result.ts';
import type { ChangeContent, ExemptedPrincipals } from '../../../change/content/change.ts';
import { baseDigest, digested, giveBackId } from '../../../change/content/digest.ts';
import { editOf } from '../../../change/content/edit.ts';
import { reachedAccounts } from '../../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { nameWithId } from '../../../organization/organization.ts';
import { exemptMore, removeDeny } from '../../../policy/deny-statement.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { meansTheSame } from '../../../policy/same-meaning.ts';
import { proveGiveBack } from '../../../proof/give-back.ts';
import type { GiveBackRequest, WrongRequest } from '../../kind.ts';
import type { StandingExemption } from '../../standing-exemption.ts';
import { lastReach } from '../drafting/reach.ts';
import { textToGiveBackFrom } from '../ours/base-text.ts';
import { standsIn } from '../ours/fold-writes.ts';
import { deniesEverybody } from '../ours/intents.ts';
import { policyIdOf } from '../ours/own-policy.ts';
import { standingExemptions } from '../ours/standing-exemptions.ts';
import type { Stands } from '../ours/stands.ts';
import { stepsFor } from '../ours/steps.ts';
import { deniedByEdited } from '../watching/denied-again.ts';

/**
 * The change that takes services out of what an applied change denies. `written`: all changes that wrote the same SCP.
 * The edit starts from the text that the last of their writes left, roll backs included. Right before the write the SCP
 * has to mean the same. Refuses where the change does not stand, where a service is not denied by it, and
 * where the SCP would be left empty.
 */
export function draftGiveBack(
  record: ChangeRecord,
  written: readonly ChangeRecord[],
  request: GiveBackRequest,
): Result<ChangeContent, WrongRequest> {
  const { content } = record;
  const { days, now, requiredApprovals } = request;
  const asked = askedOf(record, request);
  if ('code' in asked) return refused(asked);
  const { policyId, principals, services } = asked;
  const all = [record, ...written.filter(({ id }) => id !== record.id)] as const;
  const stands = standsIn(all, policyId);
  const left = stands.text ?? null;
  const before = left === null ? null : textToGiveBackFrom(left, all, stands);
  if (left === null || before === null)
    return refused(notPossible(`${policyId} was deleted since: there is nothing to give back`));
  const reach = lastReach(record, all);
  if (reach === null)
    return refused(notPossible(`${policyId} is attached to nothing any more: it denies nothing to anybody`));
  const elsewhere = deniedByOthersAlone(services, record, stands);
  if (elsewhere !== null) return refused(notPossible(elsewhere));
  const edited =
    principals.length > 0
      ? exemptMore(before, { ...request, services, principals })
      : removeDeny(before, { services });
  if (!edited.ok) return refused(whyNotEdited(edited.reasons[0], record, now));
  const { missing, text: after } = edited.value;
  if (missing.length > 0) return refused(notPossible(whyNotThere(missing, before)));
  const endsAt = days === undefined ? undefined : endOf(now, days);
  const exempted = { principals, services, ...(endsAt === undefined ? {} : { endsAt }), of: record.id };
  const isLonger = after === before;
  const free = isLonger ? whyFreeAlready(exempted, standingExemptions(all)) : null;
  if (free !== null) return refused(notPossible(free, 'principals'));
  const { accountIds, affectedAccounts, confirm, confirmEntityId, targets } = reach;
  const { policyName } = editOf(content);
  const edit = { kind: 'update-policy', policyId, policyName, targets, services, before } as const;
  const certificate = proveGiveBack({ ...edit, after }, principals);
  const failed = certificate.checks.find(({ verdict }) => verdict === 'failed');
  if (failed) return refused({ code: 'CERTIFICATE_FAILED', detail: `${failed.name}: ${failed.detail}` });
  const base = baseDigest(
    before,
    targets.map(({ id }) => id),
  );
  const isPutBack = !meansTheSame(before, left);
  // Who is exempt once more for as long asks for something else: the time counts from now. So does who asks back what was denied again.
  const since = `after ${stands.last?.changeId} ${stands.last?.revision}`;
  const again = isPutBack ? since : undefined;
  const term = days === undefined ? again : `${days} days ${since}`;
  const choice = [
    `${list(services)} asked back${principals.length > 0 ? ` for ${list(principals)}` : ''}${endsAt === undefined ? '' : ` until ${minuteUtc(endsAt)}`} from ${record.id}: ${request.reason}`,
    isLonger && 'The text of the SCP stays as it is: the exemption stands already and lasts longer',
    isPutBack &&
      'Starts from a text that somebody put into the SCP since: right before the write it has to mean the same',
    reach !== content &&
      `The SCP is attached to other targets than ${record.id} says: to ${list(targets.map(nameWithId))}`,
    laterAccounts(principals, record),
    ...stillOpen(all, stands),
  ];
  return ok(
    digested({
      ...content,
      id: giveBackId(content.organizationId, policyId, services, principals, base, term),
      revision: 1,
      intent: 'give-back',
      ...(principals.length > 0 ? { exemptions: [exempted] } : {}),
      steps: stepsFor({ ...edit, after }, content.thresholdDays, undefined),
      targets,
      confirm,
      confirmEntityId,
      accountIds,
      affectedAccounts,
      services,
      certificate,
      requiredApprovals,
      evidence: content.evidence.filter(({ serviceNamespace }) => services.includes(serviceNamespace)),
      risk: { level: 'low', flags: [] },
      baseDigest: base,
      choice: choice.filter((line) => typeof line === 'string'),
      findingIds: [],
      asOf: content.asOf,
      reviewId: `give-back-${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase()}z`,
    }),
  );
}

interface Asked extends Pick<ExemptedPrincipals, 'principals' | 'services'> {
  readonly policyId: string;
}

/** What is asked, each service and principal once and as the deny has it, or why that cannot be asked of this change. */
function askedOf(record: ChangeRecord, { days, ...request }: GiveBackRequest): Asked | WrongRequest {
  const { content, id, state } = record;
  const policyId = policyIdOf(record);
  if (state.status !== 'applied' || policyId === null || !deniesEverybody(content))
    return notPossible(`${id} is no deny that stands: there is nothing to give back`);
  const services = sortedUnique(request.services);
  const principals = sortedUnique(request.principals.map((each) => roleAsDenied(each, record)));
  const others = services.filter((service) => !content.services.includes(service));
  if (services.length === 0) return notPossible('name at least one');
  if (others.length > 0) return notPossible(`${id} does not deny ${list(others)}`);
  if (days !== undefined && principals.length === 0)
    return notPossible('name the principals: what is given back to everybody has no end', 'days');
  return principalOutside(principals) ?? { policyId, services, principals };
}

/** Why the text cannot be edited so; where nothing would be left of it, with another way. */
function whyNotEdited({ code, detail }: Reason, { id, state }: ChangeRecord, now: number): Reason {
  if (code !== 'EMPTY_POLICY') return { code, detail };
  const way =
    state.status === 'applied' && now < state.rollBackUntil
      ? `roll back what denies them, which detaches and deletes it if a change of ours made it: npx --no -- oar changes roll-back ${id}`
      : 'the time to roll it back is over, so detach it by hand, or give the services back to principals alone';
  return { code, detail: `without these services the SCP has no statement left: ${way}` };
}

/** Why a text has nothing of ours to give back for these services. */
function whyNotThere(services: readonly string[], text: string): string {
  const parsed = parsePolicy(text);
  const edited = services.filter((service) => parsed.ok && deniedByEdited(parsed.value, service));
  if (edited.length === 0) return `the SCP denies ${list(services)} no longer`;
  return `somebody edited the statement of ours that denies ${list(edited)}: it is no longer ours to change. Whoever edited it takes that out`;
}

/** Why services are to be asked back from other changes: this one denies them no longer, and others do. */
function deniedByOthersAlone(
  services: readonly string[],
  { id }: ChangeRecord,
  { claims }: Stands,
): string | null {
  for (const service of services) {
    const of = claims.filter((claim) => claim.service === service).map(({ changeId }) => changeId);
    if (of.length > 0 && !of.includes(id))
      return `${id} does not deny ${service} any more; ${list(of)} does: ask it back from there`;
  }
  return null;
}

/** A whole minute, as people read it. */
function endOf(now: number, days: number): number {
  return Math.floor((now + days * dayMilliseconds) / 60_000) * 60_000;
}

/** The role of a session, with its path where AWS told it with a call that was denied; whatever else as it is. */
function roleAsDenied(principal: string, { history }: ChangeRecord): string {
  const role = roleOfSession(principal);
  if (role === principal) return principal;
  for (const event of history)
    if (event.type === 'denied-access-observed' && event.principal !== undefined)
      if (withoutPath(event.principal) === role) return event.principal;
  return role;
}

/** Why nothing is left to ask where the text frees all of them already; null where that ends earlier than asked. */
function whyFreeAlready(
  { endsAt, principals, services }: ExemptedPrincipals,
  standing: readonly StandingExemption[],
): string | null {
  for (const principal of principals)
    for (const service of services) {
      const until = standing.find((each) => each.principal === principal && each.service === service)?.endsAt;
      if (until === undefined) return `${principal} may use ${service} already`;
      if (endsAt !== undefined && endsAt <= until)
        return `${principal} may use ${service} already, until ${minuteUtc(until)}`;
    }
  return null;
}

/** What is to be known of principals in accounts that nobody has seen under the deny: the tree of the day when it is written decides. */
function laterAccounts(principals: readonly string[], record: ChangeRecord): string | null {
  const known = reachedAccounts(record);
  const unseen = principals.map((each) => principalReach(each).account).filter((id) => !known.has(id));
  if (unseen.length === 0) return null;
  return `${list(sortedUnique(unseen))} was below no target when ${record.id} was proposed: right before the write it has to be, else nothing is written`;
}

/** What is to be known while nobody knows what became of a write of the SCP: reviews tell no edit of it by hand, so none is started from. */
function stillOpen(all: readonly ChangeRecord[], { open }: Stands): readonly string[] {
  const waiting = all.filter(({ state }) => open.size > 0 && state.status === 'interrupted');
  return waiting.map(
    ({ id }) =>
      `${id} was interrupted and waits for a person. Until then reviews tell no edit of the SCP by hand: after one this ends TEXT_CHANGED`,
  );
}

/** Why these principals cannot be named, or null. Whom the deny binds, the tree tells right before the write. */
function principalOutside(principals: readonly string[]): WrongRequest | null {
  for (const principal of principals) {
    const problem = principalProblem(principal);
    if (problem !== null) return notPossible(problem, 'principals');
    if (/[*?]/.test(principal))
      return notPossible(
        `${principal} frees whoever makes such a role or user later: name each as it is`,
        'principals',
      );
  }
  return null;
}

function notPossible(detail: string, field = 'services'): WrongRequest {
  return { code: 'WRONG_FIELD', field, detail };
}

/** Why a give-back is not rolled back: it would deny again without fresh evidence. */
export const noRollBack =
  'a give-back is not rolled back: that would deny its services again without fresh evidence. The next review proposes the denial again once the services are unused and the time of the decision is over';

/** Why no service is exempted from the end of an exemption. */
export const noExemptionFromEnd =
  'to keep the exemption, reject this, and exempt the principal for longer: npx --no -- oar changes give-back';

/** Why no service of a give-back is exempted. */
export const noExemption =
  'a service that is given back is not denied: to keep it denied, reject the give-back and ask for the other services alone';
