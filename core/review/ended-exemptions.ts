import { list } from '../base/counted.ts';
import { principalReach } from '../base/principal-pattern.ts';
import type { ChangeContent } from '../change/content/change.ts';
import type { Failure } from '../change/life/events.ts';
import { type JudgedExemption, judgeEnds } from '../kinds/scp/proposing/end-exemption.ts';
import type { EndFacts } from '../kinds/scp/proposing/exemption-ends.ts';
import { isWithin } from '../organization/organization.ts';
import { day } from '../proof/subject.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';

/** So many accounts of ended exemptions are asked in one review; the others wait. */
const mostAccounts = 20;

/** What an ended exemption is judged by: the reports that this review was given itself, since an older one may miss a use. */
export function endFactsOf(
  {
    keptExemptions: kept = [],
    partition,
    policies,
    regions,
    reports,
    reusedEntityIds,
    spend,
    tree,
  }: ReviewFacts,
  { asOf, configuration }: Pick<ReviewRequest, 'asOf' | 'configuration'>,
): EndFacts {
  const own = reports.filter(({ entityId }) => !reusedEntityIds?.has(entityId));
  return { tree, policies, reports: own, configuration, kept, asOf, partition, regions, spend };
}

/** What is to become of every exemption that has an end. */
export function endedExemptions(
  facts: ReviewFacts,
  request: Pick<ReviewRequest, 'asOf' | 'configuration'>,
): readonly JudgedExemption[] {
  return judgeEnds(facts.standingExemptions ?? [], endFactsOf(facts, request));
}

/** Whether the scope of a review holds whoever is exempt; one of an account that is gone, the whole organization alone. */
export function isInScope(
  { exemption }: JudgedExemption,
  { tree }: Pick<ReviewFacts, 'tree'>,
  { scopeId }: Pick<ReviewRequest, 'scopeId'>,
): boolean {
  const { account } = principalReach(exemption.principal);
  return tree.entities.has(account) ? isWithin(tree, account, scopeId) : scopeId.startsWith('r-');
}

/** The accounts whose reports tell whether an exemption that is over was used. */
export function accountsToAsk(
  facts: ReviewFacts,
  request: Pick<ReviewRequest, 'asOf' | 'configuration' | 'scopeId'>,
): readonly string[] {
  if (request.configuration.mode === 'observe') return [];
  const accounts = endedExemptions(facts, request).flatMap((ended) =>
    ended.judged.verdict === 'ask' && isInScope(ended, facts, request) ? ended.judged.accountId : [],
  );
  return [...new Set(accounts)].slice(0, mostAccounts);
}

/** The accounts of exemptions that are to be taken out, which sources are asked about as about those of every edit. */
export function accountsOfEnds(
  facts: ReviewFacts,
  request: Pick<ReviewRequest, 'asOf' | 'configuration' | 'scopeId'>,
): readonly string[] {
  if (request.configuration.mode === 'observe') return [];
  const accounts = endedExemptions(facts, request).flatMap((ended) => {
    const { account } = principalReach(ended.exemption.principal);
    const isDue = ended.judged.verdict === 'due' && isInScope(ended, facts, request);
    return isDue && facts.tree.entities.has(account) ? account : [];
  });
  return [...new Set(accounts)].sort();
}

/** Why a review no longer stands behind an open change that takes exemptions out and that it did not draft again, or null where it did not look at all of them. */
export function noLongerDue(
  { exemptions = [] }: Pick<ChangeContent, 'exemptions'>,
  ends: readonly JudgedExemption[],
): Failure | null {
  const why = new Set<string>();
  for (const { of, principals, services } of exemptions)
    for (const principal of principals)
      for (const service of services) {
        const end = ends.find(
          ({ exemption }) => exemption.principal === principal && exemption.service === service,
        );
        if (end?.judged.verdict === 'ask') return null;
        if (end === undefined) why.add(`the exemption of ${principal} (${of}) is none with an end any more`);
        else if ('why' in end.judged) why.add(end.judged.why);
        else if (end.judged.verdict === 'stands')
          why.add(`${principal} is exempt until ${day(end.exemption.endsAt)} by now`);
      }
  return {
    code: 'NO_LONGER_DUE',
    detail: why.size > 0 ? list([...why], 3) : 'another change takes out what has ended',
  };
}
