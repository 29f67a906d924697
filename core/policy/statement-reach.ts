import { listAt } from '../base/lists.ts';
import { patternCoversService, patternTouchesService } from '../base/matching.ts';
import { rememberedFor } from '../base/remembered.ts';
import type { PolicyDocument, Statement } from './document.ts';

/** Whether a document can say anything of a service. Most name a few, and are asked about all. */
export function mayConcern(document: PolicyDocument, namespace: string): boolean {
  const services = servicesConcerned(document);
  return services === 'every service' || services.has(namespace.toLowerCase());
}

/** Whether a document can say anything of one of these services. */
export function mayConcernAny(document: PolicyDocument, namespaces: readonly string[]): boolean {
  return namespaces.some((namespace) => mayConcern(document, namespace));
}

/** The services that a document can say anything of, in lower case. */
export const servicesConcerned = rememberedFor(namedIn);

function namedIn({ statements }: PolicyDocument): ReadonlySet<string> | 'every service' {
  const named = new Set<string>();
  for (const { actions } of statements) {
    const { broad, of } = sortedPatterns.get(actions) ?? sortPatterns(actions);
    if (actions.kind === 'not-action' || broad.length > 0) return 'every service';
    for (const namespace of of.keys()) named.add(namespace);
  }
  return named;
}

/** How much of a service, or of all resources, a statement is about. */
export type Reach = 'none' | 'some' | 'all';

interface PatternsByPrefix {
  readonly of: ReadonlyMap<string, readonly string[]>;
  /** Those with a wildcard in the prefix, or without a prefix: they may match actions of any service. */
  readonly broad: readonly string[];
}

const sortedPatterns = new WeakMap<Statement['actions'], PatternsByPrefix>();

/** The patterns of a list that can have to do with a service. Deny lists name many services, and each is asked about all of them. */
function patternsFor(actions: Statement['actions'], namespace: string): readonly string[] {
  const { broad, of } = sortedPatterns.get(actions) ?? sortPatterns(actions);
  const own = of.get(namespace.toLowerCase());
  return own === undefined ? broad : [...own, ...broad];
}

function sortPatterns(actions: Statement['actions']): PatternsByPrefix {
  const of = new Map<string, string[]>();
  const broad: string[] = [];
  for (const pattern of actions.patterns) {
    const prefix = pattern.slice(0, Math.max(0, pattern.indexOf(':'))).toLowerCase();
    if (prefix === '' || /[*?]/.test(prefix)) broad.push(pattern);
    else listAt(of, prefix).push(pattern);
  }
  const sorted = { of, broad };
  sortedPatterns.set(actions, sorted);
  return sorted;
}

/** How many of the actions of a service a statement is about. */
export function actionReach(statement: Statement, namespace: string): Reach {
  const { kind } = statement.actions;
  const patterns = patternsFor(statement.actions, namespace);
  const covered = patterns.some((pattern) => patternCoversService(pattern, namespace));
  if (covered) return kind === 'action' ? 'all' : 'none';
  if (patterns.some((pattern) => patternTouchesService(pattern, namespace))) return 'some';
  return kind === 'action' ? 'none' : 'all';
}

/** How many resources a statement is about. */
export function resourceReach(statement: Statement): Reach {
  const { kind, patterns } = statement.resources;
  const everything = patterns.some((pattern) => /^\*+$/.test(pattern));
  if (kind === 'not-resource') return everything ? 'none' : 'some';
  if (everything) return 'all';
  return patterns.length === 0 ? 'none' : 'some';
}
