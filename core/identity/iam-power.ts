import { patternCoversService, patternTouchesService } from '../base/matching.ts';
import { rememberedFor } from '../base/remembered.ts';
import { type Asker, surelyExcludes } from '../policy/binds-principal.ts';
import type { PolicyDocument, Statement } from '../policy/document.ts';
import { touchesAction, touchesService } from './granted-services.ts';
import { isBroad, leavesOtherWays } from './leaves-ways.ts';

/**
 * By these whoever has lost access gets it back: who has them all may do everything in IAM, in as many steps as it takes, by a
 * role that he opens to himself. What may be done with users and groups beside them is not needed, and SCPs often take it.
 */
const repairs = [
  ...['AttachRolePolicy', 'PutRolePolicy', 'DetachRolePolicy', 'DeleteRolePolicy', 'UpdateAssumeRolePolicy'],
  ...['CreatePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion'],
].map((name) => `iam:${name}`);

/** What one document says of IAM. */
interface IamPower {
  /** The `repairs` that some Allow takes in on more than named resources, whatever its condition. */
  readonly mayRepair: ReadonlySet<string>;
  /** The same without a condition, on everything. */
  readonly repairsAlways: ReadonlySet<string>;
  /** Some Allow takes in all of IAM without a condition, on everything. */
  readonly allowsAlways: boolean;
  /** Some Deny takes all of IAM without a condition, on everything. */
  readonly deniesAlways: boolean;
  /** Every Deny of something in IAM that is about more than some resources. */
  readonly denies: readonly Statement[];
  /** What it says of IAM: whoever keeps each Allow and gets no Deny loses nothing there. */
  readonly allows: readonly Statement[];
  readonly allDenies: readonly Statement[];
}

const powerOf = rememberedFor(readPower);

function powersOf(layer: Layer): readonly IamPower[] {
  return layer.flatMap((document) => (document === null ? [] : [powerOf(document)]));
}

function readPower({ statements }: PolicyDocument): IamPower {
  const touching = statements.filter((statement) => touchesService(statement, 'iam'));
  const allows = touching.filter(({ effect }) => effect === 'Allow').map(aboutIam);
  const denies = touching.filter(({ effect }) => effect === 'Deny');
  const always = (each: Statement): boolean => each.condition === null && isOnEverything(each);
  const among = (chosen: readonly Statement[]): ReadonlySet<string> =>
    new Set(repairs.filter((action) => chosen.some((statement) => touchesAction(statement, action))));
  return {
    mayRepair: among(allows.filter(isBroad)),
    repairsAlways: among(allows.filter(always)),
    allowsAlways: allows.some((statement) => always(statement) && coversIam(statement)),
    deniesAlways: denies.some((statement) => always(statement) && coversIam(statement)),
    denies: denies.filter((deny) => isBroad(deny) && !leavesOtherWays(deny)),
    allows,
    allDenies: denies,
  };
}

/** Documents of one layer, such as all that a principal bears, a boundary, or the SCPs of one level; null for one that was not read. */
export type Layer = readonly (PolicyDocument | null)[];

/** Whether a layer may leave what gives access back: what is not known may allow, conditions may hold, and only a Deny of all of IAM on everything takes it. */
export function mayLeaveIam(layer: Layer): boolean {
  const powers = powersOf(layer);
  if (powers.some(({ deniesAlways }) => deniesAlways)) return false;
  return (
    layer.includes(null) || repairs.every((action) => powers.some(({ mayRepair }) => mayRepair.has(action)))
  );
}

/** The same of a level of SCPs. One without any SCP was not read. */
export function mayLeaveIamAt(level: Layer): boolean {
  return level.length === 0 || mayLeaveIam(level);
}

/** Whether a layer surely grants all of IAM to a principal: on everything, without a condition, with no Deny that may bind him, and every text is known. */
export function surelyGrantsIam(layer: Layer, asker: Asker): boolean {
  const documents = layer.filter((document) => document !== null);
  if (documents.length < layer.length || deniesOfIam(layer, asker).length > 0) return false;
  return documents.some((document) => powerOf(document).allowsAlways);
}

/** What of a layer may deny somebody something in IAM: not what surely leaves him out, nor what is about some resources alone. */
export function deniesOfIam(layer: Layer, asker: Asker): readonly Statement[] {
  return powersOf(layer).flatMap(({ denies }) => denies.filter((deny) => mayBind(deny, asker)));
}

/**
 * Whether the texts that were read of one level of SCPs surely leave a principal what gives access back. They bind the
 * whole account: what they take of the rest of IAM nobody has. A level without any SCP was not read.
 */
export function surelyLeavesIam(level: Layer, asker: Asker): boolean {
  if (deniesOfRepairs(level, asker).length > 0) return false;
  const allowed = new Set(powersOf(level).flatMap(({ repairsAlways }) => [...repairsAlways]));
  return !isKnown(level) || repairs.every((action) => allowed.has(action));
}

/** What of a level of SCPs may deny somebody what gives access back. */
export function deniesOfRepairs(level: Layer, asker: Asker): readonly Statement[] {
  return deniesOfIam(level, asker).filter((deny) => repairs.some((action) => touchesAction(deny, action)));
}

/** Whether every SCP of a level was read: no account stands without any (Organizations User Guide, "SCP evaluation"). */
export function isKnown(level: Layer): boolean {
  return level.length > 0 && !level.includes(null);
}

/** Whether something of what is allowed in IAM is no longer, or something more of it is denied. What was not read may be anything. */
export function losesIam(before: Layer, after: Layer): boolean {
  const lines = (layer: Layer, of: 'allows' | 'allDenies'): ReadonlySet<string> =>
    new Set(powersOf(layer).flatMap((power) => power[of].map(iamLine)));
  const isWithin = (few: ReadonlySet<string>, many: ReadonlySet<string>): boolean =>
    [...few].every((line) => many.has(line));
  const unread = (layer: Layer): number => layer.filter((document) => document === null).length;
  return (
    unread(before) !== unread(after) ||
    !isWithin(lines(before, 'allows'), lines(after, 'allows')) ||
    !isWithin(lines(after, 'allDenies'), lines(before, 'allDenies'))
  );
}

/** Whether a statement may hold for somebody: its condition does not surely leave him out. */
export function mayBind({ condition }: Statement, asker: Asker): boolean {
  return condition === null || !surelyExcludes(condition, asker);
}

/** Whether a statement is about every resource there is. */
export function isOnEverything({ resources: { kind, patterns } }: Statement): boolean {
  return kind === 'resource' && patterns.some((pattern) => /^\*+$/.test(pattern));
}

function coversIam({ actions: { kind, patterns } }: Statement): boolean {
  return kind === 'action'
    ? patterns.some((pattern) => patternCoversService(pattern, 'iam'))
    : !patterns.some((pattern) => patternTouchesService(pattern, 'iam'));
}

/** A statement without the actions that are none of IAM. */
function aboutIam(statement: Statement): Statement {
  const { kind, patterns } = statement.actions;
  const own = patterns.filter((pattern) => patternTouchesService(pattern, 'iam'));
  return own.length === patterns.length ? statement : { ...statement, actions: { kind, patterns: own } };
}

/** A statement as far as it is about IAM: an edit of what it says of other services leaves it the same. */
const iamLine = rememberedFor((statement: Statement): string => {
  const { actions, condition, resources } = aboutIam(statement);
  const names = [...new Set(actions.patterns.map((pattern) => pattern.toLowerCase()))].sort();
  const what = coversIam(statement) ? 'all' : [actions.kind, names];
  return JSON.stringify([what, resources, condition]);
});
