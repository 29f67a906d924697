import { globMatches } from '../base/matching.ts';
import type { Condition } from '../policy/document.ts';
import type { TrailCall } from './trail-record.ts';

/** Whether a condition held for a call: `open` where the record does not tell. */
export type ConditionAnswer = 'held' | 'did-not-hold' | 'open';

type Matches = (pattern: string, text: string) => boolean;

const equals: Matches = (pattern, text) => pattern === text;
const equalsIgnoringCase: Matches = (pattern, text) => pattern.toLowerCase() === text.toLowerCase();

// IAM User Guide, "IAM JSON policy elements: Condition operators"; ArnEquals and ArnLike behave alike.
const operators: Readonly<Record<string, Matches>> = {
  stringequals: equals,
  stringequalsignorecase: equalsIgnoringCase,
  stringlike: globMatches,
  arnequals: arnMatches,
  arnlike: arnMatches,
};

// What a record tells of the request. Other keys (tags, source, time, organization) are left open.
const keys: Readonly<Record<string, (call: TrailCall) => string | null>> = {
  'aws:principalarn': ({ principalArn }) => principalArn,
  'aws:principalaccount': ({ accountId }) => accountId,
  'aws:requestedregion': ({ region }) => region,
};

/** Whether a condition held when a call was made, as far as its record tells. */
export function conditionOfCall(condition: Condition, call: TrailCall): ConditionAnswer {
  const answers = Object.entries(condition).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, values]) => answerOf(operator, key, values, call)),
  );
  if (answers.includes('did-not-hold')) return 'did-not-hold';
  return answers.includes('open') ? 'open' : 'held';
}

function answerOf(
  operator: string,
  key: string,
  values: readonly string[],
  call: TrailCall,
): ConditionAnswer {
  // The keys that a record tells are in every request, so IfExists changes nothing.
  const folded = operator.toLowerCase().replace(/ifexists$/, '');
  const isNegated = /^(string|arn)not/.test(folded);
  const positive = folded.replace(/^(string|arn)not/, '$1');
  const matches = Object.hasOwn(operators, positive) ? operators[positive] : undefined;
  const name = key.toLowerCase();
  const value = Object.hasOwn(keys, name) ? (keys[name]?.(call) ?? null) : null;
  if (matches === undefined || value === null || values.some((each) => each.includes('${'))) return 'open';
  const isArn = positive.startsWith('arn');
  if (isArn && [value, ...values].some((each) => partsOf(each).length < 6)) return 'open';
  return values.some((each) => matches(each, value)) === isNegated ? 'did-not-hold' : 'held';
}

/** The six parts of an ARN are compared one by one. */
function arnMatches(pattern: string, arn: string): boolean {
  const parts = partsOf(arn);
  return partsOf(pattern).every((part, index) => globMatches(part, parts[index] ?? ''));
}

function partsOf(arn: string): readonly string[] {
  const [partition, service, region, account, ...rest] = arn.split(':').slice(1);
  const known = [arn.split(':')[0], partition, service, region, account].flatMap((part) => part ?? []);
  return rest.length > 0 ? [...known, rest.join(':')] : known;
}
