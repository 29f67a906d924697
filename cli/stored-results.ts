import { readEnvironment } from '../adapters/environment.ts';
import { wireStores } from '../adapters/wire.ts';
import { pastedId } from '../core/change/links/pasted.ts';
import type { ReviewResult } from '../core/review/review-result.ts';
import { BadArguments } from './arguments.ts';

/** The result of a stored review, of the organization or of identities, from the table that TABLE_NAME names. Throws `BadArguments` where none is kept. */
export async function storedResult(given: string): Promise<unknown> {
  const id = pastedId(given, 'review');
  const stored = await wireStores(readEnvironment()).reviews.loadReview(id);
  if (!stored) throw new BadArguments(`${id}: no stored review has this id`);
  return stored.result;
}

/** The same as a whole result of a review of the organization. Throws `BadArguments` where it is something else; `what` names it. */
export function organizationResult(found: unknown, what: string): ReviewResult {
  if (isWhole(found)) return found;
  throw new BadArguments(
    `${what}: not the whole result of a review of the organization, as "oar review --format json" prints it`,
  );
}

function isWhole(found: unknown): found is ReviewResult {
  if (typeof found !== 'object' || found === null || 'truncated' in found) return false;
  const { entities, findings, scope, totals, version } = found as Partial<Record<string, unknown>>;
  const isNamed =
    typeof scope === 'object' && scope !== null && typeof totals === 'object' && totals !== null;
  return version === 1 && isNamed && Array.isArray(entities) && Array.isArray(findings);
}
