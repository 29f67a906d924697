import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { patternMatchesAction } from '../../base/matching.ts';
import { parsePolicy, type Statement } from '../../policy/document.ts';

/** Stands for every action of a service that is not known yet: only wildcards match it. */
export const unknownAction = '\u0000';

/** Every action that is known, without prefix, by namespace. */
export type KnownActions = ReadonlyMap<string, readonly string[]>;

/** What statements of one effect, resource and condition cover: lower-case `ns:action`. */
type Covered = ReadonlySet<string>;

/** What texts allow and deny, each by resource and condition as canonical text. */
export interface Access {
  readonly allows: ReadonlyMap<string, Covered>;
  readonly denies: ReadonlyMap<string, Covered>;
}

/** What the statements of these texts allow and deny together. A text that is no policy says nothing here: the check `syntax` fails for it. */
export function accessOf(texts: readonly string[], known: KnownActions): Access {
  const allows = new Map<string, Set<string>>();
  const denies = new Map<string, Set<string>>();
  for (const text of texts) {
    for (const { effect, key, actions } of coverageOf(text, known)) {
      const side = effect === 'Allow' ? allows : denies;
      const sum = side.get(key) ?? new Set<string>();
      for (const action of actions) sum.add(action);
      side.set(key, sum);
    }
  }
  return { allows, denies };
}

/** What one set covers and another does not, by resource and condition. */
export function minus(
  from: ReadonlyMap<string, Covered>,
  taken: ReadonlyMap<string, Covered>,
): ReadonlyMap<string, Covered> {
  const left = new Map<string, Covered>();
  for (const [key, actions] of from) {
    const others = taken.get(key);
    const rest = others ? new Set([...actions].filter((action) => !others.has(action))) : actions;
    if (rest.size > 0) left.set(key, rest);
  }
  return left;
}

/** The namespaces of actions, sorted. */
export function namespacesOf(covered: ReadonlyMap<string, Covered>): readonly string[] {
  const namespaces = new Set<string>();
  for (const actions of covered.values()) for (const action of actions) namespaces.add(namespaceOf(action));
  return [...namespaces].sort();
}

/** The actions themselves, each once, sorted. */
export function actionsOf(covered: ReadonlyMap<string, Covered>): readonly string[] {
  const all = new Set<string>();
  for (const actions of covered.values()) for (const action of actions) all.add(action);
  return [...all].sort();
}

/** The part of `ns:action` before the colon. */
export function namespaceOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}

/** The known actions with those that these texts name one by one: a prefix or an action that no list knows counts as well. */
export function actionsNamedIn(texts: readonly string[], known: KnownActions): KnownActions {
  const named = new Map<string, Set<string>>();
  for (const text of texts) {
    const parsed = parsePolicy(text);
    if (!parsed.ok) continue;
    for (const { actions } of parsed.value.statements) {
      for (const pattern of actions.patterns) {
        const [namespace = '', name = ''] = pattern.toLowerCase().split(':');
        if (!/^[a-z0-9-]+$/.test(namespace)) continue;
        const names = named.get(namespace) ?? new Set();
        if (/^[a-z0-9]+$/.test(name)) names.add(name);
        named.set(namespace, names);
      }
    }
  }
  const all = new Map<string, readonly string[]>();
  for (const [namespace, names] of known) all.set(namespace.toLowerCase(), names);
  for (const [namespace, names] of named) all.set(namespace, [...(all.get(namespace) ?? []), ...names]);
  return all;
}

interface Coverage {
  readonly effect: 'Allow' | 'Deny';
  readonly key: string;
  readonly actions: readonly string[];
}

const remembered = new WeakMap<KnownActions, Map<string, readonly Coverage[]>>();

/** Texts are looked at once per list of known actions: many principals bear the same policy. */
function coverageOf(text: string, known: KnownActions): readonly Coverage[] {
  const texts = remembered.get(known) ?? new Map<string, readonly Coverage[]>();
  remembered.set(known, texts);
  const coverage = texts.get(text) ?? readCoverage(text, known);
  texts.set(text, coverage);
  return coverage;
}

function readCoverage(text: string, known: KnownActions): readonly Coverage[] {
  const parsed = parsePolicy(text);
  if (!parsed.ok)
    throw new Error(`a policy that cannot be read was to be proved: ${parsed.reasons[0].detail}`);
  return parsed.value.statements.map((statement) => ({
    effect: statement.effect,
    key: scopeKey(statement),
    actions: coveredActions(statement, known),
  }));
}

/** The `scopeKey` of resource `*` without condition. */
export const everything = '{"condition":{},"resource":["*"]}';

/** Resource and condition of a statement as one text: lists without order, nothing else read into them. */
export function scopeKey({ resources, condition }: Statement): string {
  const conditions = Object.entries(condition ?? {}).map(([operator, keys]) => [
    operator,
    Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, [...values].sort()])),
  ]);
  const scope = {
    [resources.kind]: [...new Set(resources.patterns)].sort(),
    condition: Object.fromEntries(conditions) as Json,
  };
  return canonicalJson(scope as Json);
}

function coveredActions({ actions }: Statement, known: KnownActions): readonly string[] {
  const covered: string[] = [];
  for (const [namespace, names] of known) {
    const patterns = actions.patterns.filter((pattern) => mayName(pattern, namespace));
    const isWanted = actions.kind === 'action';
    if (isWanted && patterns.length === 0) continue;
    for (const name of [...names, unknownAction]) {
      const action = `${namespace}:${name.toLowerCase()}`;
      if (patterns.some((pattern) => patternMatchesAction(pattern, action)) === isWanted)
        covered.push(action);
    }
  }
  return covered;
}

/** Whether a pattern can be about a namespace: a cheap look before the exact one. */
function mayName(pattern: string, namespace: string): boolean {
  const prefix = pattern.slice(0, pattern.indexOf(':')).toLowerCase();
  return pattern === '*' || /[*?]/.test(prefix) || prefix === namespace;
}
