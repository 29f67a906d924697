import { groupBy, sortedUnique } from '../base/lists.ts';
import { type PolicyDocument, parsePolicy, type Statement } from './document.ts';

/** A statement whose counterpart differs: what was added to and taken from its action list, and whether anything else differs. */
export interface ChangedStatement {
  readonly sid: string | null;
  /** As it is after the edit. */
  readonly statement: Statement;
  readonly addedActions: readonly string[];
  readonly removedActions: readonly string[];
  readonly otherwiseChanged: boolean;
}

/** Two SCPs compared by meaning: lists count as sets, layout and the order of statements do not count. */
export interface PolicyDifference {
  readonly addedStatements: readonly Statement[];
  readonly removedStatements: readonly Statement[];
  readonly changedStatements: readonly ChangedStatement[];
  /** How many statements mean the same before and after. */
  readonly unchanged: number;
}

/** Compares two texts of an SCP; `before` is null for a policy that does not exist yet. Throws for a text that does not parse: callers compare only what was read. */
export function comparePolicies(before: string | null, after: string): PolicyDifference {
  const earlier = before === null ? [] : statementsOf(before, 'before');
  const later = statementsOf(after, 'after');

  const laterByMeaning = groupBy(later, meaningOf);
  const same = new Set<Statement>();
  const changedOrGone = earlier.filter((statement) => {
    const twin = laterByMeaning.get(meaningOf(statement))?.shift();
    if (twin) same.add(twin);
    return twin === undefined;
  });

  const unmatched = later.filter((statement) => !same.has(statement));
  const changedStatements: ChangedStatement[] = [];
  const removedStatements: Statement[] = [];
  for (const statement of changedOrGone) {
    const index = unmatched.findIndex((candidate) => isCounterpart(statement, candidate));
    const [counterpart] = index < 0 ? [] : unmatched.splice(index, 1);
    if (counterpart) changedStatements.push(changeOf(statement, counterpart));
    else removedStatements.push(statement);
  }
  return { addedStatements: unmatched, removedStatements, changedStatements, unchanged: same.size };
}

function statementsOf(text: string, which: string): PolicyDocument['statements'] {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(`the text ${which} is no SCP: ${parsed.reasons[0].detail}`);
  return parsed.value.statements;
}

// A Sid names a statement; one without is known again by everything but its action list.
function isCounterpart(one: Statement, other: Statement): boolean {
  if (one.sid !== other.sid) return false;
  return one.sid !== null || restOf(one) === restOf(other);
}

function changeOf(before: Statement, after: Statement): ChangedStatement {
  const earlier = new Set(before.actions.patterns);
  const later = new Set(after.actions.patterns);
  return {
    sid: after.sid,
    statement: after,
    addedActions: sortedUnique(after.actions.patterns.filter((pattern) => !earlier.has(pattern))),
    removedActions: sortedUnique(before.actions.patterns.filter((pattern) => !later.has(pattern))),
    otherwiseChanged: restOf(before) !== restOf(after),
  };
}

function meaningOf(statement: Statement): string {
  return JSON.stringify([restOf(statement), sortedUnique(statement.actions.patterns)]);
}

function restOf(statement: Statement): string {
  const { actions, effect, sid } = statement;
  return JSON.stringify([sid, effect, actions.kind, scopeOf(statement)]);
}

/** To whom and to what a statement applies: the same text for the same resources and condition, in whatever order they are written. */
export function scopeOf({ condition, resources }: Statement): string {
  const conditions = Object.entries(condition ?? {}).flatMap(([operator, keys]) => {
    const entries = Object.entries(keys).map(([key, values]) =>
      JSON.stringify([operator, key, sortedUnique(values)]),
    );
    return entries.length === 0 ? [JSON.stringify([operator])] : entries;
  });
  return JSON.stringify([resources.kind, sortedUnique(resources.patterns), conditions.toSorted()]);
}
