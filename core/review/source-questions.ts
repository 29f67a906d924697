import { accountLimits } from '../base/limits.ts';
import type { RegionReadings } from '../organization/enabled-regions.ts';
import { accountsBelow, type OrganizationTree } from '../organization/organization.ts';
import type { SourceQuestion } from './collection.ts';
import type { Judgement } from './judgement.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';

/**
 * What the configured sources are asked about the drafts as they are. Their answers may change the drafts, so this is asked
 * again until nothing is left. Nobody is asked twice, and a source that refused everything is left alone.
 */
export function sourceQuestions({
  facts,
  judgement,
  request,
}: {
  readonly facts: Pick<ReviewFacts, 'regions'>;
  readonly judgement: Judgement;
  readonly request: ReviewRequest;
}): readonly SourceQuestion[] {
  const { sources } = request.configuration;
  const { knowledge, placement, policyIndex } = judgement;
  // A patch for the owner of an SCP is not proved, so it rests on this all the more.
  const patched = placement.refusals.flatMap(
    ({ patch }) => policyIndex.policies.get(patch?.policyId ?? '') ?? [],
  );
  const targets = [...placement.drafts, ...patched].flatMap((each) => each.targets);
  const active = activeBelow(knowledge.tree, targets);
  return sources.regions ? regionQuestions(active, facts.regions ?? new Map()) : [];
}

/** The ids of the ACTIVE accounts below entities, sorted, each once. Nobody can use a suspended account. */
export function activeBelow(
  tree: OrganizationTree,
  entities: readonly { readonly id: string }[],
): readonly string[] {
  const active = entities
    .flatMap(({ id }) => (tree.entities.has(id) ? accountsBelow(tree, id) : []))
    .flatMap(({ id, state }) => (state === 'ACTIVE' ? id : []));
  return [...new Set(active)].sort();
}

/** The accounts that nobody asked about yet, so many a question. */
export function regionQuestions(
  accountIds: readonly string[],
  known: RegionReadings,
): readonly SourceQuestion[] {
  const isRefused = [...known.values()].some((reading) => 'failure' in reading && reading.isLasting === true);
  if (isRefused) return [];
  const left = accountIds.filter((id) => !known.has(id));
  const size = accountLimits.accountsPerQuestion;
  return Array.from({ length: Math.ceil(left.length / size) }, (_, index) => ({
    type: 'regions',
    accountIds: left.slice(index * size, (index + 1) * size),
  }));
}
