import { counted, list } from '../../base/counted.ts';
import { listAt } from '../../base/lists.ts';
import { activeExemptions, exemptionOf, exemptionWithoutEffect } from '../../finding/exemptions.ts';
import { knownServices } from '../../finding/known-services.ts';
import { protectionOf } from '../../policy/protected-services.ts';
import { familyOf } from '../../policy/service-families.ts';
import { baseDifference, targetsReached } from '../base.ts';
import { accountsReached, blastRadius } from '../chains.ts';
import { effectOf, malformedInChains, touchedServices, unreadInChains } from '../effect.ts';
import { readRawUse } from '../raw-use.ts';
import { type Check, day, fails, holds, notProven, type Outcome, type ProofSubject } from '../subject.ts';

/** An SCP that was not read may deny or allow anything: then no comparison of before and after holds. */
function failsUnread(subject: ProofSubject): Outcome | null {
  const unread = unreadInChains(subject).map(({ id, name }) => `${name} (${id})`);
  return unread.length > 0 ? fails(`the text of ${list(unread)} was not read`) : null;
}

/** For every account: the services meant to be denied are denied afterwards, some of them not before, and no other service stands otherwise than before. */
export const onlyIntendedDenied: Check = {
  name: 'only-intended-denied',
  check: (subject) => {
    const { edit } = subject;
    const difference = baseDifference(subject);
    if (difference) return fails(difference.detail);
    const unread = failsUnread(subject);
    if (unread) return unread;
    const effects = effectOf(subject);
    const meant = new Set(edit.services);
    for (const effect of effects) {
      const example = subject.tree.accounts[effect.accounts[0] ?? 0]?.id;
      if (effect.missed.length > 0)
        return fails(`${list(effect.missed)} would still be allowed in account ${example}`);
      const others = effect.changed.filter((namespace) => !meant.has(namespace));
      if (others.length > 0) return fails(`${list(others)} would change as well in account ${example}`);
    }
    if (isAsBefore(subject) && effects.length > 0 && effects.every(({ changed }) => changed.length === 0))
      return fails(`the edit changes nothing: ${list(edit.services)} stand as before in every account`);
    const compared =
      `before and after compared for ${counted(blastRadius(subject).length, 'account')} under ${counted(effects.length, 'distinct chain')} of SCPs: ` +
      `exactly ${list(edit.services)} ${edit.services.length === 1 ? 'is' : 'are'} denied`;
    const malformed = malformedInChains(subject).map(({ id, name }) => `${name} (${id})`);
    return malformed.length > 0
      ? notProven(`${compared}, but without ${list(malformed)}, whose text cannot be read as a policy`)
      : holds(compared);
  },
};

/** Nothing that the edit denies, meant or not, was used since the cut-off by any account of the blast radius, nor another namespace of the same product. */
export const nothingUsedDenied: Check = {
  name: 'nothing-used-denied',
  check: (subject) => {
    const unread = failsUnread(subject);
    if (unread) return unread;
    const denied = deniedAccounts(subject);
    for (const [service, groups] of denied) {
      const used = useAmong(subject, service, groups);
      if (used !== null) return fails(used);
    }
    for (const [service, groups] of denied) {
      for (const member of familyOf(service)) {
        const used = denied.has(member) ? null : useOfFamily(subject, member, groups);
        if (used !== null) return fails(`${used}, and ${member} belongs to the same product as ${service}`);
      }
    }
    const { services } = subject.edit;
    return holds(
      `no account of ${blastRadius(subject).length} used ${list(services)} since ${day(subject.cutOff)} (${subject.thresholdDays} days)${orSinceJoining(subject)}`,
    );
  },
};

type Groups = readonly (readonly number[])[];

function firstOf(groups: Groups, is: (index: number) => boolean): number | undefined {
  for (const indexes of groups) for (const index of indexes) if (is(index)) return index;
  return undefined;
}

/** Which of these accounts used a service, or cannot be shown not to have, in words; null: none. */
function useAmong(subject: ProofSubject, service: string, groups: Groups): string | null {
  const { accounts } = subject.tree;
  const use = readRawUse(subject, service);
  if (use.is === 'unused-by-all') return null;
  const { covered, unused, usedAt } = use;
  // Who used it is worth more to a reader than who cannot be shown not to have.
  const user = usedAt.size === 0 ? undefined : firstOf(groups, (index) => usedAt.has(index));
  if (user !== undefined)
    return `account ${accounts[user]?.id} used ${service} on ${day(usedAt.get(user) ?? 0)}`;
  const unproven = firstOf(groups, (index) => unused[index] !== 1);
  if (unproven === undefined) return null;
  const why = covered[unproven] === 1 ? 'cannot be shown not to have used' : 'has no report row for';
  return `account ${accounts[unproven]?.id} ${why} ${service} since ${day(subject.cutOff)}`;
}

/** The same of another namespace of a product, which accounts without a row of it cannot use: that they have none says nothing against them. */
function useOfFamily(subject: ProofSubject, member: string, groups: Groups): string | null {
  const use = readRawUse(subject, member);
  if (use.is === 'unused-by-all') return null;
  const { covered, unusedBeforeMoves, usedAt } = use;
  const listed = groups.map((indexes) =>
    indexes.filter((index) => covered[index] === 1 || usedAt.has(index)),
  );
  const open = firstOf(listed, (index) => usedAt.has(index) || unusedBeforeMoves[index] !== 1);
  if (open === undefined) return null;
  const used = useAmong(subject, member, listed);
  const { id } = subject.tree.accounts[open] ?? {};
  return used ?? `account ${id} moved and cannot be shown not to have used ${member} before`;
}

/** For how long it is known of accounts that were no members at the cut-off. */
function orSinceJoining(subject: ProofSubject): string {
  const { cutOff } = subject;
  const young = accountsReached(subject).filter(({ joinedAt }) => joinedAt > cutOff);
  const joined = young.map(({ id, joinedAt }) => `${id} on ${day(joinedAt)}`);
  return joined.length === 0 ? '' : `, or since it joined: ${list(joined)}`;
}

/** No protected service is touched. */
export const protectedUntouched: Check = {
  name: 'protected-untouched',
  check: (subject) => {
    const { protectedServices } = subject.configuration;
    const settings = { ...protectedServices, trustedServicePrincipals: subject.trustedServicePrincipals };
    for (const service of touchedServices(subject)) {
      const protection = protectionOf(service, settings);
      if (protection) return fails(`${service} is protected: ${protection.reason}`);
    }
    const trusted = subject.trustedServicePrincipals;
    if (trusted === null)
      return notProven(
        'none of the services is protected by the table or the configuration; services with trusted access could not be read ' +
          '(organizations:ListAWSServiceAccessForOrganization), and each of these is protected too',
      );
    return holds(
      `none of the services is protected; ${counted(trusted.length, 'service principal')} with trusted access read`,
    );
  },
};

/** No exemption holds for a denied service anywhere in the blast radius, and each that is in force can hold somewhere. */
export const exemptionsRespected: Check = {
  name: 'exemptions-respected',
  check: (subject) => {
    const { configuration, readAt, tree } = subject;
    const active = activeExemptions(tree, configuration.exemptions, Math.min(subject.asOf, readAt));
    if (active.length === 0) return holds('no exemption holds');
    for (const service of touchedServices(subject)) {
      for (const target of targetsReached(subject)) {
        const exemption = tree.entities.has(target.id) ? exemptionOf(tree, active, target.id, service) : null;
        if (exemption)
          return fails(
            `${service} is exempt at ${exemption.entity} until ${exemption.until} (${exemption.owner})`,
          );
      }
    }
    const known = knownServices(subject.reports, subject.namespacesSeen);
    const withoutEffect = active.flatMap((exemption) => exemptionWithoutEffect(exemption, known));
    if (withoutEffect.length > 0)
      return notProven(`exemptions without effect: ${list(withoutEffect.map(({ detail }) => detail))}`);
    return holds(`${counted(active.length, 'exemption')} in force; none covers these services here`);
  },
};

/** Whether the SCP still is as the edit takes it to be. One that means the text after, or bears the name of a new one, may be what an earlier attempt wrote. */
function isAsBefore({ edit, policies }: ProofSubject): boolean {
  return edit.policyId === null
    ? policies.every(({ name }) => name !== edit.policyName)
    : policies.every(({ id, text }) => id !== edit.policyId || text === edit.before);
}

/** The accounts that lose each service or are meant to, by the SCPs they live under. */
function deniedAccounts(subject: ProofSubject): ReadonlyMap<string, readonly (readonly number[])[]> {
  const denied = new Map<string, (readonly number[])[]>();
  // Chains that stand alike have one list of services.
  const lists = new Map<readonly string[], ReadonlySet<string>>();
  for (const { accounts, changed } of effectOf(subject)) {
    const services = lists.get(changed) ?? new Set([...changed, ...subject.edit.services]);
    lists.set(changed, services);
    for (const service of services) listAt(denied, service).push(accounts);
  }
  return denied;
}
