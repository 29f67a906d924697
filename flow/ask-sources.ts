import { concurrently } from '../adapters/concurrently.ts';
import type { CallFailure, ReviewPorts } from '../adapters/ports.ts';
import { canonicalJson } from '../core/base/canonical-json.ts';
import { isoDay } from '../core/base/iso-time.ts';
import { athenaLimits, costLimits, dayMilliseconds } from '../core/base/limits.ts';
import { sha256 } from '../core/base/sha256.ts';
import type { ChangeContent } from '../core/change/content/change.ts';
import type { RegionReading } from '../core/organization/enabled-regions.ts';
import type { OrganizationTree } from '../core/organization/organization.ts';
import type { Simulated } from '../core/policy/simulation.ts';
import type { ProofSubject } from '../core/proof/subject.ts';
import { type Certificate, isWeaker } from '../core/proof/verdict.ts';
import { firstInstant, trailSql } from '../core/replay/trail-query.ts';
import { readTrailRows } from '../core/replay/trail-reading.ts';
import type { questionsAboutEdits } from '../core/review/identities/identity-source-questions.ts';
import { simulateQuestions } from '../core/review/simulate-questions.ts';
import { activeBelow, questionsAbout, trailQuestions } from '../core/review/source-questions.ts';
import {
  actionsDigest,
  type ReplayQuestion,
  type SimulateQuestion,
  type SourceAnswer,
  type SourceFacts,
  type SourceQuestion,
  simulatorRefusal,
  sourceFacts,
} from '../core/review/sources.ts';
import { type ApplyPorts, callFailureOf } from './apply-ports.ts';

/** Accounts that are asked about at a time: AWS publishes no rate of ListRegions. */
const accountsAtOnce = 4;

/** What sources are asked through. */
type SourcePorts = Pick<ReviewPorts, 'caller' | 'clock' | 'regions' | 'simulator' | 'spending' | 'trail'>;

/**
 * Asks a source. What AWS refuses is an answer: a source that cannot be read ends no review. `before` are the earlier answers.
 * Throws where the time of the run is over: that says nothing of the source, and the next run may still be answered.
 */
export function askSource(
  ports: SourcePorts,
  question: SourceQuestion,
  round: number,
  before: Iterable<{ readonly type: string }>,
): Promise<SourceAnswer> {
  switch (question.type) {
    case 'regions':
      return askRegions(ports, question.accountIds, round);
    case 'cost':
      return askCost(ports, question.accountIds, round);
    case 'replay':
      return askTrail(ports, question, round, athenaLimits.waitMilliseconds.review);
    case 'simulate':
      return askSimulator(ports, question, round, simulatorRefusal(before));
  }
}

/** Asks the configured sources about an approved edit, once each. `prove` makes its certificate of their answers. */
export async function askSourcesAgain(
  ports: ApplyPorts,
  tree: OrganizationTree,
  { certificate, targets }: Pick<ChangeContent, 'certificate' | 'targets'>,
  prove: (facts: SourceFacts) => Certificate,
): Promise<SourceFacts> {
  return askAboutAccountsAgain(ports, activeBelow(tree, targets), certificate, prove);
}

/** The same about accounts. Where the Regions are known of fewer that lose something than when it was approved, the change waits anyway, and each request of Cost Explorer costs. */
export async function askAboutAccountsAgain(
  ports: ApplyPorts,
  accountIds: readonly string[],
  shown: Certificate,
  prove: (facts: SourceFacts) => Certificate,
): Promise<SourceFacts> {
  const regionsIn = ({ checks }: Certificate) => checks.find(({ name }) => name === 'regions');
  const before = regionsIn(shown);
  const answers: SourceAnswer[] = [];
  for (;;) {
    const facts = sourceFacts(answers);
    const [question] = questionsAbout(accountIds, facts, ports.configuration);
    if (question === undefined) return facts;
    const now = question.type === 'cost' && before ? regionsIn(prove(facts)) : undefined;
    if (now && before && isWeaker(now, before)) return facts;
    answers.push(await askSource(ports, question, 0, answers));
  }
}

/** Asks AWS's simulator about an approved edit, where it is configured. */
export async function simulateAgain(
  ports: ApplyPorts,
  subject: ProofSubject,
): Promise<Pick<SourceFacts, 'simulated'>> {
  if (!ports.configuration.sources.simulate) return {};
  const answers: SourceAnswer[] = [];
  for (const question of simulateQuestions([subject], new Map()))
    answers.push(await askSource(ports, question, 0, answers));
  return sourceFacts(answers);
}

/** Asks the sources about one account's own IAM. `isLast`: no other run asks them, so that what is not answered in time is not to be read. */
export async function askAboutAccount(
  ports: Pick<SourcePorts, 'caller' | 'regions' | 'simulator'>,
  questions: ReturnType<typeof questionsAboutEdits>,
  isLast = false,
): Promise<Pick<SourceFacts, 'regions' | 'simulated'>> {
  const answers: SourceAnswer[] = [];
  for (const question of questions)
    answers.push(
      question.type === 'regions'
        ? await askRegions(ports, question.accountIds, 0, isLast)
        : await askSimulator(ports, question, 0, simulatorRefusal(answers), isLast),
    );
  return sourceFacts(answers);
}

/** What AWS refused; null where it is none, or where only the time of a run is over that is not the last. */
function refusalIn(error: unknown, isLast = false): CallFailure | null {
  const failure = callFailureOf(error);
  return failure?.kind === 'time' && !isLast ? null : failure;
}

/** Asks which Regions accounts may use; what is refused whoever is asked about is not asked again. */
async function askRegions(
  { regions }: Pick<SourcePorts, 'regions'>,
  accountIds: readonly string[],
  round: number,
  isLast = false,
): Promise<SourceAnswer> {
  let refused: Extract<RegionReading, { readonly failure: string }> | undefined;
  const readings = await concurrently(accountIds, accountsAtOnce, async (id) => {
    const reading = refused ?? (await readingOf(() => regions.enabledRegions(id), isLast));
    if ('failure' in reading && reading.isLasting) refused = reading;
    return [id, reading] as const;
  });
  return { type: 'regions', round, readings };
}

async function readingOf(read: () => Promise<readonly string[]>, isLast: boolean): Promise<RegionReading> {
  try {
    return { regions: await read() };
  } catch (error) {
    const failure = refusalIn(error, isLast);
    if (failure === null) throw error;
    // Only what AWS says of one account leaves others worth a call: it was patient with all else.
    const isOfAccount = failure.kind === 'other' && failure.refusedByAws;
    return { failure: failure.message, ...(isOfAccount ? {} : { isLasting: true }) };
  }
}

async function askCost(
  { clock, spending }: SourcePorts,
  accountIds: readonly string[],
  round: number,
): Promise<SourceAnswer> {
  const [from, to] = [isoDay(clock.now() - costLimits.days * dayMilliseconds), isoDay(clock.now())];
  const asked = { type: 'cost', round, accountIds, from, to } as const;
  try {
    return { ...asked, rows: await spending.spendOf(accountIds, from, to) };
  } catch (error) {
    const failure = refusalIn(error);
    if (failure === null) throw error;
    return { ...asked, rows: [], failure: failure.message };
  }
}

/** For so long the trail as it was asked is fresh enough to write by, in milliseconds: a change that waits looks every minute, and each query costs. */
const trailFreshness = 3_600_000;

/** Asks the organization's trail about an approved change that was due at an instant (epoch ms), where it is configured. In the same hour that is the same query, however often it is asked. */
export async function replayAgain(
  ports: ApplyPorts,
  tree: OrganizationTree,
  { id, services, targets }: Pick<ChangeContent, 'id' | 'services' | 'targets'>,
  dueAt: number,
): Promise<Pick<SourceFacts, 'trail'>> {
  const hours = Math.max(0, Math.floor((ports.clock.now() - dueAt) / trailFreshness));
  const asked = { accountIds: activeBelow(tree, targets), services, askedFor: id };
  const answers: SourceAnswer[] = [];
  for (const question of trailQuestions(
    { ...asked, to: dueAt + hours * trailFreshness },
    {},
    ports.configuration,
  ))
    answers.push(await askTrail(ports, question, 0, athenaLimits.waitMilliseconds.apply));
  return sourceFacts(answers);
}

/** Asks the organization's trail. */
async function askTrail(
  { trail }: Pick<SourcePorts, 'trail'>,
  { accountIds, askedFor, services, to, where }: ReplayQuestion,
  round: number,
  milliseconds: number,
): Promise<SourceAnswer> {
  const asked = { accountIds, services, from: firstInstant(to, where.days), to };
  const nothing = { ...asked, groups: [], records: [], regions: [], days: [] };
  try {
    const sql = trailSql(where, asked);
    const token = sha256(canonicalJson([askedFor, where.workgroup, where.outputLocation, sql]));
    const read = readTrailRows(await trail.rowsOf(sql, { ...where, token, milliseconds }));
    const told = read.ok ? read.value : { failure: read.reasons[0].detail };
    return { type: 'replay', round, reading: { ...nothing, ...told } };
  } catch (error) {
    const failure = refusalIn(error);
    if (failure === null) throw error;
    return { type: 'replay', round, reading: { ...nothing, failure: failure.message } };
  }
}

/** Asks AWS's simulator. Where one call is refused, nothing more is asked: all that is left has that answer. */
async function askSimulator(
  { simulator }: Pick<SourcePorts, 'simulator'>,
  { actions, simulations }: SimulateQuestion,
  round: number,
  refusal: string | null,
  isLast = false,
): Promise<SourceAnswer> {
  const answers: (readonly [string, Simulated])[] = [];
  let failure = refusal;
  for (const { context, id, levels, principal } of simulations) {
    try {
      if (failure === null) {
        const allowed = await simulator.allowed(levels, actions, context, principal?.policies);
        answers.push([id, { allowed }]);
        continue;
      }
    } catch (error) {
      failure = refusalIn(error, isLast)?.message ?? null;
      if (failure === null) throw error;
    }
    answers.push([id, { failure: failure ?? '' }]);
  }
  return { type: 'simulate', round, actionsDigest: actionsDigest(actions), answers };
}
