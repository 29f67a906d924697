import type { Configuration } from '../base/configuration.ts';
import { accountLimits, athenaLimits, costLimits } from '../base/limits.ts';
import { accountsBelow, type OrganizationTree } from '../organization/organization.ts';
import { accountsOfEnds } from './ended-exemptions.ts';
import type { Judgement } from './judgement.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';
import { simulateQuestions } from './simulate-questions.ts';
import type { ReplayQuestion, SourceFacts, SourceQuestion } from './sources.ts';

/**
 * What the configured sources are asked about the drafts as they are. Their answers may change the drafts, so this is asked
 * again until nothing is left. Nobody is asked twice, and a source that refused everything is left alone.
 */
export function sourceQuestions({
  facts,
  judgement,
  request,
}: {
  readonly facts: ReviewFacts;
  readonly judgement: Judgement;
  readonly request: ReviewRequest;
}): readonly SourceQuestion[] {
  const { knowledge, placement, policyIndex } = judgement;
  // A patch for the owner of an SCP is not proved, so it rests on this all the more.
  const patched = placement.refusals.flatMap(
    ({ patch }) => policyIndex.policies.get(patch?.policyId ?? '') ?? [],
  );
  const targets = [...placement.drafts, ...patched].flatMap((each) => each.targets);
  const active = activeBelow(knowledge.tree, targets);
  const ends = accountsOfEnds(facts, request).filter((id) => !active.includes(id));
  const ofAccounts = questionsAbout([...active, ...ends], facts, request.configuration);
  if (ofAccounts.length > 0) return ofAccounts;
  // One scan tells of all services: what is a finding may be drafted yet.
  const services = judgement.detection.findings.flatMap(({ serviceNamespace, status }) =>
    status === 'open' ? serviceNamespace : [],
  );
  const given = { to: request.asOf, askedFor: request.reviewId };
  const ofTrail = trailQuestions({ ...given, accountIds: active, services }, facts, request.configuration);
  if (ofTrail.length > 0 || !request.configuration.sources.simulate) return ofTrail;
  // Last: what the other sources know decides which texts there are to simulate.
  const subject = { ...facts, ...request, cutOff: knowledge.cutOff };
  return simulateQuestions(
    placement.drafts.map((edit) => ({ ...subject, edit })),
    facts.simulated ?? new Map(),
  );
}

/** The same about accounts: what costs nothing first, as its answer may leave less to ask. */
export function questionsAbout(
  accountIds: readonly string[],
  { regions = new Map(), spend }: SourceFacts,
  { sources }: Pick<Configuration, 'sources'>,
): readonly SourceQuestion[] {
  const isRefused = [...regions.values()].some(
    (reading) => 'failure' in reading && reading.isLasting === true,
  );
  const unread = sources.regions && !isRefused ? accountIds.filter((id) => !regions.has(id)) : [];
  if (unread.length > 0)
    return inParts(unread, accountLimits.accountsPerQuestion).map((some) => ({
      type: 'regions',
      accountIds: some,
    }));
  if (!sources.cost || spend?.failure !== undefined) return [];
  const unpriced = accountIds.filter((id) => !spend?.accountIds.has(id));
  return inParts(unpriced, costLimits.accountsPerQuestion).map((some) => ({
    type: 'cost',
    accountIds: some,
  }));
}

/** What the organization's trail is still to be asked about accounts and services that they may lose, in as few scans as there can be. */
export function trailQuestions(
  { accountIds, askedFor, services, to }: Omit<ReplayQuestion, 'type' | 'where'>,
  { trail = [] }: SourceFacts,
  { sources: { replay } }: Pick<Configuration, 'sources'>,
): readonly ReplayQuestion[] {
  if (replay === null || services.length === 0 || trail.some(({ failure }) => failure !== undefined))
    return [];
  const sorted = [...new Set(services)].sort();
  const unasked = new Map(accountIds.map((id) => [id, new Set(sorted)]));
  for (const reading of trail)
    for (const id of reading.accountIds)
      for (const service of reading.services) unasked.get(id)?.delete(service);
  const open = accountIds.filter((id) => (unasked.get(id)?.size ?? 0) > 0);
  return inParts(open, athenaLimits.accountsPerQuestion).map((some) => ({
    type: 'replay',
    where: replay,
    to,
    askedFor,
    accountIds: some,
    services: sorted,
  }));
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

function inParts(ids: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}
