import type { Configuration } from '../../../base/configuration.ts';
import { isoDay } from '../../../base/iso-time.ts';
import { countsAmongFirst } from '../../../base/lists.ts';
import type { RefusalCode } from '../../../base/refusal.ts';
import { rememberedFor } from '../../../base/remembered.ts';
import { allowedLately, holdsAllowedLately, latelyWords } from '../../../finding/allowed-lately.ts';
import type { AllowedMemory } from '../../../finding/allowed-memory.ts';
import { type ActiveExemption, exemptionOf } from '../../../finding/exemptions.ts';
import { invitedLately, invitedWords } from '../../../finding/invited-lately.ts';
import { judgeableBelow } from '../../../finding/judgeable.ts';
import type { Knowledge } from '../../../finding/knowledge.ts';
import { seasonAt, seasonWords } from '../../../finding/season.ts';
import { type Spend, spendWords, spentOn } from '../../../finding/spend.ts';
import { useBelow } from '../../../finding/use.ts';
import {
  type RegionReadings,
  uncoveredBelow,
  uncoveredWords,
  untrackedPartition,
} from '../../../organization/enabled-regions.ts';
import { activeAccountsBelow, type Entity, nameWithId } from '../../../organization/organization.ts';
import { isTakenAt, type PolicyIndex } from '../../../policy/policy-index.ts';
import type { PolicyTarget } from '../../../policy/service-control-policy.ts';
import { familyOf } from '../../../policy/service-families.ts';
import type { TrailReading } from '../../../replay/trail-reading.ts';
import { calledBelow } from './called-below.ts';

/** Whether denying one service at one target harms nobody: `open` where a report is still to be asked: the target's own, or that of an account below it that moved. */
export type TargetSafety =
  | { readonly kind: 'safe' }
  | { readonly kind: 'open'; readonly ask: string }
  | { readonly kind: 'blocked'; readonly code: RefusalCode; readonly why: string };

/** What a judgement of a target rests on beside the service. */
export interface SafetyGiven {
  readonly knowledge: Knowledge;
  readonly exemptions: readonly ActiveExemption[];
  readonly policyIndex: PolicyIndex;
  /** What stored reviews saw SCPs keep out; undefined: there is none. */
  readonly allowedBefore?: AllowedMemory | undefined;
  /** Epoch milliseconds. */
  readonly asOf: number;
  /** The partition of the organization; undefined: not known. */
  readonly partition?: string | undefined;
  /** The Regions that accounts may use, as far as they were asked about. */
  readonly regions?: RegionReadings | undefined;
  /** What accounts spend, as far as they were asked about. */
  readonly spend?: Spend | undefined;
  /** What the organization's trail told of calls, as far as it was asked. */
  readonly trail?: readonly TrailReading[] | undefined;
  /** Whom every deny of ours leaves out. */
  readonly exemptPrincipals: readonly string[];
  readonly youngRule: Configuration['youngAccounts'];
}

const safe: TargetSafety = { kind: 'safe' };

/** Judges one service at one target of an SCP. A target that holds no member account never blocks. */
export function safetyAt(given: SafetyGiven, target: PolicyTarget, service: string): TargetSafety {
  const { exemptions, knowledge, youngRule } = given;
  const entity = knowledge.tree.entities.get(target.id);
  if (!entity) return missing(`${describe(target)} is not in the organization as read`);
  if (entity.firstAccount === entity.endAccount) return safe;

  const exemption = exemptionOf(knowledge.tree, exemptions, target.id, service);
  if (exemption) {
    const why = `${exemption.owner} exempted ${service} at ${exemption.entity} until ${exemption.until}: ${exemption.reason}`;
    return { kind: 'blocked', code: 'POLICY_NOT_RELEVANT', why };
  }
  const use = useBelow(knowledge, target.id, service);
  if (use.kind === 'used') {
    const by = use.account === null ? '' : ` by account ${withState(knowledge, use.account)}`;
    const why = `${describe(target)} used ${service} on ${isoDay(use.at)}${by}`;
    return { kind: 'blocked', code: 'USED_AT_TARGET', why };
  }
  const short = shortMembership(given, entity);
  if (short !== null) return { kind: 'blocked', code: 'YOUNG_ACCOUNTS', why: short };
  if (use.kind === 'not-listed')
    return missing(`the report does not list ${service} at ${describe(target)}, so its use there is unknown`);
  if (use.kind === 'unknown') return unknownAt(knowledge, target, service, use.ask);
  const season = seasonAt(knowledge.seasons, knowledge.tree, { entityId: target.id, row: use.row, service });
  if (season) {
    const why = `${service} at ${describe(target)}: ${seasonWords(season)}`;
    return { kind: 'blocked', code: 'SEASONAL', why };
  }
  const lately =
    youngRule === 'hold'
      ? allowedLately(given, entity, service)
      : (holdsAllowedLately(given, entity, service) ?? []);
  if (lately.length > 0) return { kind: 'blocked', code: 'NEWLY_ALLOWED', why: latelyWords(lately, given) };
  const unseen = uncoveredSafety(given, entity, service) ?? runningSafety(given, entity, service);
  if (unseen) return unseen;
  const called = calledBelow(given, entity, service);
  if (called !== null) return { kind: 'blocked', code: 'CALLED_AT_TARGET', why: called };
  return familySafety(knowledge, target, service);
}

/** The account that ends a path, with its state where it is not ACTIVE: its use counts all the same, since it may come back. */
function withState({ tree }: Knowledge, path: string): string {
  const id = path.split('/').at(-1) ?? path;
  const account = tree.accounts[tree.entities.get(id)?.firstAccount ?? -1];
  return account?.id !== id || account.state === 'ACTIVE' ? id : `${id}, which is ${account.state}`;
}

/** Why the accounts of a target were no members for long enough to tell that they need nothing, or null. */
function shortMembership({ asOf, knowledge, youngRule }: SafetyGiven, entity: Entity): string | null {
  const invited = invitedLately(knowledge, entity);
  if (invited !== null) return invitedWords(invited, knowledge, asOf);
  if (youngRule === 'hold' && holdsYoungAccount(knowledge, entity))
    return `${describe(entity)} holds an account that joined within the threshold`;
  if (judgeableBelow(knowledge, entity) > 0 || activeAccountsBelow(knowledge.tree, entity) === 0) return null;
  return `every account of ${describe(entity)} joined within the threshold, so nobody had the whole time to use anything`;
}

/** Blocked where an account that would lose the service pays for it, or uses it without paying: something may run. */
function runningSafety(
  { exemptPrincipals, knowledge: { tree }, policyIndex, spend }: SafetyGiven,
  entity: Entity,
  service: string,
): TargetSafety | null {
  if (spend === undefined || spend.rows.length === 0) return null;
  const running = tree.accounts.slice(entity.firstAccount, entity.endAccount).flatMap((account) => {
    const row = account.state === 'ACTIVE' ? spentOn(spend, account.id, service) : null;
    if (row === null || isTakenAt(policyIndex, account.id, service, exemptPrincipals)) return [];
    return `${nameWithId(account)} shows ${spendWords(spend, row, service)}`;
  });
  if (running.length === 0) return null;
  const more = running.length > 3 ? ` and ${running.length - 3} more accounts` : '';
  const why = `${service} was not used, but ${running.slice(0, 3).join('; ')}${more}`;
  return { kind: 'blocked', code: 'RUNNING_RESOURCES', why };
}

/** Blocked where use of the service would not show, unless nothing is taken there: it is denied already, and to the same people. */
function uncoveredSafety(
  { exemptPrincipals, knowledge: { cutOff, tree }, partition, policyIndex, regions }: SafetyGiven,
  entity: Entity,
  service: string,
): TargetSafety | null {
  const nowhere = untrackedPartition(partition);
  if (nowhere !== null)
    return { kind: 'blocked', code: 'REGION_NOT_COVERED', why: `${nowhere}: use does not show` };
  if (regions === undefined || regions.size === 0) return null;
  const uncovered = uncoveredBelow(tree, entity, regions, cutOff).filter(
    ({ account }) => !isTakenAt(policyIndex, account.id, service, exemptPrincipals),
  );
  if (uncovered.length === 0) return null;
  const why = `${uncovered.map(uncoveredWords).join('; ')}, of which AWS keeps no last-accessed data: use there does not show`;
  return { kind: 'blocked', code: 'REGION_NOT_COVERED', why };
}

function holdsYoungAccount(knowledge: Knowledge, { firstAccount, endAccount }: Entity): boolean {
  const young = youngAmongFirst(knowledge);
  return (young[endAccount] ?? 0) > (young[firstAccount] ?? 0);
}

/** How many of the first n accounts joined within the threshold, at index n. */
const youngAmongFirst = rememberedFor(({ cutOff, tree }: Knowledge) =>
  countsAmongFirst(tree.accounts, ({ joinedAt }) => joinedAt >= cutOff),
);

/** A person's words for a target. */
export function describe(target: Parameters<typeof nameWithId>[0]): string {
  return nameWithId(target);
}

function familySafety(knowledge: Knowledge, target: PolicyTarget, service: string): TargetSafety {
  for (const member of familyOf(service)) {
    if (!knowledge.serviceNames.has(member)) continue;
    const use = useBelow(knowledge, target.id, member);
    const ask = use.kind === 'unknown' ? toAsk(knowledge, target, use.ask) : undefined;
    if (ask !== undefined) return { kind: 'open', ask };
    if (use.kind === 'used' || use.kind === 'unknown') {
      const why = `${describe(target)} ${use.kind === 'used' ? 'uses' : 'may use'} ${member}, which belongs to the same product as ${service}`;
      return { kind: 'blocked', code: 'FAMILY_IN_USE', why };
    }
  }
  return safe;
}

function unknownAt(
  knowledge: Knowledge,
  target: PolicyTarget,
  service: string,
  moved: readonly string[],
): TargetSafety {
  const ask = toAsk(knowledge, target, moved);
  if (ask !== undefined) return { kind: 'open', ask };
  return missing(`there is no usable report of ${describe(target)} for ${service}`);
}

/** The entity whose report would decide next: an account that moved, or the target itself. */
function toAsk(knowledge: Knowledge, target: PolicyTarget, moved: readonly string[]): string | undefined {
  return [...moved, target.id].find((id) => !knowledge.reports.has(id));
}

function missing(why: string): TargetSafety {
  return { kind: 'blocked', code: 'EVIDENCE_MISSING', why };
}
