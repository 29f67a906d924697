import type { ReviewPorts } from '../adapters/ports.ts';
import type { CompletedReport } from '../core/finding/access-report.ts';
import { movedBetween, placesIn } from '../core/finding/moves.ts';
import {
  type Answer,
  type Collection,
  factsOf,
  isGivenUp,
  jobsIn,
  type Question,
  treeAnswer,
  withAnswer,
} from '../core/review/collection.ts';
import { type Judgement, judge } from '../core/review/judgement.ts';
import { nextQuestions, openReports } from '../core/review/next-questions.ts';
import type { AskingEnd, ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import type { SourceQuestion } from '../core/review/sources.ts';
import { callFailureOf } from './apply-ports.ts';
import { type AskOptions, askingEndOf, askReport } from './ask-report.ts';
import { askSource } from './ask-sources.ts';
import { BadEvent } from './bad-event.ts';
import { readSnapshot, readTextsFor } from './organization-snapshot.ts';

/** All that was read, and what it amounts to. */
export interface Collected {
  readonly facts: ReviewFacts;
  readonly judgement: Judgement;
}

/** Told of each answer as it arrives, before the next question; `open` is how many reports are open as far as is known. */
export type OnAnswer = (
  answer: Answer,
  counts: { readonly done: number; readonly open: number },
) => Promise<void>;

/** Looks for the report of an entity that an earlier review had, with the organization as it is. */
export type EarlierReport = (start: ReviewFacts, entityId: string) => Promise<CompletedReport | null>;

/** A collection that is under way. */
export interface Collecting {
  readonly ports: ReviewPorts;
  readonly request: ReviewRequest;
  /** SCPs whose texts are read wherever they are attached. */
  readonly policyIds: readonly string[];
  readonly onAnswer: OnAnswer | undefined;
  /** The report of an entity that an earlier review had and that may be used again, or null. */
  readonly earlierReport: EarlierReport;
  /** The latest that a look at the parents begins, epoch ms: another run follows that looks; null: none follows. */
  readonly lookBy: number | null;
  /** When the review began, epoch ms: its budget of time counts from here. */
  readonly startedAt: number;
  asking: AskOptions;
  /** The organization as it was read last, with nothing asked. */
  start: ReviewFacts;
  collection: Collection;
  /** Why no report is asked any more in this round. */
  end: AskingEnd | undefined;
  /** Null where an answer came since: the same facts are never judged twice. */
  judged: Collected | null;
  /** The facts that were judged last. */
  known: ReviewFacts;
}

/** Asks until core has no further question. Throws what AWS refuses but reports: these are answers, or end the asking. */
export async function askUntilDecided(collecting: Collecting): Promise<Collected> {
  const { asking, request } = collecting;
  await readTexts(collecting, collecting.start);
  const { policies, tree } = collecting.start;
  asking.onProgress({
    kind: 'organization-read',
    accounts: tree.accounts.length,
    policies: policies.length,
  });
  await take(collecting, treeAnswer(tree, collecting.collection.round + 1));
  for (;;) {
    const { facts, judgement } = judged(collecting);
    const { collection, end } = collecting;
    const now = collecting.ports.clock.now();
    const hasEnded = end !== undefined;
    const questions = nextQuestions({ collection, facts, hasEnded, judgement, now, request });
    if (questions.length === 0) return { facts, judgement };
    if (leavesLook(collecting, questions, now)) return { facts: notLooked(facts), judgement };
    for (const [index, question] of questions.entries()) {
      const answer = await answerTo(collecting, question, facts);
      if ('cause' in answer) {
        collecting.end = answer;
        collecting.judged = null;
        const pending = judged(collecting).facts.pendingEntityIds.length;
        asking.onProgress({ kind: 'asking-ended', pending, ...answer });
        break;
      }
      await take(collecting, answer, questions.length - index - 1);
    }
  }
}

/** Whether what is left is a look that another run makes by reading the organization. Where reports are open it would be in vain; where it begins too late it would not end. */
function leavesLook(
  { collection, end, lookBy }: Collecting,
  [question]: readonly Question[],
  now: number,
): boolean {
  const isLook = question?.type === 'parents' || (question?.type === 'tree' && collection.round >= 0);
  return isLook && lookBy !== null && (end?.cause === 'time' || now >= lookBy);
}

/** Nothing may be proposed of it. */
function notLooked(facts: ReviewFacts): ReviewFacts {
  const reason = 'the time ran out';
  return { ...facts, askingEnd: { cause: 'time', reason }, treeNotConfirmed: reason };
}

/** What the answers amount to; what is still open is pending. */
function judged(collecting: Collecting): Collected {
  if (collecting.judged !== null) return collecting.judged;
  const { collection, end, request, start } = collecting;
  const facts = factsOf(start, collection);
  const judgement = judge(facts, request);
  const pendingEntityIds = openReports({ judgement, request });
  collecting.known = { ...facts, pendingEntityIds, ...(end === undefined ? {} : { askingEnd: end }) };
  collecting.judged = { facts: collecting.known, judgement };
  return collecting.judged;
}

/** Each answer is kept before the next question, so that a run that ends in between loses one question at most. */
async function take(collecting: Collecting, answer: Answer, open = 0): Promise<void> {
  const { asking, onAnswer, start } = collecting;
  collecting.collection = withAnswer(collecting.collection, answer);
  const done = [...collecting.collection.answers.values()].filter(({ type }) => type === 'report').length;
  await onAnswer?.(answer, { done, open });
  if (answer.type === 'tree' && !isGivenUp(collecting.collection)) collecting.end = undefined;
  if (answer.type === 'parents') {
    const { accountIds } = movedBetween(placesIn(start.tree), answer.places);
    if (accountIds.length > 0) asking.onProgress({ kind: 'accounts-moved', accountIds });
    // The facts are those of the tree: they change when it is read again.
  } else collecting.judged = null;
}

/** Asks AWS one question. An end of the asking is no answer: the question stays open. */
async function answerTo(
  collecting: Collecting,
  question: Question,
  facts: ReviewFacts,
): Promise<Answer | AskingEnd> {
  const { asking, collection, ports } = collecting;
  const isLook = question.type === 'parents' || question.type === 'tree';
  ports.limit?.(isLook ? asking.lookUntil : asking.deadline);
  switch (question.type) {
    case 'report': {
      const earlier = question.fresh
        ? null
        : await collecting.earlierReport(collecting.start, question.entityId);
      if (earlier !== null && collection.round === 0)
        return { type: 'report', round: collection.round, report: earlier, reused: true };
      const end = budgetEnd(collecting);
      if (end !== null) return end;
      return askReport(ports, question, collection.round, facts, asking);
    }
    case 'regions':
    case 'cost':
    case 'replay':
    case 'simulate':
      return askUnlessOver(ports, question, collection.round);
    case 'parents': {
      const places = await ports.organization.readAccountParents();
      return { type: 'parents', round: collection.round, places: [...places] };
    }
    case 'tree':
      return readAnew(collecting);
  }
}

/** What a source answered; no more is asked where the time ran out meanwhile. */
async function askUnlessOver(
  ports: ReviewPorts,
  question: SourceQuestion,
  round: number,
): Promise<Answer | AskingEnd> {
  try {
    return await askSource(ports, question, round);
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure?.kind !== 'time') throw error;
    return askingEndOf(failure);
  }
}

/** Why no further job may be made, or null. */
function budgetEnd({ collection, ports, request, startedAt }: Collecting): AskingEnd | null {
  const { jobBudget = Number.POSITIVE_INFINITY, timeBudget = Number.POSITIVE_INFINITY } = request;
  if (jobsIn(collection) >= jobBudget)
    return { cause: 'budget', reason: `its budget of ${jobBudget} reports is spent` };
  if (ports.clock.now() - startedAt >= timeBudget * 60_000)
    return { cause: 'budget', reason: `its budget of ${timeBudget} minutes is spent` };
  return null;
}

async function readAnew(collecting: Collecting): Promise<Answer> {
  const { ports, request, start } = collecting;
  const notBefore = ports.clock.now();
  const anew = await readSnapshot(ports);
  await readTexts(collecting, { ...start, ...anew });
  if (!anew.tree.entities.has(request.scopeId))
    throw new BadEvent(`scope: ${request.scopeId} left the organization during the review`);
  collecting.asking = { ...collecting.asking, notBefore };
  return treeAnswer(anew.tree, collecting.collection.round + 1);
}

async function readTexts(collecting: Collecting, facts: ReviewFacts): Promise<void> {
  const { asking, policyIds, ports, request } = collecting;
  const withTexts = await readTextsFor(ports, facts, { ...request, policyIds }, asking.deadline);
  collecting.start = { ...facts, ...withTexts };
}
