import { rememberedFor } from '../base/remembered.ts';
import type { AccessReport } from '../finding/access-report.ts';
import { type AccountPlace, type Moved, mergeMoves, movedBetween, movesSeen } from '../finding/moves.ts';
import type { OrganizationTree } from '../organization/organization.ts';
import { placesAfter, reportBeside } from './kept-once.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';
import {
  isSourceAnswer,
  type SourceAnswer,
  type SourceQuestion,
  sourceFacts,
  sourceQuestionId,
} from './sources.ts';

/** What is asked of AWS for a review. A round begins with a reading of the organization and ends with a look at the parents. */
export type Question =
  | { readonly type: 'tree' }
  /** `fresh`: the report of an earlier review will not do. */
  | { readonly type: 'report'; readonly entityId: string; readonly fresh?: true }
  | SourceQuestion
  | { readonly type: 'parents' };

/** What was answered, and in which round: accounts that moved after it may have made it void. */
export type Answer =
  /** Where the tree showed every account, and the parent of every OU. */
  (
    | {
        readonly type: 'tree';
        readonly round: number;
        readonly places: readonly AccountPlace[];
        readonly units: readonly (readonly [id: string, parentId: string])[];
        /** When the last page of it was read, epoch ms; absent where an earlier version kept it. */
        readonly readAt?: number;
      }
    /** A failed report is an answer too: its entity stays unknown. */
    | {
        readonly type: 'report';
        readonly round: number;
        readonly report: AccessReport;
        /** An earlier review had it: no job was made. */
        readonly reused?: true;
      }
    | SourceAnswer
    | { readonly type: 'parents'; readonly round: number; readonly places: readonly AccountPlace[] }
  ) & {
    /** The organization was being read for this round meanwhile: that reading does not confirm it. */
    readonly beside?: number;
  };

type TreeAnswer = Extract<Answer, { readonly type: 'tree' }>;

/** What a review collects for: all of its request but the configuration, which is read anew. */
export type CollectionEvent = Omit<ReviewRequest, 'configuration'>;

/** The answers of a review that is under way. Whoever has all of them goes on where the review stopped. */
export interface Collection {
  readonly event: CollectionEvent;
  /** The last round that began, from 0; -1 before the first. */
  readonly round: number;
  /** By question: one report an entity, one tree and one look a round. */
  readonly answers: ReadonlyMap<string, Answer>;
}

/** So many rounds in which accounts moved, then what they touch stays unknown. */
const mostRestlessRounds = 2;

/** A collection without an answer. */
export function newCollection({ configuration: _, ...event }: ReviewRequest): Collection {
  return { event, round: -1, answers: new Map() };
}

/** The id of the question that is answered: an entity is asked once, unless accounts move, and a later round counts then. */
export function questionId(answer: Answer): string {
  if (answer.type === 'report') return `report:${answer.report.entityId}`;
  if (isSourceAnswer(answer)) return sourceQuestionId(answer);
  return `${answer.type}:${answer.round}`;
}

/** The collection with an answer more. The order in which answers come does not matter. */
export function withAnswer(collection: Collection, answer: Answer): Collection {
  return withAnswers(collection, [answer]);
}

/** The same with many answers. */
export function withAnswers(collection: Collection, more: Iterable<Answer>): Collection {
  const answers = new Map(collection.answers);
  let { round } = collection;
  for (const answer of more) {
    const id = questionId(answer);
    const known = answers.get(id);
    if (known !== undefined && known.round > answer.round) continue;
    answers.set(id, keptOnce({ ...collection, answers, round }, answer));
    if (answer.type === 'tree') round = Math.max(round, answer.round);
  }
  return { ...collection, round, answers };
}

/** An answer that shares with the others what says the same. */
function keptOnce({ answers, event, round }: Collection, answer: Answer): Answer {
  if (answer.type === 'report') return { ...answer, report: reportBeside(event, answer.report) };
  const before = answers.get(`tree:${answer.type === 'tree' ? round : answer.round}`);
  if (before?.type !== 'tree' || !('places' in answer)) return answer;
  return { ...answer, places: placesAfter(before.places, answer.places) };
}

/** What two looks show otherwise: each judgement compares all that there are. */
const movedSince = rememberedFor((earlier: readonly AccountPlace[]) =>
  rememberedFor((later: readonly AccountPlace[]) => movedBetween(earlier, later)),
);

const movesSeenBy = rememberedFor((tree: OrganizationTree) =>
  rememberedFor((look: readonly AccountPlace[]) => movesSeen(tree, [look])),
);

/** The answer of a tree as it was read until this instant (epoch ms). */
export function treeAnswer(tree: OrganizationTree, round: number, readAt?: number): TreeAnswer {
  const places: AccountPlace[] = [];
  const units: [string, string][] = [];
  for (const { id, parentId, type } of tree.entities.values())
    if (parentId !== null) (type === 'account' ? places : units).push([id, parentId]);
  return { type: 'tree', round, places, units, ...(readAt === undefined ? {} : { readAt }) };
}

/** Whether the last round began with this tree. What was kept of its reading may have been lost in part, and read anew since. */
export function isOfLastRound(collection: Collection, tree: OrganizationTree): boolean {
  const before = treeOf(collection, collection.round);
  const after = treeAnswer(tree, collection.round);
  const kinds = ['places', 'units'] as const;
  return kinds.every((kind) => movedBetween(before[kind], after[kind]).accountIds.length === 0);
}

/** A job that was made before this instant (epoch ms) is not accepted: accounts may have moved between it and the reading of its round. Undefined in the first round. */
export function jobsNotBefore(collection: Collection): number | undefined {
  return collection.round > 0 ? treeOf(collection, collection.round).readAt : undefined;
}

/** Whether the last tree was read after every answer, from its first page on: then nobody needs to look at the parents again. */
export function isReadAfterAll({ answers, round }: Collection): boolean {
  return [...answers.values()].every(
    (answer) => answer.type === 'tree' || (answer.beside ?? answer.round) < round,
  );
}

/** How the last round ended: with a look that showed the accounts where the tree has them, with one that did not, or not yet. */
export function roundEnd(collection: Collection): 'calm' | 'moved' | 'open' {
  const moved = movedIn(collection, collection.round);
  if (moved === null) return 'open';
  return moved.accountIds.length === 0 ? 'calm' : 'moved';
}

/** Whether accounts moved in so many rounds that nobody is asked again. */
export function isGivenUp(collection: Collection): boolean {
  const rounds = Array.from({ length: Math.max(0, collection.round) }, (_, round) =>
    movedIn(collection, round),
  );
  const restless = rounds.filter((moved) => moved !== null && moved.accountIds.length > 0);
  return restless.length >= mostRestlessRounds;
}

/**
 * The facts that the answers amount to, whatever their order; `start` has the organization as it was read last.
 * Reports of entities that an account left or came to afterwards are dropped, to be asked again; where that is given up,
 * they are unknown. An account that was seen under two parents counts as moved: AWS may count its past use at the place
 * that it left.
 */
export function factsOf(start: ReviewFacts, collection: Collection): ReviewFacts {
  const { answers, round } = collection;
  const unrest = Array.from({ length: Math.max(0, round) }, (_, index) => unrestAfter(collection, index));
  const last = isGivenUp(collection) ? unrest.at(-1) : undefined;
  const looks = [...answers.values()].flatMap((answer) => ('places' in answer ? [answer.places] : []));
  const moves = mergeMoves(...looks.map(movesSeenBy(start.tree)));
  const reports = [...answers.values()].flatMap((answer): readonly AccessReport[] => {
    if (answer.type !== 'report') return [];
    const { report } = answer;
    const spoiled = unrest.slice(answer.round).find(({ touched }) => touched.has(report.entityId));
    if (spoiled === undefined) return [report];
    return spoiled === last ? [unknownReport(report.entityId)] : [];
  });
  const used = reports.map(({ entityId }) => entityId);
  return {
    ...start,
    ...sourceFacts([...answers.values()].filter(isSourceAnswer)),
    reusedEntityIds: new Set(used.filter((id) => isReused(answers.get(`report:${id}`)))),
    moves: mergeMoves(start.moves, moves),
    movesDuringReview: moves,
    reports: reports.sort(byPlace(start.tree)),
    movedAgainAccountIds: last?.accountIds.filter((id) => start.tree.entities.has(id)) ?? [],
  };
}

function isReused(answer: Answer | undefined): boolean {
  return answer?.type === 'report' && answer.reused === true;
}

/** How many reports were asked of AWS for this collection, failed ones included. */
export function jobsIn({ answers }: Collection): number {
  return [...answers.values()].filter((answer) => answer.type === 'report' && !isReused(answer)).length;
}

/** What accounts that moved between two readings of the organization touch: themselves and all that they left or came to. */
interface Unrest {
  readonly accountIds: readonly string[];
  readonly touched: ReadonlySet<string>;
}

function unrestAfter(collection: Collection, round: number): Unrest {
  const before = treeOf(collection, round);
  const after = treeOf(collection, round + 1);
  // Between the look and the next reading more may have moved.
  const moved = [movedIn(collection, round), movedSince(before.places)(after.places)];
  const accountIds = [...new Set(moved.flatMap((each) => each?.accountIds ?? []))];
  const touched = new Set(accountIds);
  for (const units of [new Map(before.units), new Map(after.units)])
    for (const parentId of moved.flatMap((each) => each?.parentIds ?? []))
      for (let id: string | undefined = parentId; id !== undefined; id = units.get(id)) touched.add(id);
  return { accountIds, touched };
}

/** What the look at the end of a round showed; null: there was none. */
function movedIn(collection: Collection, round: number): Moved | null {
  const look = collection.answers.get(`parents:${round}`);
  return look?.type === 'parents' ? movedSince(treeOf(collection, round).places)(look.places) : null;
}

function treeOf({ answers }: Collection, round: number): TreeAnswer {
  const answer = answers.get(`tree:${round}`);
  if (answer?.type !== 'tree') throw new Error(`the tree of round ${round} is missing`);
  return answer;
}

/** Entities of the tree from the top, then those that are gone. */
function byPlace({ entities }: OrganizationTree): (one: AccessReport, other: AccessReport) => number {
  const keyOf = ({ entityId }: AccessReport): string => entities.get(entityId)?.path ?? `~${entityId}`;
  return (one, other) => (keyOf(one) < keyOf(other) ? -1 : 1);
}

function unknownReport(entityId: string): AccessReport {
  const message = 'accounts moved below it while the reports ran, twice in a row';
  return { status: 'failed', entityId, failure: { code: 'MOVED_ACCOUNT', message } };
}
