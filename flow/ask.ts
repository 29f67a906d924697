import { movedBetween, placesIn } from '../core/finding/moves.ts';
import {
  type Answer,
  factsOf,
  isGivenUp,
  jobsIn,
  type Question,
  treeAnswer,
  withAnswer,
} from '../core/review/collection.ts';
import { judge } from '../core/review/judgement.ts';
import { nextQuestions, openReports } from '../core/review/next-questions.ts';
import type { AskingEnd, ReviewFacts } from '../core/review/review-facts.ts';
import type { SourceQuestion } from '../core/review/sources.ts';
import { callFailureOf } from './apply-ports.ts';
import { askingEndOf, askReport, timeIsOver, timeIsOverInVain } from './ask-report.ts';
import { askSource } from './ask-sources.ts';
import type { Collected, CollectedInRun, Collecting } from './collecting.ts';
import { isFurther, isLeft } from './coming-further.ts';
import { endReading, isTooOld, readAnew, readBeside, readOn, readTexts, unlessLeft } from './read-again.ts';

/** Asks until core has no further question. Throws what AWS refuses but reports: these are answers, or end the asking. */
export async function askUntilDecided(collecting: Collecting): Promise<CollectedInRun> {
  try {
    return await askOn(collecting);
  } finally {
    await endReading(collecting);
  }
}

async function askOn(collecting: Collecting): Promise<CollectedInRun> {
  const { asking, further, isLast, lookBy, ports, request } = collecting;
  ports.limit?.(asking.deadline);
  await readTexts(collecting);
  const { policies, tree } = collecting.start;
  asking.onProgress({
    kind: 'organization-read',
    accounts: tree.accounts.length,
    policies: policies.length,
  });
  if (!collecting.isKept)
    await take(collecting, treeAnswer(tree, collecting.collection.round + 1, ports.clock.now()));
  else {
    further.asksReports = true;
    await readOn(collecting);
  }
  for (;;) {
    const now = ports.clock.now();
    if (collecting.judged === null && now > collecting.judgeBy) return leave(collecting);
    const { facts, judgement } = judged(collecting);
    const { collection } = collecting;
    const hasEnded = collecting.end !== undefined;
    const mustRead = collecting.reading !== null || isTooOld(collecting, now);
    const next = nextQuestions({ collection, facts, hasEnded, judgement, mustRead, now, request });
    const questions = lookedInTime(collecting, next, now);
    if (leavesRest(collecting, questions, now)) return { facts: notLooked(facts), judgement: null };
    if (questions.length === 0) return { facts, judgement };
    further.asksReports = questions[0]?.type === 'report';
    if (further.asksReports && now < asking.deadline) await readBeside(collecting);
    const end = await askAll(collecting, questions, facts);
    if (end !== null) {
      if (isLeft({ continues: lookBy !== null, isLast }, end)) return leave(collecting, end);
      endAsking(collecting, end);
    }
    if (!collecting.reading?.isOver) continue;
    // The organization as it was read beside the reports.
    const answer = await readAnew(collecting);
    if ('cause' in answer) return leave(collecting);
    await take(collecting, answer);
  }
}

/** Asks one question after another, until the organization was read beside the reports; what ended the asking before, or null. */
async function askAll(
  collecting: Collecting,
  questions: readonly Question[],
  facts: ReviewFacts,
): Promise<AskingEnd | null> {
  for (const [index, question] of questions.entries()) {
    const answer = await answerTo(collecting, question, facts);
    if ('cause' in answer) return answer;
    await take(collecting, answer, questions.length - index - 1);
    if (collecting.reading?.isOver) break;
  }
  return null;
}

/** Where a look at the parents would not end in time, the organization is read instead: the next run goes on with that. */
function lookedInTime(
  { first, lookBy }: Collecting,
  questions: readonly Question[],
  now: number,
): readonly Question[] {
  const isLate = lookBy !== null && now >= lookBy && questions[0]?.type === 'parents';
  return isLate && first.pagesOf !== undefined ? [{ type: 'tree' }] : questions;
}

/** Whether what is left is left to another run: to read or look where the time is over, to decide where too little is left. */
function leavesRest({ asking, lookBy }: Collecting, [question]: readonly Question[], now: number): boolean {
  if (lookBy === null || now < asking.lookUntil) return false;
  return question === undefined || question.type === 'parents' || question.type === 'tree';
}

/** Leaves what is open to the run that follows, without judging what was answered since: that one does it anyway. */
function leave({ collection, known, request }: Collecting, end?: AskingEnd): CollectedInRun {
  const open = known.pendingEntityIds.filter((id) => !collection.answers.has(`report:${id}`));
  // What the last answers leave open is not known: something, as at the beginning.
  const isUnknown = open.length === 0 && known.pendingEntityIds.length > 0;
  const pendingEntityIds = isUnknown ? [request.scopeId] : open;
  return { facts: notLooked({ ...known, pendingEntityIds }, end), judgement: null };
}

/** Nothing may be proposed of it. Whatever ended the asking, what is left is for another run. */
function notLooked(facts: ReviewFacts, end: AskingEnd = timeIsOver): ReviewFacts {
  return { ...facts, askingEnd: end, treeNotConfirmed: end.reason };
}

/** No report is asked any more; what was judged stays as it is. */
function endAsking(collecting: Collecting, given: AskingEnd): void {
  const end = given.cause === 'time' && collecting.isLast ? { ...given, reason: timeIsOverInVain } : given;
  collecting.end = end;
  const { facts, judgement } = judged(collecting);
  collecting.known = { ...facts, askingEnd: end };
  collecting.judged = { facts: collecting.known, judgement };
  const pending = facts.pendingEntityIds.length;
  collecting.asking.onProgress({ kind: 'asking-ended', pending, ...end });
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
async function take(collecting: Collecting, given: Answer, open = 0): Promise<void> {
  const { asking, onAnswer, reading, start } = collecting;
  const answer = reading === null ? given : { ...given, beside: reading.round };
  collecting.collection = withAnswer(collecting.collection, answer);
  const done = [...collecting.collection.answers.values()].filter(({ type }) => type === 'report').length;
  await onAnswer?.(answer, { done, open });
  if (isFurther(answer)) collecting.further.hasCome = true;
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
      const answer = await askReport(ports, question, collection, facts, asking);
      if ('cause' in answer && answer.gaveWay) collecting.further.hasCome = true;
      return answer;
    }
    case 'regions':
    case 'cost':
    case 'replay':
    case 'simulate':
      return askUnlessOver(collecting, question);
    case 'parents':
      return unlessLeft(collecting, async () => {
        const places = await ports.organization.readAccountParents();
        return { type: 'parents', round: collection.round, places: [...places] };
      });
    case 'tree':
      return readAnew(collecting);
  }
}

/** What a source answered; no more is asked where the time ran out meanwhile. */
async function askUnlessOver(
  { collection, ports }: Collecting,
  question: SourceQuestion,
): Promise<Answer | AskingEnd> {
  try {
    return await askSource(ports, question, collection.round, collection.answers.values());
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
