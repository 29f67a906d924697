import { sha256 } from '../base/sha256.ts';
import type { Spend, SpendRow } from '../finding/spend.ts';
import type { RegionReading } from '../organization/enabled-regions.ts';
import type { Simulated, SimulatedChains, Simulation } from '../policy/simulation.ts';
import type { TrailTable } from '../replay/trail-query.ts';
import type { TrailReading } from '../replay/trail-reading.ts';
import type { ReviewFacts } from './review-facts.ts';

/** What a source of proof beside the access reports is asked, once a review knows what it would draft. */
export type SourceQuestion =
  | { readonly type: 'regions'; readonly accountIds: readonly string[] }
  | { readonly type: 'cost'; readonly accountIds: readonly string[] }
  | ReplayQuestion
  | SimulateQuestion;

/** What the organization's trail is asked: who calls these services in these accounts. */
export interface ReplayQuestion {
  readonly type: 'replay';
  readonly where: TrailTable;
  readonly accountIds: readonly string[];
  /** Namespaces, sorted. */
  readonly services: readonly string[];
  /** Calls up to this instant count, epoch milliseconds. */
  readonly to: number;
  /** The review or the change that it is for: the same question for the same one runs once and is paid once. */
  readonly askedFor: string;
}

/** The chains of SCPs under one edit, each before and after, and the actions that are tried under each. */
export interface SimulateQuestion {
  readonly type: 'simulate';
  readonly simulations: readonly Simulation[];
  readonly actions: readonly string[];
}

/** What a source answered; that it could not be read is an answer too. */
export type SourceAnswer =
  | {
      readonly type: 'regions';
      readonly round: number;
      readonly readings: readonly (readonly [accountId: string, reading: RegionReading])[];
    }
  | ({
      readonly type: 'cost';
      readonly round: number;
      readonly accountIds: readonly string[];
      readonly rows: readonly SpendRow[];
    } & Pick<Spend, 'failure' | 'from' | 'to'>)
  | { readonly type: 'replay'; readonly round: number; readonly reading: TrailReading }
  | {
      readonly type: 'simulate';
      readonly round: number;
      /** Tells questions about the same chain apart: `actionsDigest`. */
      readonly actionsDigest: string;
      readonly answers: readonly (readonly [simulationId: string, answer: Simulated])[];
    };

/** What the sources answered, as the facts of a review have it. */
export type SourceFacts = Pick<ReviewFacts, 'regions' | 'spend' | 'simulated' | 'trail'>;

const sourceTypes: readonly string[] = ['regions', 'cost', 'replay', 'simulate'];

/** Whether an answer is of a source. */
export function isSourceAnswer(answer: { readonly type: string }): answer is SourceAnswer {
  return sourceTypes.includes(answer.type);
}

/** The id of the question that is answered: nothing is asked about twice, so the first one tells. */
export function sourceQuestionId(answer: SourceAnswer): string {
  if (answer.type === 'simulate') return `simulate:${answer.answers[0]?.[0]}:${answer.actionsDigest}`;
  if (answer.type === 'replay')
    return `replay:${answer.reading.accountIds[0]}:${actionsDigest(answer.reading.services)}`;
  const first = answer.type === 'regions' ? answer.readings[0]?.[0] : answer.accountIds[0];
  return `${answer.type}:${first}`;
}

/** What the answers amount to. It is of accounts and texts, not of places, so it holds wherever accounts move. */
export function sourceFacts(answers: readonly SourceAnswer[]): SourceFacts {
  const readings = answers.flatMap((answer) => (answer.type === 'regions' ? answer.readings : []));
  const costs = answers.flatMap((answer) => (answer.type === 'cost' ? answer : []));
  const trail = answers.flatMap((answer) => (answer.type === 'replay' ? [answer.reading] : []));
  const simulated = simulatedIn(answers);
  const [first] = costs;
  const failure = costs.find((answer) => answer.failure !== undefined)?.failure;
  return {
    ...(readings.length > 0 ? { regions: new Map(readings) } : {}),
    ...(simulated.size > 0 ? { simulated } : {}),
    ...(trail.length > 0 ? { trail } : {}),
    ...(first && {
      spend: {
        from: first.from,
        to: first.to,
        accountIds: new Set(costs.flatMap(({ accountIds }) => accountIds)),
        rows: costs.flatMap(({ rows }) => rows),
        ...(failure === undefined ? {} : { failure }),
      },
    }),
  };
}

/** Digest of the actions that a question tries, or of the services that it is about. */
export function actionsDigest(actions: readonly string[]): string {
  return sha256(actions.join());
}

/** Of each chain all that was tried; where AWS refused a part of it, nothing. */
function simulatedIn(answers: readonly SourceAnswer[]): SimulatedChains {
  const simulated = new Map<string, Simulated>();
  for (const answer of answers) {
    if (answer.type !== 'simulate') continue;
    for (const [id, told] of answer.answers) {
      const before = simulated.get(id);
      if (before === undefined || 'failure' in told) simulated.set(id, told);
      else if (!('failure' in before)) simulated.set(id, { allowed: { ...before.allowed, ...told.allowed } });
    }
  }
  return simulated;
}

/** Why AWS's simulator refused a question that is among these answers, or null: then nothing more is asked of it, since each further question may wait as long. */
export function simulatorRefusal(answers: Iterable<{ readonly type: string }>): string | null {
  for (const answer of answers) {
    if (!isSourceAnswer(answer) || answer.type !== 'simulate') continue;
    for (const [, told] of answer.answers) if ('failure' in told) return told.failure;
  }
  return null;
}
