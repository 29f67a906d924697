import type { PolicyDocument, Statement } from './document.ts';
import { exemptsPrincipalsOnly } from './exempt-roles.ts';
import { actionReach, mayConcern, resourceReach } from './statement-reach.ts';

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

/** What one SCP, or all of a level, says of a service. */
export interface Answer {
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

/** What the SCPs of one level say together of a service. */
export function answerAt(level: readonly PolicyDocument[], namespace: string): Answer {
  let { allows, denial } = silence;
  for (const document of level) {
    const answer = answerOf(document, namespace);
    denial = stronger(denial, answer.denial);
    allows ||= answer.allows;
  }
  return answers[denial][allows ? 1 : 0];
}

/** Where a service stands below a chain of levels, each the SCPs attached to one entity: root, each OU, account. */
export function standingOf(levels: readonly (readonly PolicyDocument[])[], namespace: string): Standing {
  return standingBelow(
    levels.map((level) => [answerAt(level, namespace)]),
    0,
  );
}

/**
 * The same by what each level says of some services, of that with this index. Chains have most of their levels in common,
 * so who asks about many services under many chains asks each level once.
 */
export function standingBelow(levels: readonly (readonly Answer[])[], index: number): Standing {
  let denial: Denial = 'none';
  let isAllowed = true;
  for (const level of levels) {
    const answer = level[index] ?? silence;
    denial = stronger(denial, answer.denial);
    isAllowed &&= answer.allows;
  }
  return standings[denial][isAllowed && denial !== 'whole' ? 1 : 0];
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

function ofEachDenial<Each>(
  make: (denial: Denial, is: boolean) => Each,
): Record<Denial, readonly [Each, Each]> {
  const both = (denial: Denial) => [make(denial, false), make(denial, true)] as const;
  return {
    none: both('none'),
    partial: both('partial'),
    conditional: both('conditional'),
    'principals-exempt': both('principals-exempt'),
    whole: both('whole'),
  };
}

// Every service has one of these few under every chain, and at every level.
const standings = ofEachDenial((denial, listed): Standing => ({ denial, listed }));
const answers = ofEachDenial((denial, allows): Answer => ({ denial, allows }));

// A proof asks for every service under every chain of SCPs. Documents are immutable, so answers are remembered.
function answerOf(document: PolicyDocument, namespace: string): Answer {
  if (!mayConcern(document, namespace)) return silence;
  const ofDocument = known.get(document) ?? new Map<string, Answer>();
  known.set(document, ofDocument);
  const before = ofDocument.get(namespace);
  if (before) return before;
  const denial = document.statements
    .map((statement) => denialOfStatement(statement, namespace))
    .reduce(stronger, 'none');
  const allows = document.statements.some((statement) => allowsStatement(statement, namespace));
  const answer = answers[denial][allows ? 1 : 0];
  ofDocument.set(namespace, answer);
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
