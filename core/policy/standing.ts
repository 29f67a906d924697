import { patternCoversService, patternTouchesService } from '../base/matching.ts';
import type { PolicyDocument, Statement } from './document.ts';
import { exemptsPrincipalsOnly } from './exempt-roles.ts';

/** How far a service is denied, weakest first: some actions or resources, all of it on a condition, all of it except for named principals, all of it. */
export type Denial = 'none' | 'partial' | 'conditional' | 'principals-exempt' | 'whole';

/** Where a service stands in a chain of SCPs. */
export interface Standing {
  /** Whether AWS's access report lists it: allowed somehow at each level and nowhere denied whole; a condition never hides a service (observed). */
  readonly listed: boolean;
  /** The strongest denial of any level. */
  readonly denial: Denial;
}

const strength: Readonly<Record<Denial, number>> = {
  none: 0,
  partial: 1,
  conditional: 2,
  'principals-exempt': 3,
  whole: 4,
};

/** What one SCP says of a service. */
interface Answer {
  /** How far it denies it: the strongest of its statements. */
  readonly denial: Denial;
  /** Whether an Allow statement, conditional or not, may match some action of it. */
  readonly allows: boolean;
}

const known = new WeakMap<PolicyDocument, Map<string, Answer>>();

/** How far one SCP denies a service: the strongest of its statements. */
export function denialOf(document: PolicyDocument, namespace: string): Denial {
  return answerOf(document, namespace).denial;
}

/** Whether an Allow statement, conditional or not, may match some action of a service. */
export function allowsSome(document: PolicyDocument, namespace: string): boolean {
  return answerOf(document, namespace).allows;
}

/** The statements of an SCP that deny something of a service, and how far. */
export function denyingStatements(
  { statements }: PolicyDocument,
  namespace: string,
): readonly { readonly statement: Statement; readonly denial: Denial }[] {
  return statements
    .map((statement) => ({ statement, denial: denialOfStatement(statement, namespace) }))
    .filter(({ denial }) => denial !== 'none');
}

/** The statements of an SCP that may allow some action of a service. */
export function allowingStatements({ statements }: PolicyDocument, namespace: string): readonly Statement[] {
  return statements.filter((statement) => allowsStatement(statement, namespace));
}

/** Whether two SCPs say the same of a service wherever they are attached; undefined: there is none. */
export function saysTheSame(
  one: PolicyDocument | undefined,
  other: PolicyDocument | undefined,
  namespace: string,
): boolean {
  const [left, right] = [one, other].map((document) => (document ? answerOf(document, namespace) : silence));
  return left?.denial === right?.denial && left?.allows === right?.allows;
}

const silence: Answer = { denial: 'none', allows: false };

/** Whether each level allows every action of a service, on everything and without a condition. */
export function allowedWhole(levels: readonly (readonly PolicyDocument[])[], namespace: string): boolean {
  return levels.every((level) =>
    level.some(({ statements }) =>
      statements.some(
        (statement) =>
          statement.effect === 'Allow' &&
          statement.condition === null &&
          actionReach(statement, namespace) === 'all' &&
          resourceReach(statement) === 'all',
      ),
    ),
  );
}

/** Where a service stands below a chain of levels, each the SCPs attached to one entity: root, each OU, account. */
export function standingOf(levels: readonly (readonly PolicyDocument[])[], namespace: string): Standing {
  let denial: Denial = 'none';
  let allowedAtEachLevel = true;
  for (const level of levels) {
    let allowed = false;
    for (const document of level) {
      const answer = answerOf(document, namespace);
      denial = stronger(denial, answer.denial);
      allowed ||= answer.allows;
    }
    allowedAtEachLevel &&= allowed;
  }
  return standings[denial][allowedAtEachLevel && denial !== 'whole' ? 1 : 0];
}

/** Whether a chain takes a service already, from everybody or from all but those whom a new deny leaves out as well (`isAsSparing`). Such a deny takes it from nobody. */
export function takenAlready(
  levels: readonly (readonly PolicyDocument[])[],
  namespace: string,
  isAsSparing: (statement: Statement) => boolean,
): boolean {
  return levels
    .flat()
    .some((document) =>
      denyingStatements(document, namespace).some(
        ({ denial, statement }) =>
          denial === 'whole' || (denial === 'principals-exempt' && isAsSparing(statement)),
      ),
    );
}

function bothOf(denial: Denial): readonly [Standing, Standing] {
  return [
    { listed: false, denial },
    { listed: true, denial },
  ];
}

// Every service under every chain has one of these few.
const standings: Readonly<Record<Denial, readonly [Standing, Standing]>> = {
  none: bothOf('none'),
  partial: bothOf('partial'),
  conditional: bothOf('conditional'),
  'principals-exempt': bothOf('principals-exempt'),
  whole: bothOf('whole'),
};

// A proof asks for every service under every chain of SCPs. Documents are immutable, so answers are remembered.
function answerOf(document: PolicyDocument, namespace: string): Answer {
  if (!mayConcern(document, namespace)) return silence;
  let answers = known.get(document);
  if (!answers) {
    answers = new Map();
    known.set(document, answers);
  }
  const before = answers.get(namespace);
  if (before) return before;
  const answer = {
    denial: document.statements
      .map((statement) => denialOfStatement(statement, namespace))
      .reduce(stronger, 'none'),
    allows: document.statements.some((statement) => allowsStatement(statement, namespace)),
  };
  answers.set(namespace, answer);
  return answer;
}

function allowsStatement(statement: Statement, namespace: string): boolean {
  return (
    statement.effect === 'Allow' &&
    actionReach(statement, namespace) !== 'none' &&
    resourceReach(statement) !== 'none'
  );
}

/** Whether one denial takes more away than another. */
export function isStronger(one: Denial, other: Denial): boolean {
  return strength[one] > strength[other];
}

function stronger(one: Denial, other: Denial): Denial {
  return isStronger(other, one) ? other : one;
}

function denialOfStatement(statement: Statement, namespace: string): Denial {
  if (statement.effect !== 'Deny') return 'none';
  const actions = actionReach(statement, namespace);
  const resources = resourceReach(statement);
  if (actions === 'none' || resources === 'none') return 'none';
  if (actions === 'some' || resources === 'some') return 'partial';
  if (statement.condition === null) return 'whole';
  return exemptsPrincipalsOnly(statement.condition) ? 'principals-exempt' : 'conditional';
}

const concerned = new WeakMap<PolicyDocument, ReadonlySet<string> | 'every service'>();

/** Whether a document can say anything of a service. Most name a few, and are asked about all. */
function mayConcern(document: PolicyDocument, namespace: string): boolean {
  const services = concerned.get(document) ?? namedIn(document);
  concerned.set(document, services);
  return services === 'every service' || services.has(namespace.toLowerCase());
}

function namedIn({ statements }: PolicyDocument): ReadonlySet<string> | 'every service' {
  const named = new Set<string>();
  for (const { actions } of statements) {
    const { broad, of } = sortedPatterns.get(actions) ?? sortPatterns(actions);
    if (actions.kind === 'not-action' || broad.length > 0) return 'every service';
    for (const namespace of of.keys()) named.add(namespace);
  }
  return named;
}

type Reach = 'none' | 'some' | 'all';

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
    else of.set(prefix, [...(of.get(prefix) ?? []), pattern]);
  }
  const sorted = { of, broad };
  sortedPatterns.set(actions, sorted);
  return sorted;
}

function actionReach(statement: Statement, namespace: string): Reach {
  const { kind } = statement.actions;
  const patterns = patternsFor(statement.actions, namespace);
  const covered = patterns.some((pattern) => patternCoversService(pattern, namespace));
  if (covered) return kind === 'action' ? 'all' : 'none';
  if (patterns.some((pattern) => patternTouchesService(pattern, namespace))) return 'some';
  return kind === 'action' ? 'none' : 'all';
}

function resourceReach(statement: Statement): Reach {
  const { kind, patterns } = statement.resources;
  const everything = patterns.some((pattern) => /^\*+$/.test(pattern));
  if (kind === 'not-resource') return everything ? 'none' : 'some';
  if (everything) return 'all';
  return patterns.length === 0 ? 'none' : 'some';
}
