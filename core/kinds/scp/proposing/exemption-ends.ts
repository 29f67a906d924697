import type { Configuration } from '../../../base/configuration.ts';
import { accessReportLimits, dayMilliseconds } from '../../../base/limits.ts';
import { globMatches } from '../../../base/matching.ts';
import { principalReach } from '../../../base/principal-pattern.ts';
import type { RefusalCode } from '../../../base/refusal.ts';
import { longestAgainst } from '../../../change/deciding/exemption-days.ts';
import {
  decisionAgainst,
  type Rests,
  type Suppression,
  unanswered,
} from '../../../change/deciding/suppression.ts';
import type { ChangeEvent } from '../../../change/life/events.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import type { AccessReport } from '../../../finding/access-report.ts';
import { type Spend, spendWords, spentOn } from '../../../finding/spend.ts';
import type { RegionReadings } from '../../../organization/enabled-regions.ts';
import { type OrganizationTree, shownName } from '../../../organization/organization.ts';
import { regionCoverage } from '../../../organization/region-coverage.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { exemptPrincipalsOf } from '../../../policy/exempt-principals.ts';
import type { ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import { isFreeOf } from '../../../proof/give-back.ts';
import { day } from '../../../proof/subject.ts';
import type { StandingExemption } from '../../standing-exemption.ts';
import { isEndOfExemption } from '../ours/intents.ts';
import { policyIdOf } from '../ours/own-policy.ts';

/** What people decided against the end of exemptions that these changes gave. */
export interface KeptExemption extends Pick<Suppression, 'until' | 'why'> {
  readonly policyId: string;
  /** Ids of the give-backs. */
  readonly of: readonly string[];
}

/** What tells whether an exemption is over. */
export interface EndFacts {
  readonly tree: OrganizationTree;
  readonly policies: readonly ServiceControlPolicy[];
  readonly reports: readonly AccessReport[];
  readonly configuration: Pick<
    Configuration,
    'breakGlass' | 'exemptPrincipals' | 'requireProven' | 'sources'
  >;
  /** The partition of the organization; absent: not known. */
  readonly partition?: string | undefined;
  /** Which Regions accounts may use, and what they spend, as far as they were asked about. */
  readonly regions?: RegionReadings | undefined;
  readonly spend?: Spend | undefined;
  readonly kept: readonly KeptExemption[];
  /** Epoch milliseconds. */
  readonly asOf: number;
}

/**
 * What is to become of an exemption. It `stands`, is `gone` from the SCP already, is `kept` by people or the configuration, or
 * is `due` to be taken out. `ask`: the report of its account is needed. `held`: it was used meanwhile, or nobody knows.
 */
export type EndVerdict =
  | { readonly verdict: 'stands' | 'due' }
  | { readonly verdict: 'gone'; readonly why: string }
  /** `DEFERRED`: by people, for a time. */
  | { readonly verdict: 'kept'; readonly why: string; readonly code?: 'DEFERRED' }
  | { readonly verdict: 'ask'; readonly accountId: string; readonly why: string }
  | { readonly verdict: 'held'; readonly code: RefusalCode; readonly why: string };

/** From when on an exemption counts as over (epoch ms): use right before its end shows in AWS's data by then, and no clock is so far off. */
function overFrom({ endsAt }: Pick<StandingExemption, 'endsAt'>): number {
  return endsAt + accessReportLimits.lagMilliseconds;
}

/** Judges one exemption by what a review read. */
export function judgeEnd(exemption: StandingExemption, facts: EndFacts): EndVerdict {
  const { asOf, configuration, kept, policies, tree } = facts;
  const { changeId, policyId, principal, service } = exemption;
  if (asOf < overFrom(exemption)) return { verdict: 'stands' };
  const policy = policies.find(({ id }) => id === policyId);
  if (!policy || policy.targets.length === 0)
    return { verdict: 'gone', why: `the SCP ${policyId} is attached nowhere any more` };
  const parsed = policy.text === null ? null : parsePolicy(policy.text);
  if (parsed === null || !parsed.ok)
    return { verdict: 'held', code: 'EVIDENCE_MISSING', why: `the text of ${policy.name} is not known` };
  if (!isFreeOf(parsed.value, service, principal))
    return { verdict: 'gone', why: `${policy.name} leaves ${principal} free of no denial of ${service}` };
  if (exemptPrincipalsOf(configuration).some((pattern) => globMatches(pattern, principal)))
    return { verdict: 'kept', why: 'the configuration exempts it by now' };
  const decided = kept.find(
    (each) => each.policyId === policyId && each.of.includes(changeId) && each.until > asOf,
  );
  if (decided)
    return { verdict: 'kept', code: 'DEFERRED', why: `${decided.why}, until ${day(decided.until)}` };
  const { account } = principalReach(principal);
  // Whoever left the organization is bound by none of its SCPs.
  if (!tree.entities.has(account)) return { verdict: 'due' };
  return judgeUse(exemption, account, facts);
}

/** By AWS's reports, which name an account and never a principal, and count denied attempts as use. */
function judgeUse(exemption: StandingExemption, accountId: string, facts: EndFacts): EndVerdict {
  const { givenAt, service } = exemption;
  const { reports, tree } = facts;
  const entity = tree.entities.get(accountId);
  const name = entity ? `${shownName(entity)} (${accountId})` : accountId;
  const report = reports.find((each) => each.entityId === accountId);
  const missing = (why: string): EndVerdict => ({ verdict: 'held', code: 'EVIDENCE_MISSING', why });
  if (!report) return { verdict: 'ask', accountId, why: `${name} was not asked whether it used ${service}` };
  if (report.status === 'failed')
    return missing(`the report of ${name} is missing (${report.failure.code}: ${report.failure.message})`);
  const row = report.rows.get(service);
  if (!row) return missing(`AWS's report of ${name} does not list ${service}`);
  if (row.unreadable !== undefined)
    return missing(`the row of ${service} in AWS's report of ${name} cannot be read: ${row.unreadable}`);
  if (row.lastAccessedAt === null || row.lastAccessedAt < givenAt)
    return whyUseMayNotShow(accountId, exemption, facts) ?? { verdict: 'due' };
  return {
    verdict: 'held',
    code: 'EXEMPTION_IN_USE',
    why: `${name} used ${service} on ${day(row.lastAccessedAt)}, since the exemption of ${day(givenAt)}; AWS names the account alone and counts denied attempts too`,
  };
}

/** As for every edit that denies somebody something: where use would not show in reports, none that shows says nothing. */
function whyUseMayNotShow(
  accountId: string,
  { givenAt, service }: StandingExemption,
  { partition, regions, spend }: EndFacts,
): EndVerdict | null {
  const { coverage, detail } = regionCoverage(partition, regions?.get(accountId), givenAt);
  if (coverage === 'not-whole') return { verdict: 'held', code: 'REGION_NOT_COVERED', why: detail };
  const row = spend === undefined ? null : spentOn(spend, accountId, service);
  if (spend === undefined || row === null) return null;
  const why = `${service} was not used, but ${accountId} shows ${spendWords(spend, row, service)}`;
  return { verdict: 'held', code: 'RUNNING_RESOURCES', why };
}

const decidesAgainst: ReadonlySet<ChangeEvent['type']> = new Set([
  'rejected',
  'snoozed',
  'cancelled',
  'expired',
  'rolled-back',
]);

/** What people decided against ends of exemptions, or left unanswered three times in a row. They rest as every decision does, and none longer than an exemption may last. */
export function keptExemptionsIn(records: readonly ChangeRecord[], rests: Rests): readonly KeptExemption[] {
  return records.flatMap((record) => {
    const { content } = record;
    const against = isEndOfExemption(content)
      ? (decisionAgainst(record, rests) ?? unanswered(record, rests))
      : null;
    const policyId = policyIdOf(record);
    if (against === null || policyId === null) return [];
    const decidedAt = record.history.findLast(({ type }) => decidesAgainst.has(type))?.at ?? against.until;
    const longest = decidedAt + longestAgainst(content) * dayMilliseconds;
    const until = Math.min(against.until, longest);
    return [{ why: against.why, until, policyId, of: (content.exemptions ?? []).map(({ of }) => of) }];
  });
}
