import { dayMilliseconds } from '../base/limits.ts';
import { accountsBelow, type Entity, entityOf } from '../organization/organization.ts';
import { deniedEverywhere, type PolicyIndex, standingAt } from '../policy/policy-index.ts';
import { serviceCatalogue } from '../policy/service-catalogue.ts';
import { familyOf } from '../policy/service-families.ts';
import type { ServiceRow } from './access-report.ts';
import { allowedLately, isMostlyAllowedLately, latelyNote, latelyWords } from './allowed-lately.ts';
import { childrenToJudge, type DetectionRequest, protectionIn, type Walk } from './detection-walk.ts';
import { activeExemptions, exemptionOf } from './exemptions.ts';
import type { Finding } from './finding.ts';
import { findingId } from './finding-id.ts';
import { invitedLately, invitedWords } from './invited-lately.ts';
import { judgeableBelow } from './judgeable.ts';
import type { Knowledge } from './knowledge.ts';
import { seasonAt, seasonWords } from './season.ts';
import { useOf } from './use.ts';
import { isNeverOpen, wasListedLately } from './waiting.ts';
import { worthOf } from './worth.ts';

/** What the reports so far decide, and what they leave open. */
export interface Detection {
  readonly findings: readonly Finding[];
  /** Services still undecided, by entity that could be asked; an entity about which nothing at all is known counts `Infinity`. */
  readonly openQuestions: ReadonlyMap<string, number>;
  /** What their reports are worth: how many pairs of account and service each can be expected to decide. */
  readonly worth: ReadonlyMap<string, number>;
}

/** Walks the scope from the top. A service that is unused at an entity is a finding there, one that is used is looked for below, one that is undecided is an open question. */
export function detect(knowledge: Knowledge, policyIndex: PolicyIndex, request: DetectionRequest): Detection {
  const walk: Walk = {
    knowledge,
    policyIndex,
    request,
    allowed: { knowledge, policyIndex, allowedBefore: request.allowedBefore, asOf: request.asOf },
    exemptions: activeExemptions(knowledge.tree, request.configuration.exemptions, request.asOf),
    denied: new Map(),
    protections: new Map(),
    youngAccounts: new Map(),
    findings: [],
    openQuestions: new Map(),
    worth: new Map(),
  };
  visit(walk, entityOf(knowledge.tree, request.scopeId), 'every service');
  return walk;
}

function visit(walk: Walk, entity: Entity, reached: readonly string[] | 'every service'): void {
  if (judgeableBelow(walk.knowledge, entity) === 0) return;
  const own = walk.knowledge.reports.get(entity.id);
  if (reached === 'every service' && !own) {
    walk.openQuestions.set(entity.id, Number.POSITIVE_INFINITY);
    walk.worth.set(entity.id, Number.POSITIVE_INFINITY);
    return;
  }
  if (reached === 'every service' && own?.status === 'failed') {
    for (const child of childrenToJudge(walk, entity)) visit(walk, child, reached);
    return;
  }
  const services = reached === 'every service' ? [...walk.knowledge.serviceNames.keys()].sort() : reached;
  const { below, undecided } = judgeServices(walk, entity, services);
  if (undecided.length > 0 && !own) {
    const judged = (one: Entity): number => judgeableBelow(walk.knowledge, one);
    walk.openQuestions.set(entity.id, undecided.length);
    walk.worth.set(
      entity.id,
      worthOf({ ...walk.request, knowledge: walk.knowledge, judged }, entity, undecided),
    );
  }
  if (below.length === 0) return;
  for (const child of childrenToJudge(walk, entity)) visit(walk, child, below);
}

/** Adds the findings of an entity; answers which services are looked for below it, and which nothing decides yet. */
function judgeServices(walk: Walk, entity: Entity, services: readonly string[]) {
  const wasAsked = walk.knowledge.reports.has(entity.id);
  const below: string[] = [];
  const undecided: string[] = [];
  const wasListed = wasListedLately(walk.request, entity);
  const waits = (service: string): boolean => wasListed && isNeverOpen(walk, entity, service);
  for (const service of services) {
    if (isDenied(walk, service, entity)) continue;
    const use = useOf(walk.knowledge, entity.id, service);
    if (use.kind === 'not-listed') continue;
    if (use.kind === 'unused' && use.row) {
      const status = statusOf(walk, entity, use.row);
      if (isOpenInPartOnly(walk, entity, use.row, status)) below.push(service);
      else addFinding(walk, entity, use.row, status);
    } else if (use.kind === 'unknown' && use.ask.length > 0) askAccounts(walk, entity, use.ask);
    else if (use.kind === 'used' || (use.kind === 'unknown' && wasAsked)) below.push(service);
    else if (!waits(service)) undecided.push(service);
  }
  return { below, undecided };
}

/** The accounts that moved decide about a service at the entity together. */
function askAccounts(walk: Walk, entity: Entity, accountIds: readonly string[]): void {
  const worth = judgeableBelow(walk.knowledge, entity) / accountIds.length;
  for (const id of accountIds) {
    walk.openQuestions.set(id, (walk.openQuestions.get(id) ?? 0) + 1);
    walk.worth.set(id, (walk.worth.get(id) ?? 0) + worth);
  }
}

/** Denied is read from the SCPs before use is looked at: attempts that were denied count as use in AWS's reports. */
function isDenied(walk: Walk, service: string, entity: Entity): boolean {
  const known = walk.denied.get(service) ?? deniedEverywhere(walk.policyIndex, service);
  walk.denied.set(service, known);
  return known(entity);
}

function addFinding(walk: Walk, entity: Entity, row: ServiceRow, status: Status): void {
  const { knowledge, request } = walk;
  const kind = row.lastAccessedAt === null ? 'never-used' : 'lapsed';
  if (!request.kinds.includes(kind)) return;
  // An entity that was not asked itself may hide the row with its own SCPs: then AWS would not list the service there.
  const wasAsked = knowledge.reports.get(entity.id)?.status === 'completed';
  if (!wasAsked && !standingAt(walk.policyIndex, entity.id, row.serviceNamespace).listed) return;
  walk.findings.push({
    id: findingId(knowledge.tree.id, entity.id, row.serviceNamespace),
    kind,
    entityId: entity.id,
    entityPath: entity.path,
    serviceNamespace: row.serviceNamespace,
    serviceName: row.serviceName,
    lastAccessedAt: row.lastAccessedAt,
    daysUnused:
      row.lastAccessedAt === null ? null : Math.floor((request.asOf - row.lastAccessedAt) / dayMilliseconds),
    lastAccessedBy: row.lastAccessedBy,
    lastAccessedRegion: row.lastAccessedAt === null ? null : row.lastAccessedRegion,
    accountsEverUsed: row.accountsEverUsed,
    accounts: entity.endAccount - entity.firstAccount,
    youngAccounts: youngAccountsOf(walk, entity),
    ...status,
  });
}

/**
 * Whether a service is held or exempt here, and not in some part that is judged by itself: it is looked for below.
 * So one account that is exempt, young, seasonal or a user of the same product holds its own part, not the whole tree.
 */
function isOpenInPartOnly(walk: Walk, entity: Entity, row: ServiceRow, { status }: Status): boolean {
  if (status !== 'held' && status !== 'exempt') return false;
  return childrenToJudge(walk, entity).some((part) => isOpenSomewhere(walk, part, row));
}

function isOpenSomewhere(walk: Walk, part: Entity, above: ServiceRow): boolean {
  const service = above.serviceNamespace;
  const use = isDenied(walk, service, part) ? null : useOf(walk.knowledge, part.id, service);
  if (use?.kind !== 'unused') return false;
  const row = use.row ?? above;
  const status = statusOf(walk, part, row);
  return status.status === 'open' || isOpenInPartOnly(walk, part, row, status);
}

/** The same list for every finding of an entity. */
function youngAccountsOf({ knowledge, youngAccounts }: Walk, entity: Entity): readonly string[] {
  const young =
    youngAccounts.get(entity.id) ??
    accountsBelow(knowledge.tree, entity.id)
      .filter((account) => account.joinedAt >= knowledge.cutOff)
      .map((account) => account.id);
  youngAccounts.set(entity.id, young);
  return young;
}

type Status = Pick<Finding, 'status' | 'reason' | 'note'>;

const open: Status = { status: 'open' };

function statusOf(walk: Walk, entity: Entity, row: ServiceRow): Status {
  const { knowledge, request } = walk;
  const service = row.serviceNamespace;
  const protection = protectionIn(walk, service);
  if (protection) return { status: 'protected', note: protection.reason };

  const exemption = exemptionOf(knowledge.tree, walk.exemptions, entity.id, service);
  if (exemption)
    return { status: 'exempt', note: `${exemption.reason} (${exemption.owner}, until ${exemption.until})` };

  const invited = invitedLately(knowledge, entity);
  if (invited !== null) {
    const note = invitedWords(invited, knowledge, request.asOf);
    return { status: 'held', reason: 'YOUNG_ACCOUNTS', note };
  }
  if (!serviceCatalogue.hadBy(service, knowledge.cutOff) && !request.namespacesSeenBefore.has(service)) {
    const note = serviceCatalogue.has(service)
      ? 'AWS has it since after the cut-off: not in a catalogue, nor in a review, that is older than the threshold'
      : `first seen: not in the catalogue of ${serviceCatalogue.date} nor in a review older than the threshold`;
    return { status: 'held', reason: 'NEW_SERVICE', note };
  }
  for (const member of familyOf(service)) {
    const use = useOf(knowledge, entity.id, member);
    const isListed = knowledge.serviceNames.has(member);
    if (use.kind === 'used' || (use.kind === 'unknown' && isListed)) {
      const how = use.kind === 'used' ? 'is in use' : 'is not known to be unused';
      return {
        status: 'held',
        reason: 'FAMILY_IN_USE',
        note: `${member} belongs to the same product and ${how} here`,
      };
    }
  }
  const season = seasonAt(knowledge.seasons, knowledge.tree, { entityId: entity.id, row, service });
  if (season) return { status: 'held', reason: 'SEASONAL', note: seasonWords(season) };
  const facts = walk.allowed;
  const lately = allowedLately(facts, entity, service);
  const holdsSome = request.configuration.youngAccounts === 'hold' && lately.length > 0;
  if (holdsSome || isMostlyAllowedLately(facts, entity, service))
    return { status: 'held', reason: 'NEWLY_ALLOWED', note: latelyWords(lately, facts) };
  const young = request.configuration.youngAccounts === 'hold' ? youngAccountsOf(walk, entity).length : 0;
  if (young > 0) {
    const note = `${young} accounts joined within the threshold`;
    return { status: 'held', reason: 'YOUNG_ACCOUNTS', note };
  }
  return lately.length > 0 ? { status: 'open', note: latelyNote(lately, facts) } : open;
}
