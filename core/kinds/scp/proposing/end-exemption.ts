import type { Configuration } from '../../../base/configuration.ts';
import { list } from '../../../base/counted.ts';
import { minuteUtc } from '../../../base/iso-time.ts';
import { dayMilliseconds } from '../../../base/limits.ts';
import { principalReach } from '../../../base/principal-pattern.ts';
import type { Refusal } from '../../../base/refusal.ts';
import type { ChangeContent, ExemptedPrincipals } from '../../../change/content/change.ts';
import { baseDigest, digested, endExemptionId } from '../../../change/content/digest.ts';
import { accountsBelowAny, lowestCommonEntity } from '../../../organization/organization.ts';
import { regionCoverage } from '../../../organization/region-coverage.ts';
import { exemptLess } from '../../../policy/deny-statement.ts';
import { exemptPrincipalsOf } from '../../../policy/exempt-principals.ts';
import type { ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import { whatIsPaid } from '../../../proof/checks/running-resources.ts';
import { proveEndExemption } from '../../../proof/end-exemption.ts';
import { day, fails, holds, notProvenOf, type Outcome } from '../../../proof/subject.ts';
import { type Certificate, nobodyAsked } from '../../../proof/verdict.ts';
import { riskFrom } from '../../risk-reasons.ts';
import type { StandingExemption } from '../../standing-exemption.ts';
import { affectedAccounts } from '../drafting/evidence.ts';
import { grouped, principalsByService } from '../ours/standing-exemptions.ts';
import { stepsFor } from '../ours/steps.ts';
import { type EndFacts, type EndVerdict, judgeEnd } from './exemption-ends.ts';

/** An exemption, and what is to become of it. */
export interface JudgedExemption {
  readonly exemption: StandingExemption;
  readonly judged: EndVerdict;
}

/** What of a review a proposal depends on. */
export interface EndRequest {
  readonly organizationId: string;
  readonly reviewId: string;
  readonly thresholdDays: number;
  readonly configuration: Configuration;
}

/** What a review makes of exemptions: changes that take out what is due, and why the rest is not. */
export interface DraftedEnds {
  readonly changes: readonly ChangeContent[];
  readonly refusals: readonly Refusal[];
}

/** Judges every exemption by what a review read. */
export function judgeEnds(
  standing: readonly StandingExemption[],
  facts: EndFacts,
): readonly JudgedExemption[] {
  return standing.map((exemption) => ({ exemption, judged: judgeEnd(exemption, facts) }));
}

/** One change an SCP, which takes out all that is due; a refusal for what is held, and where no change can be made. */
export function draftEnds(
  ends: readonly JudgedExemption[],
  facts: EndFacts,
  request: EndRequest,
): DraftedEnds {
  const changes: ChangeContent[] = [];
  const refusals = ends.flatMap(refusalOf);
  const due = ends.flatMap(({ exemption, judged }) => (judged.verdict === 'due' ? [exemption] : []));
  for (const policyId of new Set(due.map((exemption) => exemption.policyId))) {
    const policy = facts.policies.find(({ id }) => id === policyId);
    const its = due.filter((exemption) => exemption.policyId === policyId);
    if (!policy || policy.text === null) continue;
    const drafted = draftEnd(policy, policy.text, its, facts, request);
    if ('id' in drafted) changes.push(drafted);
    else refusals.push(drafted);
  }
  return { changes, refusals };
}

function draftEnd(
  policy: ServiceControlPolicy,
  before: string,
  due: readonly StandingExemption[],
  facts: EndFacts,
  { configuration, organizationId, reviewId, thresholdDays }: EndRequest,
): ChangeContent | Refusal {
  const { asOf, tree } = facts;
  const exemptions = grouped(due);
  const principalsOf = principalsByService(exemptions);
  const services = [...principalsOf.keys()].sort();
  const maximumCharacters = configuration.quotas.scpCharacters;
  const edited = exemptLess(before, { principalsOf, maximumCharacters });
  const common = { policyId: policy.id, services };
  if (!edited.ok) {
    const [{ code, detail }] = edited.reasons;
    const why = `${policy.name} keeps exemptions that have ended: ${detail}`;
    return { code: code === 'NO_CAPACITY' ? code : 'CERTIFICATE_FAILED', ...common, detail: why };
  }
  const targets = policy.targets.filter(({ id }) => tree.entities.has(id));
  const edit = {
    policyId: policy.id,
    policyName: policy.name,
    targets,
    services,
    before,
    after: edited.value.text,
  };
  const certificate = proveEndExemption({
    edit,
    principalsOf,
    exemptPrincipals: exemptPrincipalsOf(configuration),
    use: useOf(due, facts),
    regions: regionsOf(due, facts),
    paid: paidFor(due, facts),
    requireProven: configuration.requireProven,
  });
  const failed = certificate.checks.find(({ verdict }) => verdict === 'failed');
  if (failed) {
    const detail = `${policy.name} keeps exemptions that have ended: ${failed.name}: ${failed.detail}`;
    return { code: 'CERTIFICATE_FAILED', ...common, detail };
  }
  const targetIds = targets.map(({ id }) => id);
  const base = baseDigest(before, targetIds);
  const confirm = lowestCommonEntity(tree, targetIds);
  const exempted = new Set(due.map(({ principal }) => principalReach(principal).account));
  const accounts = accountsBelowAny(tree, targetIds).filter(({ id }) => exempted.has(id));
  const accountIds = accounts.map(({ id }) => id);
  return digested({
    id: endExemptionId(organizationId, policy.id, exemptions, base),
    revision: 1,
    organizationId,
    kind: 'scp',
    intent: 'end-exemption',
    exemptions,
    steps: stepsFor(edit, thresholdDays, undefined),
    targets,
    confirm: confirm.shortPath,
    confirmEntityId: confirm.id,
    services,
    accountIds,
    affectedAccounts: affectedAccounts(tree, accounts, asOf - thresholdDays * dayMilliseconds),
    evidence: [],
    certificate,
    risk: riskFrom([], certificate, []),
    thresholdDays,
    requiredApprovals: configuration.requiredApprovals,
    baseDigest: base,
    choice: exemptions.map(endedWords),
    findingIds: [],
    asOf,
    reviewId,
  });
}

/** Why an exemption is taken out, as a sentence without its end. */
function endedWords({ endsAt, of, principals, services }: ExemptedPrincipals): string {
  const when = endsAt === undefined ? '' : ` ended on ${day(endsAt)}`;
  return `The exemption of ${list(principals)} from the denial of ${list(services)} (${of})${when}`;
}

/** Whether everything that is to be taken out is due, by reports: what is not makes the proof fail. */
function useOf(due: readonly StandingExemption[], facts: EndFacts): Outcome {
  for (const exemption of due) {
    const judged = judgeEnd(exemption, facts);
    if (judged.verdict !== 'due') return fails('why' in judged ? judged.why : notOver(exemption));
  }
  return holds(
    "AWS's reports of the accounts of these principals show no use of these services since they were exempted",
  );
}

function notOver({ changeId, endsAt, principal, service }: StandingExemption): string {
  return `${principal} is exempt from the denial of ${service} until ${minuteUtc(endsAt)} by ${changeId}`;
}

/** Whether use shows in every Region that the accounts of these principals may use, by the one that is known least. */
function regionsOf(
  due: readonly StandingExemption[],
  { configuration, partition, regions, tree }: EndFacts,
): Outcome {
  const judged = due
    .map(({ givenAt, principal }) => ({ account: principalReach(principal).account, givenAt }))
    // Whoever left the organization is bound by none of its SCPs.
    .filter(({ account }) => tree.entities.has(account))
    .map(({ account, givenAt }) => {
      const reading = configuration.sources.regions ? regions?.get(account) : 'off';
      return { account, ...regionCoverage(partition, reading, givenAt) };
    });
  const [one] = judged;
  if (!one) return holds(nobodyAsked);
  const lets = judged.find(({ coverage }) => coverage === 'not-whole');
  if (lets) return fails(lets.detail);
  const unread = judged.filter(({ coverage }) => coverage === 'not-read');
  const [first] = unread;
  if (first) return notProvenOf(idsOf(unread), idsOf(judged), first.detail);
  return holds(one.detail);
}

function idsOf(judged: readonly { readonly account: string }[]): readonly string[] {
  return judged.map(({ account }) => account);
}

/** Whether the accounts of these principals pay for what these lose; null: nobody asks that. */
function paidFor(
  due: readonly StandingExemption[],
  { configuration: { requireProven, sources }, spend, tree }: EndFacts,
): Outcome | null {
  if (!sources.cost && !requireProven.includes('no-running-resources')) return null;
  const losing = tree.accounts.flatMap((account) => {
    const own = due.filter(({ principal }) => principalReach(principal).account === account.id);
    return own.length === 0 ? [] : [{ account, lost: [...new Set(own.map(({ service }) => service))] }];
  });
  return whatIsPaid(losing, { sources, spend, services: [...new Set(losing.flatMap(({ lost }) => lost))] });
}

/** The certificate of an edit that was proposed, by what is read now: every exemption that it takes out must still be due. */
export function proveEndAgain(
  edit: Parameters<typeof proveEndExemption>[0]['edit'],
  exemptions: readonly ExemptedPrincipals[],
  standing: readonly StandingExemption[],
  facts: EndFacts,
): Certificate {
  const principalsOf = principalsByService(exemptions);
  const its = standing.filter(({ policyId, principal, service }) => {
    return policyId === edit.policyId && principalsOf.get(service)?.includes(principal) === true;
  });
  const wanted = [...principalsOf.values()].flat().length;
  const use: Outcome =
    its.length < wanted
      ? fails(
          'some of what is taken out is no exemption with an end any more: it was taken out, or is given back without an end',
        )
      : useOf(its, facts);
  return proveEndExemption({
    edit,
    principalsOf,
    exemptPrincipals: exemptPrincipalsOf(facts.configuration),
    use,
    regions: regionsOf(its, facts),
    paid: paidFor(its, facts),
    requireProven: facts.configuration.requireProven,
  });
}

function refusalOf({ exemption, judged }: JudgedExemption): readonly Refusal[] {
  if (judged.verdict !== 'held' && judged.verdict !== 'ask' && judged.verdict !== 'kept') return [];
  const code = 'code' in judged ? judged.code : judged.verdict === 'ask' ? 'EVIDENCE_MISSING' : undefined;
  if (code === undefined) return [];
  const { changeId, endsAt, policyId, principal, service } = exemption;
  const detail = `the exemption of ${principal} (${changeId}) ended on ${day(endsAt)} and stays: ${judged.why}. Exempt it for longer, or give ${service} back`;
  return [{ code, policyId, services: [service], detail }];
}
