import type { Configuration } from '../base/configuration.ts';
import { foldedName } from '../base/folded-name.ts';
import { globMatches } from '../base/matching.ts';
import { foldedPrincipal, roleOfSession } from '../base/principal-arn.ts';
import { quoted } from '../base/quoted.ts';
import { approverOf } from '../change/life/principals.ts';
import {
  activeExemptions,
  exemptionWithoutEffect,
  isInsideAccounts,
  matchesGlob,
} from '../finding/exemptions.ts';
import { knownServices, unknownService } from '../finding/known-services.ts';
import { chainOf, type Entity, type OrganizationTree } from '../organization/organization.ts';
import { principalOfNobody } from '../policy/exempt-principals.ts';
import type { ReviewFacts } from './review-facts.ts';

/** A setting that has no effect on this organization: its key in the configuration, its value, and why with the way out. */
export interface SettingWithoutEffect {
  readonly key: string;
  readonly value: string;
  readonly detail: string;
}

/** Where settings are looked at. */
export type SettingFacts = Pick<
  ReviewFacts,
  'decidedExemptions' | 'partition' | 'policies' | 'reports' | 'startedWith' | 'tree'
>;

/** Every setting that has no effect on this organization at an instant (epoch ms), in the order of the configuration's keys. */
export function settingsWithoutEffect(
  configuration: Configuration,
  snapshot: SettingFacts,
  at: number,
): readonly SettingWithoutEffect[] {
  return [
    ...unknownScope(configuration, snapshot.tree),
    ...unknownServices(configuration, snapshot),
    ...idleExemptions(configuration, snapshot, at),
    ...principalsOfNobody(configuration, snapshot),
    ...patternsOfNoPolicy(configuration, snapshot),
    ...principalsSpelledOtherwise(configuration, snapshot),
    ...scopesOfNobody(configuration, snapshot.tree),
    ...approvalsOfNobody(configuration),
    ...channelsOfNobody(configuration, snapshot.tree),
  ];
}

function unknownScope({ scope }: Configuration, tree: OrganizationTree): readonly SettingWithoutEffect[] {
  if (scope === null || tree.entities.has(scope)) return [];
  return [{ key: 'scope', value: scope, detail: noEntity(scope, tree) }];
}

function unknownServices(
  { identities: { keepServices }, protectedServices: { add, remove } }: Configuration,
  { reports }: SettingFacts,
): readonly SettingWithoutEffect[] {
  const known = knownServices(reports);
  const named = [
    ...add.map((value, index) => ({ key: `protectedServices.add.${index}`, value })),
    ...remove.map(({ service }, index) => ({
      key: `protectedServices.remove.${index}.service`,
      value: service,
    })),
    ...keepServices.map((value, index) => ({ key: `identities.keepServices.${index}`, value })),
  ];
  return named
    .filter(({ value }) => !known.has(value))
    .map(({ key, value }) => ({ key, value, detail: unknownService(value, known) }));
}

function idleExemptions(
  { exemptions }: Configuration,
  { decidedExemptions = [], partition, reports, tree }: SettingFacts,
  at: number,
): readonly SettingWithoutEffect[] {
  const known = knownServices(reports);
  return exemptions.flatMap((exemption, index) => {
    const isDecided = decidedExemptions.includes(exemption);
    const key = isDecided ? `exemption decided by ${exemption.owner}` : `exemptions.${index}`;
    const [active] = activeExemptions(tree, [exemption], at);
    const ofNobody = isInsideAccounts(exemption)
      ? principalOfNobody(exemption.entity, tree, partition)
      : null;
    if (active && ofNobody !== null)
      return [{ key: `${key}.entity`, value: exemption.entity, detail: ofNobody }];
    if (active)
      return exemptionWithoutEffect(active, known).map(({ detail, part }) => ({
        key: isDecided ? key : `${key}.${part}`,
        value: exemption[part],
        detail,
      }));
    // What people decided on ends by itself; what stands in the file has to be taken out.
    if (isDecided) return [];
    const detail = `the exemption of ${exemption.service} at ${exemption.entity} has ended: renew it or take it out`;
    return [{ key: `${key}.until`, value: exemption.until, detail }];
  });
}

function principalsOfNobody(
  { breakGlass, exemptPrincipals }: Configuration,
  { partition, tree }: SettingFacts,
): readonly SettingWithoutEffect[] {
  return Object.entries({ exemptPrincipals, breakGlass }).flatMap(([key, principals]) =>
    principals.flatMap((value, index) => {
      const detail = principalOfNobody(value, tree, partition);
      return detail === null ? [] : [{ key: `${key}.${index}`, value, detail }];
    }),
  );
}

function patternsOfNoPolicy(
  { editablePolicies, foreignPolicies }: Configuration,
  { policies }: SettingFacts,
): readonly SettingWithoutEffect[] {
  const matchers = [
    ['editablePolicies', editablePolicies, matchesGlob],
    ['foreignPolicies', foreignPolicies, globMatches],
  ] as const;
  return matchers.flatMap(([key, patterns, matches]) =>
    patterns.flatMap((value, index) => {
      if (/^\*+$/.test(value)) return [];
      if (policies.some(({ id, name }) => matches(value, name) || matches(value, id))) return [];
      const detail = `no SCP of this organization has the name or id ${quoted(value)}, and letter case counts`;
      return [{ key: `${key}.${index}`, value, detail }];
    }),
  );
}

/** Only a caller shows how AWS spells a principal: whoever started this review is nobody to the routes that need AWS credentials. */
function principalsSpelledOtherwise(
  { approvers }: Configuration,
  { startedWith }: SettingFacts,
): readonly SettingWithoutEffect[] {
  if (startedWith === undefined || approverOf(approvers, startedWith) !== null) return [];
  const caller = [startedWith, roleOfSession(startedWith)].map(foldedPrincipal);
  return approvers.flatMap(({ principals = [] }, approver) =>
    principals.flatMap((value, index) => {
      if (!caller.includes(foldedPrincipal(value))) return [];
      const detail = `AWS calls this principal ${startedWith}: the letter case or the path differs, so it may not act with AWS credentials; write it as AWS does`;
      return [{ key: `approvers.${approver}.principals.${index}`, value, detail }];
    }),
  );
}

function scopesOfNobody(
  { approvers }: Configuration,
  tree: OrganizationTree,
): readonly SettingWithoutEffect[] {
  const paths = new Set([...tree.entities.values()].map(({ path }) => path));
  return approvers.flatMap(({ scopes = [] }, approver) =>
    scopes.flatMap((value, index) => {
      if (paths.has(value) || tree.entities.has(value) || value === tree.id) return [];
      return [{ key: `approvers.${approver}.scopes.${index}`, value, detail: noEntity(value, tree) }];
    }),
  );
}

function approvalsOfNobody({ approvers, highRisk }: Configuration): readonly SettingWithoutEffect[] {
  if (approvers.length === 0 || highRisk.approvals <= approvers.length) return [];
  const detail = `there ${approvers.length === 1 ? 'is 1 approver' : `are ${approvers.length} approvers`}: a change of high risk can never be approved; add approvers or ask for fewer approvals`;
  return [{ key: 'highRisk.approvals', value: String(highRisk.approvals), detail }];
}

function channelsOfNobody(
  { approvers, slack }: Configuration,
  tree: OrganizationTree,
): readonly SettingWithoutEffect[] {
  const ids = new Set(approvers.map(({ id }) => id));
  const keys = Object.keys(slack?.channels ?? {}).filter((key) => !ids.has(key) && !tree.entities.has(key));
  if (keys.length === 0) return [];
  const names = new Set([...tree.entities.values()].flatMap((entity) => namesOf(entity, tree)));
  return keys
    .filter((key) => !names.has(foldedName(key)))
    .map((value) => ({
      key: `slack.channels.${value}`,
      value,
      detail: `neither an approver nor a root, OU or account has the id or name ${quoted(value)}`,
    }));
}

/** How an entity is called: its name alone, and with the names of those above it. */
function namesOf(entity: Entity, tree: OrganizationTree): readonly string[] {
  const names = chainOf(tree, entity.id).map(({ name }) => foldedName(name));
  return names.map((_, index) => names.slice(index).join(' / '));
}

/** The scopes of approvers and of reviews are ids and paths: what is a name gets its id as a hint. */
function noEntity(value: string, tree: OrganizationTree): string {
  const named = [...tree.entities.values()].filter(({ name }) => foldedName(name) === foldedName(value));
  const hint = named.length === 0 ? '' : `; write ${named.map(({ id }) => id).join(' or ')}`;
  return `no root, OU or account of this organization has the id or path ${quoted(value)}${hint}`;
}
