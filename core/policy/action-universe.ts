import { globMatches } from '../base/matching.ts';
import { rememberedFor } from '../base/remembered.ts';
import type { Statement } from './document.ts';

/** Names of actions, without prefix, by namespace. */
export type ActionNames = ReadonlyMap<string, readonly string[]>;

/** Stands for every action of a service that nobody knows yet: only a pattern that takes in all of them matches it. */
export const unknownAction = '\u0000';

interface ServiceActions {
  readonly namespace: string;
  /** The one that nobody knows stands last. */
  readonly names: readonly string[];
  /** The names with their prefix. */
  readonly actions: readonly string[];
  readonly folded: readonly string[];
  /** Places among the actions of the service. */
  readonly places: ReadonlyMap<string, number>;
  /** The known ones in lower case with these places, sorted: those that begin alike stand together. */
  readonly sorted: readonly { readonly name: string; readonly at: number }[];
  /** What each pattern of a name that was asked for matches: starts and ends of runs of these places, by turns. */
  readonly runs: Map<string, readonly number[]>;
}

interface UniverseService extends ServiceActions {
  /** Place of its first action; the others follow. */
  readonly first: number;
}

/** Every action that policies are compared over, each at one place. */
export interface ActionUniverse {
  readonly count: number;
  readonly services: ReadonlyMap<string, UniverseService>;
  /** The same services in the order of their places. */
  readonly inOrder: readonly UniverseService[];
  /** Places of actions as AWS spells them: how most patterns are written. */
  readonly spelled: ReadonlyMap<string, number>;
}

/** The universe of some known actions, with one that nobody knows for each service. Every account is read over the same. */
export const universeOf = rememberedFor((known: ActionNames): ActionUniverse => {
  const services = new Map<string, UniverseService>();
  const spelled = new Map<string, number>();
  let count = 0;
  for (const [namespace, names] of known) {
    const service = actionsOfService(namespace.toLowerCase(), names);
    services.set(service.namespace, { ...service, first: count });
    for (const [at, action] of service.actions.entries())
      if (!hasWildcard(action)) spelled.set(action, count + at);
    count += service.names.length;
  }
  return { count, services, inOrder: [...services.values()], spelled };
});

const rememberedServices = new WeakMap<readonly string[], ServiceActions>();

// The universe of an account differs from that of the known actions in few services: the others are read once.
function actionsOfService(namespace: string, known: readonly string[]): ServiceActions {
  const before = rememberedServices.get(known);
  if (before?.namespace === namespace) return before;
  const names = [...known, unknownAction];
  const folded = names.map((name) => name.toLowerCase());
  const service = {
    namespace,
    names,
    folded,
    sorted: folded
      .slice(0, -1)
      .map((name, at) => ({ name, at }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    actions: names.map((name) => `${namespace}:${name}`),
    places: new Map(folded.map((name, at) => [name, at])),
    runs: new Map(),
  };
  rememberedServices.set(known, service);
  return service;
}

/**
 * The universe of the known actions and those that statements name beside them. It is an object of its own: what is remembered
 * for it ends with whoever asked, and does not pile up with the known actions from account to account.
 */
export function universeWith(known: ActionNames, statements: readonly Statement[]): ActionUniverse {
  return { ...universeOf(mergedNames(known, actionsMissingIn(universeOf(known), statements))) };
}

/** Actions that statements name and that the universe lacks; a wildcard that matches none of it stands for what it might match. */
function actionsMissingIn(universe: ActionUniverse, statements: readonly Statement[]): ActionNames {
  const missing = new Map<string, Map<string, string>>();
  for (const { actions } of statements) {
    for (const pattern of actions.patterns) {
      if (universe.spelled.has(pattern)) continue;
      const colon = pattern.indexOf(':');
      const namespace = pattern.slice(0, Math.max(0, colon)).toLowerCase();
      if (!/^[a-z0-9-]+$/.test(namespace) || isMatched(universe, pattern)) continue;
      const names = missing.get(namespace) ?? new Map<string, string>();
      const name = pattern.slice(colon + 1);
      if (!/^\*+$/.test(name)) names.set(name.toLowerCase(), name);
      missing.set(namespace, names);
    }
  }
  return new Map([...missing].map(([namespace, names]) => [namespace, [...names.values()]]));
}

/** Both lists together. */
function mergedNames(one: ActionNames, other: ActionNames): ActionNames {
  if (other.size === 0) return one;
  const merged = new Map(one);
  for (const [namespace, names] of other) merged.set(namespace, [...(merged.get(namespace) ?? []), ...names]);
  return merged;
}

/** Where an action such as `s3:GetObject` stands, or undefined; letter case does not count. */
export function placeOf({ services }: ActionUniverse, action: string): number | undefined {
  const folded = action.toLowerCase();
  const colon = folded.indexOf(':');
  const service = services.get(folded.slice(0, colon));
  const place = service?.places.get(folded.slice(colon + 1));
  return service && place !== undefined ? service.first + place : undefined;
}

/** Tells every action that a pattern matches, as runs of places: `start` inclusive, `end` exclusive (IAM User Guide, "Action"). */
export function eachRun(
  universe: ActionUniverse,
  pattern: string,
  tell: (start: number, end: number) => void,
): void {
  const spelled = universe.spelled.get(pattern);
  if (spelled !== undefined) {
    tell(spelled, spelled + 1);
    return;
  }
  const folded = pattern.toLowerCase();
  const colon = folded.indexOf(':');
  if (colon < 0) {
    // AWS takes no other pattern without a prefix.
    if (/^\*+$/.test(folded)) tell(0, universe.count);
    return;
  }
  const prefix = folded.slice(0, colon);
  const name = folded.slice(colon + 1);
  if (!hasWildcard(prefix)) {
    const service = universe.services.get(prefix);
    if (service) eachRunOf(service, name, tell);
    return;
  }
  for (const service of universe.inOrder)
    if (globMatches(prefix, service.namespace)) eachRunOf(service, name, tell);
}

/** The names of one service that a pattern matches, as AWS spells them, in their order; the one that nobody knows is none of them. */
export function namesMatched(
  universe: ActionUniverse,
  pattern: string,
  namespace: string,
): readonly string[] {
  const service = universe.services.get(namespace);
  if (!service) return [];
  const { first, names } = service;
  const matched: number[] = [];
  eachRun(universe, pattern, (start, end) => {
    const last = Math.min(end, first + names.length);
    for (let place = Math.max(start, first); place < last; place += 1) matched.push(place - first);
  });
  const inOrder = matched.sort((one, other) => one - other).map((at) => names[at] as string);
  return inOrder.filter((name) => name !== unknownAction);
}

function eachRunOf(service: UniverseService, name: string, tell: (start: number, end: number) => void): void {
  const { first, places } = service;
  // What stands here by its very spelling needs no search; a wildcard stands so where it matches nothing else.
  if (!hasWildcard(name)) {
    const place = places.get(name);
    if (place !== undefined) tell(first + place, first + place + 1);
    return;
  }
  const runs = service.runs.get(name) ?? runsMatched(service, name);
  service.runs.set(name, runs);
  for (let at = 0; at < runs.length; at += 2)
    tell(first + (runs[at] as number), first + (runs[at + 1] as number));
}

function runsMatched({ folded, sorted }: ServiceActions, name: string): readonly number[] {
  if (isEverything(name)) return [0, folded.length];
  const wildcard = name.search(/[*?]/);
  const start = name.slice(0, wildcard);
  const onlyStart = name.length === wildcard + 1 && name[wildcard] === '*';
  const runs: number[] = [];
  for (let next = firstFrom(sorted, start); next < sorted.length; next += 1) {
    const candidate = sorted[next] as (typeof sorted)[number];
    if (!candidate.name.startsWith(start)) break;
    if (!onlyStart && !globMatches(name, candidate.name)) continue;
    // Names mostly stand in the order of their spelling, so that one run follows another.
    if (runs.at(-1) === candidate.at) runs[runs.length - 1] = candidate.at + 1;
    else runs.push(candidate.at, candidate.at + 1);
  }
  return runs;
}

/** The place of the first name that does not stand before a text. */
function firstFrom(sorted: UniverseService['sorted'], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as (typeof sorted)[number]).name < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a pattern matches every name there can be. */
function isEverything(name: string): boolean {
  return globMatches(name, unknownAction) && globMatches(name, unknownAction.repeat(name.length + 1));
}

function hasWildcard(text: string): boolean {
  return text.includes('*') || text.includes('?');
}

function isMatched(universe: ActionUniverse, pattern: string): boolean {
  let isFound = false;
  eachRun(universe, pattern, () => {
    isFound = true;
  });
  return isFound;
}
