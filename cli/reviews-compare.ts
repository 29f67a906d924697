import { readFile } from 'node:fs/promises';
import { textOfFile } from '../core/base/text-of-file.ts';
import { compareReviews } from '../core/review/compare-reviews.ts';
import type { ReviewResult } from '../core/review/review-result.ts';
import { BadArguments, oneOf, readOptions } from './arguments.ts';
import type { Terminal } from './command.ts';
import { renderComparison } from './render/comparison.ts';
import { renderJson } from './render/json.ts';
import { organizationResult, storedResult } from './stored-results.ts';

const formats = ['table', 'json'] as const;

/** `oar reviews compare EARLIER LATER`: two stored reviews by their ids, or two results as files of JSON. */
export async function compare(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first, second, ...others] = args;
  if (first === undefined || second === undefined || first.startsWith('--') || second.startsWith('--'))
    throw new BadArguments(
      'EARLIER LATER: name two reviews, by id or as files of "oar review --format json"',
    );
  const options = readOptions(others, { format: { type: 'string' } });
  const format = oneOf('--format', options.format ?? 'table', formats);
  const [earlier, later] = [await resultOf(first), await resultOf(second)];
  if (earlier.organizationId !== later.organizationId)
    throw new BadArguments(
      `${first} and ${second} are of two organizations: ${earlier.organizationId} and ${later.organizationId}`,
    );
  const comparison = compareReviews(earlier, later);
  const names = new Map(
    [...earlier.entities, ...later.entities].map(({ id, name, shortPath }) => [id, shortPath ?? name]),
  );
  terminal.write(
    format === 'json' ? renderJson(comparison) : renderComparison(comparison, names, terminal.look),
  );
  return 0;
}

async function resultOf(given: string): Promise<ReviewResult> {
  const found = given.endsWith('.json') ? await fromFile(given) : await storedResult(given);
  return organizationResult(found, given);
}

async function fromFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(textOfFile(await readFile(path)));
  } catch (error) {
    // Text that is no JSON is not a result either.
    if (error instanceof SyntaxError) return null;
    throw new BadArguments(`${path}: cannot be read (${codeOf(error)})`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
