import { concurrently } from '../adapters/concurrently.ts';
import type { ReviewPorts } from '../adapters/ports.ts';
import type { RegionReading } from '../core/organization/enabled-regions.ts';
import type { OrganizationTree } from '../core/organization/organization.ts';
import type { SourceAnswer } from '../core/review/collection.ts';
import type { ReviewFacts } from '../core/review/review-facts.ts';
import { activeBelow, regionQuestions } from '../core/review/source-questions.ts';
import { type ApplyPorts, callFailureOf } from './apply-ports.ts';

/** Accounts that are asked about at a time: AWS publishes no rate of ListRegions. */
const accountsAtOnce = 4;

/** Asks which Regions accounts may use. What AWS refuses is an answer: a source that cannot be read ends no review. */
export async function askRegions(
  { regions }: Pick<ReviewPorts, 'regions'>,
  accountIds: readonly string[],
  round: number,
): Promise<SourceAnswer> {
  let refused: Extract<RegionReading, { readonly failure: string }> | undefined;
  const readings = await concurrently(accountIds, accountsAtOnce, async (id) => {
    const reading = refused ?? (await readingOf(() => regions.enabledRegions(id)));
    if ('failure' in reading && reading.isLasting) refused = reading;
    return [id, reading] as const;
  });
  return { type: 'regions', round, readings };
}

/** Asks the configured sources about an approved edit, once each. */
export async function askSourcesAgain(
  ports: ApplyPorts,
  tree: OrganizationTree,
  targets: readonly { readonly id: string }[],
): Promise<Pick<ReviewFacts, 'regions'>> {
  if (!ports.configuration.sources.regions) return {};
  const regions = new Map<string, RegionReading>();
  for (;;) {
    const [question] = regionQuestions(activeBelow(tree, targets), regions);
    if (question === undefined) return { regions };
    const { readings } = await askRegions(ports, question.accountIds, 0);
    for (const [id, reading] of readings) regions.set(id, reading);
  }
}

async function readingOf(read: () => Promise<readonly string[]>): Promise<RegionReading> {
  try {
    return { regions: await read() };
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure === null) throw error;
    // Only what AWS says of one account leaves others worth a call: it was patient with all else.
    const isOfAccount = failure.kind === 'other' && failure.refusedByAws;
    return { failure: failure.message, ...(isOfAccount ? {} : { isLasting: true }) };
  }
}
