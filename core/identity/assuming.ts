import { globMatches } from '../base/matching.ts';
import { rememberedFor } from '../base/remembered.ts';
import type { Asker } from '../policy/binds-principal.ts';
import type { PolicyDocument, Statement } from '../policy/document.ts';
import { touchesAction } from './granted-services.ts';
import { isKnown, type Layer, mayBind } from './iam-power.ts';

/** What somebody surely may as to assuming roles. */
export interface Assumer {
  /** What his own policies allow without a condition. */
  readonly own: readonly Statement[];
  /** The same of each boundary and level of SCPs above them: one of each list has to concern the role. */
  readonly above: readonly (readonly Statement[])[];
  /** The Denies that may bind him. */
  readonly denies: readonly Statement[];
}

/** What one document says of it. */
interface Assuming {
  /** Without a condition. */
  readonly allows: readonly Statement[];
  readonly denies: readonly Statement[];
  /** The same as texts: whoever keeps each and gets no Deny loses nothing. */
  readonly allowLines: readonly string[];
  readonly denyLines: readonly string[];
}

/** What somebody may who bears these layers, his own first, under these levels of SCPs; null where not all that he bears was read. */
export function assumerOf(
  asker: Asker,
  [own = [], ...boundaries]: readonly Layer[],
  levels: readonly Layer[],
): Assumer | null {
  const borne = [own, ...boundaries];
  if (borne.some((layer) => layer.includes(null))) return null;
  const denies = [...borne, ...levels].flatMap((layer) => assumingIn(layer, 'denies'));
  return {
    own: assumingIn(own, 'allows'),
    above: [...boundaries, ...levels.filter(isKnown)].map((layer) => assumingIn(layer, 'allows')),
    denies: denies.filter((deny) => mayBind(deny, asker)),
  };
}

/** Whether he surely may assume a role whose trust lets in whoever may, or names him: then his own policies need not allow it. */
export function mayAssume({ above, denies, own }: Assumer, roleArn: string, isNamed: boolean): boolean {
  const allows = (statements: readonly Statement[]): boolean =>
    statements.some((each) => concerns(each, roleArn) && !hasVariable(each));
  if (!isNamed && !allows(own)) return false;
  return above.every(allows) && !denies.some((deny) => concerns(deny, roleArn) || hasVariable(deny));
}

/** Whether somebody may assume less by a layer, or may be denied more. What was not read may be anything. */
export function losesAssuming(before: Layer, after: Layer): boolean {
  const lines = (layer: Layer, of: 'allowLines' | 'denyLines'): ReadonlySet<string> =>
    new Set(layer.flatMap((document) => (document === null ? [] : assumingOf(document)[of])));
  const [allowed, denied] = [lines(after, 'allowLines'), lines(before, 'denyLines')];
  return (
    before.includes(null) !== after.includes(null) ||
    [...lines(before, 'allowLines')].some((line) => !allowed.has(line)) ||
    [...lines(after, 'denyLines')].some((line) => !denied.has(line))
  );
}

function assumingIn(layer: Layer, effect: 'allows' | 'denies'): readonly Statement[] {
  return layer.flatMap((document) => (document === null ? [] : assumingOf(document)[effect]));
}

const assumingOf = rememberedFor(readAssuming);

function readAssuming({ statements }: PolicyDocument): Assuming {
  const about = statements.filter((statement) => touchesAction(statement, 'sts:AssumeRole'));
  const allows = about.filter(({ condition, effect }) => effect === 'Allow' && condition === null);
  const denies = about.filter(({ effect }) => effect === 'Deny');
  const line = ({ condition, resources }: Statement): string => JSON.stringify([resources, condition]);
  return { allows, denies, allowLines: allows.map(line), denyLines: denies.map(line) };
}

function concerns({ resources: { kind, patterns } }: Statement, roleArn: string): boolean {
  return patterns.some((pattern) => globMatches(pattern, roleArn)) === (kind === 'resource');
}

function hasVariable({ resources: { patterns } }: Statement): boolean {
  return patterns.some((pattern) => pattern.includes('$'));
}
