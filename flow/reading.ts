import type { CollectionStore, KeptPages } from '../adapters/collection-ports.ts';
import type { ReviewPorts } from '../adapters/ports.ts';
import type { Collection } from '../core/review/collection.ts';
import type { ReviewRequest } from '../core/review/review-facts.ts';
import { readNotBefore } from '../core/review/running.ts';
import { readSnapshot, readTextsFor, type SnapshotWithTexts } from './organization-snapshot.ts';

/** A reading of the organization that is under way, beside reports or for its own sake. */
export interface Reading {
  /** The round that begins with it. */
  readonly round: number;
  /** Epoch milliseconds: nothing of it was read before. */
  readonly begunAt: number;
  /** Throws what AWS refuses. */
  readonly snapshot: Promise<SnapshotWithTexts>;
  /** Whether it ended, well or not. */
  isOver: boolean;
}

/** How a reading is made. */
export interface ReadingOptions {
  readonly round: number;
  /** What an earlier run read of it, and where this one keeps what it reads; absent: nothing is kept. */
  readonly pages: KeptPages | undefined;
  readonly wish: Parameters<typeof readTextsFor>[2];
  /** Texts that are not read by then (epoch ms) stay unread. */
  readonly textsUntil: number;
}

/** Begins a reading, or goes on with it; it ends by itself. */
export function beginReading(
  ports: ReviewPorts,
  { pages, round, textsUntil, wish }: ReadingOptions,
): Reading {
  const own = withPages(ports, pages);
  const read = async (): Promise<SnapshotWithTexts> =>
    readTextsFor(own, await readSnapshot(own), wish, textsUntil);
  const begunAt = pages?.begunAt ?? ports.clock.now();
  const reading: Reading = { round, begunAt, snapshot: read(), isOver: false };
  const note = (): void => {
    reading.isOver = true;
  };
  // Whoever waits for it hears of its failure: a run may end before it does.
  reading.snapshot.then(note, note);
  return reading;
}

/** The same ports, of which each reading of the organization goes on with these pages. */
export function withPages(ports: ReviewPorts, pages: KeptPages | undefined): ReviewPorts {
  const { organization } = ports;
  if (pages === undefined) return ports;
  return {
    ...ports,
    organization: {
      ...organization,
      readTree: () => organization.readTree(pages),
      readPolicies: (textsUntil) => organization.readPolicies(textsUntil, pages),
      readTexts: (policies, ids, deadline) => organization.readTexts(policies, ids, deadline, pages),
      readTrustedServices: () => organization.readTrustedServices(pages),
    },
  };
}

/** What is kept of the reading that begins this round, as far as it may still decide. */
export type PagesOf = (round: number) => Promise<KeptPages>;

/** The reading that a run begins with. */
export interface FirstReading {
  /** It is that of the last round, as an earlier run kept it. */
  readonly isKept: boolean;
  /** What is kept of it; absent: the run keeps nothing. */
  readonly pages: KeptPages | undefined;
  readonly pagesOf: PagesOf | undefined;
}

/** How long the reading took that a run begins with, in milliseconds: what is kept was read by earlier ones, and loading it tells nothing. */
export function readingTook({ isKept, pages }: FirstReading, loading: number): number {
  if (!isKept || pages === undefined || pages.begunAt === null || pages.endedAt === null) return loading;
  return pages.endedAt - pages.begunAt;
}

/** A reading of which nothing is kept. */
export const notKept: FirstReading = { isKept: false, pages: undefined, pagesOf: undefined };

/** The reading that a run begins with: that of the last round where it is kept, else the next one, as far as it is kept. */
export async function firstReading(
  collections: CollectionStore,
  review: Pick<ReviewRequest, 'reviewId' | 'asOf' | 'configuration'>,
  collection: Collection | null,
  now: () => number,
): Promise<FirstReading> {
  const pagesOf: PagesOf = (round) => collections.pages(review, round, { since: readNotBefore(now()), now });
  const round = collection?.round ?? -1;
  // Whatever its age: by it is asked, and decided only where it is young.
  const pages = await collections.pages(review, Math.max(0, round), { since: 0, now });
  if (round < 0) return { isKept: false, pages, pagesOf };
  if (pages.begunAt !== null) return { isKept: true, pages, pagesOf };
  return { isKept: false, pages: await pagesOf(round + 1), pagesOf };
}
