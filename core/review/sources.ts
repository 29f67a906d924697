import type { Spend, SpendRow } from '../finding/spend.ts';
import type { RegionReading } from '../organization/enabled-regions.ts';
import type { ReviewFacts } from './review-facts.ts';

/** What a source of proof beside the access reports is asked, once a review knows what it would draft. */
export type SourceQuestion =
  | { readonly type: 'regions'; readonly accountIds: readonly string[] }
  | { readonly type: 'cost'; readonly accountIds: readonly string[] };

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
    } & Pick<Spend, 'failure' | 'from' | 'to'>);

/** What the sources answered, as the facts of a review have it. */
export type SourceFacts = Pick<ReviewFacts, 'regions' | 'spend'>;

/** Whether an answer is of a source. */
export function isSourceAnswer(answer: { readonly type: string }): answer is SourceAnswer {
  return answer.type === 'regions' || answer.type === 'cost';
}

/** The id of the question that is answered: no account is asked about twice, so the first one tells. */
export function sourceQuestionId(answer: SourceAnswer): string {
  const first = answer.type === 'regions' ? answer.readings[0]?.[0] : answer.accountIds[0];
  return `${answer.type}:${first}`;
}

/** What the answers amount to. It is of accounts and texts, not of places, so it holds wherever accounts move. */
export function sourceFacts(answers: readonly SourceAnswer[]): SourceFacts {
  const readings = answers.flatMap((answer) => (answer.type === 'regions' ? answer.readings : []));
  const costs = answers.flatMap((answer) => (answer.type === 'cost' ? answer : []));
  const [first] = costs;
  const failure = costs.find((answer) => answer.failure !== undefined)?.failure;
  return {
    ...(readings.length > 0 ? { regions: new Map(readings) } : {}),
    ...(first && {
      spend: {
        ...{ from: first.from, to: first.to },
        accountIds: new Set(costs.flatMap(({ accountIds }) => accountIds)),
        rows: costs.flatMap(({ rows }) => rows),
        ...(failure === undefined ? {} : { failure }),
      },
    }),
  };
}
