import { patternCoversService, patternMatchesAction, patternTouchesService } from '../base/matching.ts';
import type { Statement } from '../policy/document.ts';
import { isUnseen } from '../policy/unseen-use.ts';
import type { AccountIndex } from './account-index.ts';
import type { ActionCatalogue } from './action-use.ts';
import { touchesService } from './granted-services.ts';
import { pathsOf } from './grants.ts';
import type { CompletedIdentityReport } from './identity-report.ts';
import type { Subject } from './subject.ts';

interface Remembered {
  readonly index: AccountIndex;
  readonly services: ReadonlySet<string>;
}

const remembered = new WeakMap<CompletedIdentityReport, Remembered>();

/**
 * Services that the subject's texts allow and that its finished report does not list although nothing hides them: their use
 * is unknown. A known service counts where it is allowed on every resource. One that nobody knows, or whose use reports do
 * not show anyway, counts where a statement spells it out.
 */
export function unlistedServices(
  index: AccountIndex,
  catalogue: ActionCatalogue,
  subject: Subject,
  report: CompletedIdentityReport,
): ReadonlySet<string> {
  const before = remembered.get(report);
  if (before?.index === index) return before.services;
  const services = computeUnlisted(index, catalogue, subject, report);
  remembered.set(report, { index, services });
  return services;
}

/** So many services are named in one sentence. */
const mostNamed = 10;

/** Services as a sentence names them: the first few of many. */
export function namedServices(namespaces: Iterable<string>): string {
  const sorted = [...namespaces].sort();
  const more = sorted.length > mostNamed ? ` and ${sorted.length - mostNamed} more` : '';
  return `${sorted.slice(0, mostNamed).join(', ')}${more}`;
}

function computeUnlisted(
  index: AccountIndex,
  { knownActions }: ActionCatalogue,
  subject: Subject,
  { rows }: CompletedIdentityReport,
): ReadonlySet<string> {
  const documents = new Set(pathsOf(index, subject).flatMap(({ source }) => source.document ?? []));
  const statements = [...documents].flatMap((document) => document.statements);
  const limit = boundaryOf(index, subject);
  const unlisted = new Set<string>();
  for (const [namespace, names] of knownActions) {
    if (rows.has(namespace) || isUnseen(namespace)) continue;
    const meant = statements.filter((statement) => touchesService(statement, namespace));
    if (!meant.some(({ effect }) => effect === 'Allow')) continue;
    const isGranted = names.some((name) => {
      const action = `${namespace}:${name}`;
      return isOpen(meant, action) && (limit === null || isPossible(limit, action));
    });
    if (isGranted) unlisted.add(namespace);
  }
  for (const namespace of namesSpelledOut(statements)) {
    const isJudged = rows.has(namespace) || (knownActions.has(namespace) && !isUnseen(namespace));
    if (!isJudged && !statements.some((statement) => hidesAll(statement, namespace))) unlisted.add(namespace);
  }
  return unlisted;
}

/** Prefixes that Allow statements spell out, in lower case. */
function namesSpelledOut(statements: readonly Statement[]): ReadonlySet<string> {
  const patterns = statements.flatMap(({ actions, effect }) =>
    effect === 'Allow' && actions.kind === 'action' ? actions.patterns : [],
  );
  return new Set(patterns.flatMap((pattern) => /^[a-z0-9-]+(?=:)/i.exec(pattern)?.[0].toLowerCase() ?? []));
}

/** Whether a statement denies a service always, everywhere and as a whole. */
function hidesAll(statement: Statement, namespace: string): boolean {
  const { actions, condition, effect } = statement;
  if (effect !== 'Deny' || condition !== null || !isOnEverything(statement)) return false;
  return actions.kind === 'action'
    ? actions.patterns.some((pattern) => patternCoversService(pattern, namespace))
    : !actions.patterns.some((pattern) => patternTouchesService(pattern, namespace));
}

/** The statements of the subject's permissions boundary; null: it has none, or nobody knows what it says. */
function boundaryOf({ policies, principals }: AccountIndex, { arn }: Subject): readonly Statement[] | null {
  const principal = principals.get(arn);
  if (principal === undefined || principal.type === 'group' || principal.boundary === null) return null;
  return policies.get(principal.boundary)?.document?.statements ?? null;
}

/** Whether an action is allowed on every resource, and not denied always and everywhere. */
function isOpen(statements: readonly Statement[], action: string): boolean {
  return isPossible(
    statements.filter((statement) => statement.effect === 'Deny' || reachesAll(statement)),
    action,
  );
}

/** Whether an action is allowed on some resource, and not denied always and everywhere. */
function isPossible(statements: readonly Statement[], action: string): boolean {
  const said = statements.filter((statement) => takesIn(statement, action));
  return (
    said.some(({ effect }) => effect === 'Allow') &&
    !said.some(
      (statement) => statement.effect === 'Deny' && statement.condition === null && isOnEverything(statement),
    )
  );
}

function takesIn({ actions: { kind, patterns } }: Statement, action: string): boolean {
  return patterns.some((pattern) => patternMatchesAction(pattern, action)) === (kind === 'action');
}

function isOnEverything({ resources: { kind, patterns } }: Statement): boolean {
  return kind === 'resource' && patterns.some((pattern) => /^\*+$/.test(pattern));
}

// Everything but some resources takes in every service, too.
function reachesAll(statement: Statement): boolean {
  return statement.resources.kind === 'not-resource' || isOnEverything(statement);
}
