import { type ActionSet, actionsOf, hasPlace, namesIn, union, without } from './action-set.ts';
import { type ActionUniverse, placeOf, unknownAction } from './action-universe.ts';
import type { Condition, Statement } from './document.ts';

/** Where and when something holds: the resource and the condition as canonical texts. */
export interface AccessScope {
  readonly effect: Statement['effect'];
  /** One resource pattern; for NotResource all of them as `not ["…"]`. */
  readonly resource: string;
  /** Canonical JSON, `null` for none. */
  readonly condition: string;
}

interface AccessPart extends AccessScope {
  readonly actions: ActionSet;
  /** The lists as they are written, for actions that nobody knows yet. */
  readonly lists: readonly Statement['actions'][];
}

/** What some policies say, by effect, resource and condition, over one universe. Order, Sids and the policy that says it do not count. */
export type Access = ReadonlyMap<string, AccessPart>;

/** What the statements of one policy allow and deny. */
export function accessOf(universe: ActionUniverse, statements: readonly Statement[]): Access {
  const access = new Map<string, AccessPart>();
  for (const statement of statements) {
    const { effect } = statement;
    const condition = conditionText(statement.condition);
    const actions = listedActions(universe, statement.actions);
    for (const resource of resourceTexts(statement))
      addPart(access, { effect, resource, condition, ...actions });
  }
  return access;
}

type ListedActions = Pick<AccessPart, 'actions' | 'lists'>;

const remembered = new WeakMap<ActionUniverse, Map<string, ListedActions>>();

// An edit leaves most lists as they are, and policies share many: each is read once, so that what is the same object needs no comparison.
function listedActions(universe: ActionUniverse, list: Statement['actions']): ListedActions {
  const known = remembered.get(universe) ?? new Map<string, ListedActions>();
  remembered.set(universe, known);
  // Nobody writes the character that stands for what nobody knows.
  const key = `${list.kind}${unknownAction}${list.patterns.join(unknownAction)}`;
  const listed = known.get(key) ?? {
    actions: actionsOf(universe, list.kind, list.patterns),
    lists: [list],
  };
  known.set(key, listed);
  return listed;
}

/** Adds up policies: a principal's own and those of his groups, inline and managed alike (IAM User Guide, "Policy evaluation logic"). */
export function together(policies: readonly Access[]): Access {
  const [only, ...others] = policies;
  if (only && others.length === 0) return only;
  const sum = new Map<string, AccessPart>();
  for (const access of policies) for (const part of access.values()) addPart(sum, part);
  return sum;
}

function addPart(sum: Map<string, AccessPart>, part: AccessPart): void {
  const key = keyOf(part);
  const before = sum.get(key);
  if (before === undefined) sum.set(key, part);
  else
    sum.set(key, {
      ...part,
      actions: union(before.actions, part.actions),
      lists: [...before.lists, ...part.lists],
    });
}

/** Every action that some Allow names, whatever is denied, as `s3:GetObject`. */
export function allowedActions(universe: ActionUniverse, access: Access): readonly string[] {
  return namesIn(universe, sumOf(access, 'Allow', isAny));
}

/** Every action that may be allowed somewhere, in some circumstances: what some Allow names, less what is denied always and everywhere. */
export function possibleActions(universe: ActionUniverse, access: Access): readonly string[] {
  const allowed = sumOf(access, 'Allow', isAny);
  return namesIn(universe, without(allowed, deniedEverywhere(access)));
}

/** Whether some Allow names one of these actions, on whatever resource and condition. */
export function allowsAny(universe: ActionUniverse, access: Access, actions: readonly string[]): boolean {
  const allowing = [...access.values()].filter(({ effect }) => effect === 'Allow');
  return actions.some((action) => {
    const place = placeOf(universe, action);
    return place !== undefined && allowing.some((part) => hasPlace(part.actions, place));
  });
}

/** Whether policies allow one action whatever is asked for and when: `depends` where that hangs on a resource, a condition, or an action that nobody knows. */
export function standingOfAction(
  universe: ActionUniverse,
  access: Access,
  action: string,
): 'allowed' | 'denied' | 'depends' {
  const place = placeOf(universe, action);
  if (place === undefined) return 'depends';
  const parts = [...access.values()].filter((part) => hasPlace(part.actions, place));
  const denying = parts.filter(({ effect }) => effect === 'Deny');
  const allowing = parts.filter(({ effect }) => effect === 'Allow');
  if (denying.some(isEverywhere) || allowing.length === 0) return 'denied';
  return denying.length === 0 && allowing.some(isEverywhere) ? 'allowed' : 'depends';
}

/** Resource and condition of a statement as one text: lists without order, nothing else read into them. */
export function scopeText(statement: Statement): string {
  return JSON.stringify([...resourceTexts(statement), conditionText(statement.condition)]);
}

const isAny = (): boolean => true;
const isEverywhere = ({ resource, condition }: AccessScope): boolean =>
  resource === '*' && condition === noCondition;
const noCondition = 'null';

/** The key of resource `*` without condition. */
export function keyOfEverywhere(effect: Statement['effect']): string {
  return keyOf({ effect, resource: '*', condition: noCondition });
}

/** What is denied always and everywhere. */
export function deniedEverywhere(access: Access): ActionSet {
  return sumOf(access, 'Deny', isEverywhere);
}

function sumOf(
  access: Access,
  effect: Statement['effect'],
  counts: (scope: AccessScope) => boolean,
): ActionSet {
  let sum: ActionSet = [];
  for (const part of access.values())
    if (part.effect === effect && counts(part)) sum = union(sum, part.actions);
  return sum;
}

function keyOf({ effect, resource, condition }: AccessScope): string {
  return `${effect} ${resource} ${condition}`;
}

// Resources add up one by one; those of NotResource only together.
function resourceTexts({ resources }: Statement): readonly string[] {
  const unique = [...new Set(resources.patterns)].sort();
  return resources.kind === 'resource' ? unique : [`not ${JSON.stringify(unique)}`];
}

function conditionText(condition: Condition | null): string {
  if (condition === null) return noCondition;
  const sorted = <Value>(record: Readonly<Record<string, Value>>): [string, Value][] =>
    Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
  const operators = sorted(condition).map(([operator, keys]) => [
    operator,
    sorted(keys).map(([key, values]) => [key, [...new Set(values)].sort()]),
  ]);
  return JSON.stringify(operators);
}
