import type { KeptPages } from '../adapters/collection-ports.ts';
import type { Answer } from '../core/review/collection.ts';
import { treeAnswer } from '../core/review/collection.ts';
import type { AskingEnd } from '../core/review/review-facts.ts';
import { readNotBefore } from '../core/review/running.ts';
import { callFailureOf } from './apply-ports.ts';
import { type AskOptions, timeIsOver } from './ask-report.ts';
import { BadEvent } from './bad-event.ts';
import type { Collecting } from './collecting.ts';
import { readTextsFor } from './organization-snapshot.ts';
import { beginReading, type Reading, withPages } from './reading.ts';

/** Whether the reading that the organization is from began too long ago to decide by it. */
export function isTooOld(
  {
    asking: { treeReadAt },
    first,
  }: Pick<Collecting, 'first'> & { readonly asking: Pick<AskOptions, 'treeReadAt'> },
  now: number,
): boolean {
  return first.pagesOf !== undefined && treeReadAt < readNotBefore(now);
}

/** Whether it is read again beside reports. A run that no other follows has no time for it: it looks at the parents, unless its reading would be too old. */
function readsBeside(collecting: Collecting): boolean {
  return collecting.lookBy !== null || isTooOld(collecting, collecting.asking.lookUntil);
}

/** Goes on to read the organization again where an earlier run began to. */
export async function readOn(collecting: Collecting): Promise<void> {
  if (!readsBeside(collecting)) return;
  const pages = await collecting.first.pagesOf?.(collecting.collection.round + 1);
  if (pages === undefined || pages.begunAt === null) return;
  collecting.reading = begin(collecting, pages);
}

/** Begins to read the organization again beside what is asked, once a run. */
export async function readBeside(collecting: Collecting): Promise<void> {
  if (!collecting.isKept || collecting.reading !== null || !readsBeside(collecting)) return;
  collecting.isKept = false;
  collecting.reading = await beginAnew(collecting);
}

async function beginAnew(collecting: Collecting): Promise<Reading> {
  return begin(collecting, await collecting.first.pagesOf?.(collecting.collection.round + 1));
}

function begin(collecting: Collecting, pages: KeptPages | undefined): Reading {
  const { asking, collection, policyIds, ports, request } = collecting;
  const wish = { ...request, policyIds };
  return beginReading(ports, { round: collection.round + 1, pages, wish, textsUntil: asking.deadline });
}

/** What a look or a reading shows; where its time runs out it is left to the run that follows. */
export async function unlessLeft<Read>(
  { lookBy }: Collecting,
  read: () => Promise<Read>,
): Promise<Read | AskingEnd> {
  try {
    return await read();
  } catch (error) {
    if (lookBy === null || callFailureOf(error)?.kind !== 'time') throw error;
    return timeIsOver;
  }
}

/** The organization as the reading under way, or a new one, shows it. Where its time runs out another run goes on with it. */
export async function readAnew(collecting: Collecting): Promise<Answer | AskingEnd> {
  const { ports, request, start } = collecting;
  collecting.reading ??= await beginAnew(collecting);
  const { begunAt: treeReadAt, round, snapshot } = collecting.reading;
  const read = await unlessLeft(collecting, () => snapshot);
  collecting.reading = null;
  if ('cause' in read) return read;
  collecting.start = { ...start, ...read };
  const { tree } = collecting.start;
  if (!tree.entities.has(request.scopeId))
    throw new BadEvent(`scope: ${request.scopeId} left the organization during the review`);
  collecting.asking = { ...collecting.asking, treeReadAt };
  return treeAnswer(tree, round, ports.clock.now());
}

/** Reads the texts that the review needs beside those that were read along. */
export async function readTexts(collecting: Collecting): Promise<void> {
  const { asking, first, policyIds, ports, request, start } = collecting;
  const own = withPages(ports, first.pages);
  const withTexts = await readTextsFor(own, start, { ...request, policyIds }, asking.deadline);
  collecting.start = { ...start, ...withTexts };
}

/** Ends a reading before it is whole. What it read is kept; the next run goes on with it. */
export async function endReading({ ports, reading }: Collecting): Promise<void> {
  if (reading === null) return;
  ports.limit?.(ports.clock.now());
  await reading.snapshot.catch(() => undefined);
}
