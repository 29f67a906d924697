import type { Statement } from '../policy/document.ts';
import type { AccountIdentities, Role, User } from './account-identities.ts';
import { principalOf } from './account-lookup.ts';
import {
  type Controls,
  documentsOf,
  layersOf,
  principalsIn,
  type Reading,
  readingOf,
} from './administration-reading.ts';
import { losesAssuming } from './assuming.ts';
import { peopleWhoMayDiffer } from './differing-people.ts';
import {
  deniesOfIam,
  deniesOfRepairs,
  isKnown,
  type Layer,
  losesIam,
  mayLeaveIam,
  mayLeaveIamAt,
  surelyGrantsIam,
  surelyLeavesIam,
} from './iam-power.ts';
import { shortArn } from './step-words.ts';
import { mayBeEntered, surelyEntered } from './ways-to-a-role.ts';

/**
 * ARNs of the users and roles that may be able to do everything in IAM: everybody of whom it is not sure that he may not.
 * What was not read may allow it, conditions may hold, and whoever a trust names may come in. Their own policies, those
 * of their groups, boundaries and SCPs count.
 */
export function mayAdminister(account: AccountIdentities, controls: Controls): readonly string[] {
  const reading = readingOf(account, controls);
  const { answers, levels } = reading;
  answers.may ??= levels.every(mayLeaveIamAt)
    ? principalsIn(reading)
        .filter((each) => mayBeEntered(each) && layersOf(reading, each).every(mayLeaveIam))
        .map(({ arn }) => arn)
    : [];
  return answers.may;
}

/**
 * ARNs of the users and roles that surely may do everything in IAM. No condition and no Deny may bind them, every text
 * is known, and somebody can surely enter them. SCPs that were not read are left out: `areControlsKnown` tells.
 */
export function surelyAdminister(account: AccountIdentities, controls: Controls): readonly string[] {
  const reading = readingOf(account, controls);
  reading.answers.surely ??= entered(reading, surelyGranted(reading));
  return reading.answers.surely;
}

/** Those who surely may do everything in IAM once somebody comes in as them. */
function surelyGranted(reading: Reading): readonly (User | Role)[] {
  reading.answers.granted ??= principalsIn(reading).filter((each) => isSurelyGranted(reading, each));
  return reading.answers.granted;
}

function isSurelyGranted(reading: Reading, principal: User | Role): boolean {
  const asker = { arn: principal.arn, organizationId: reading.organizationId };
  return (
    layersOf(reading, principal).every((layer) => surelyGrantsIam(layer, asker)) &&
    reading.levels.every((level) => surelyLeavesIam(level, asker))
  );
}

/** ARNs of those that somebody surely comes in as. Asked last: it may take the whole account. */
function entered(reading: Reading, principals: readonly (User | Role)[]): readonly string[] {
  if (principals.length === 0) return [];
  const { account, levels, organizationId } = reading;
  const layers = (principal: User | Role): readonly Layer[] => layersOf(reading, principal);
  const arns = surelyEntered(principals, { account, layersOf: layers, levels, organizationId });
  return principals.map(({ arn }) => arn).filter((arn) => arns.has(arn));
}

/** Whether every SCP that binds the account was read. */
export function areControlsKnown(controls: Controls): boolean {
  return documentsOf(controls).every(isKnown);
}

/** What becomes of the administration of an account by an edit. */
export interface AdministrationAfter {
  /** Who may administer it before, and loses something in IAM. */
  readonly losing: readonly string[];
  /** Who surely administers it afterwards. */
  readonly staying: readonly string[];
  /** Who surely administers it before, where nobody loses anything in IAM and yet nobody surely comes in afterwards. */
  readonly shutOut: readonly string[];
  /** Whether somebody loses it, or nobody comes in, and nobody surely keeps it. */
  readonly isLost: boolean;
  /** Where it is lost: the Denies that keep others from being sure, as words to append; else empty. */
  readonly why: string;
}

/** Who of those that may administer an account loses something of it, and who surely administers it afterwards. */
export function administrationAfter(
  before: AccountIdentities,
  after: AccountIdentities,
  controls: Controls,
): AdministrationAfter {
  const earlier = readingOf(before, controls);
  const later = readingOf(after, controls);
  const differing = peopleWhoMayDiffer(before, after);
  const byArn = new Map(differing.map((principal) => [principal.arn, principal]));
  const losing = mayAdminister(before, controls).filter((arn) => {
    const was = byArn.get(arn);
    if (!was) return false;
    const is = sameIn(after, was);
    return is === null || losesInSome(losesIam, layersOf(earlier, was), layersOf(later, is));
  });
  const isTouched = losing.length > 0 || changesEntry(earlier, later, differing);
  if (isTouched) later.answers.granted ??= grantedAfter(earlier, later, differing);
  const staying = isTouched ? surelyAdminister(after, controls) : [];
  const isSureOfNobody = isTouched && staying.length === 0;
  const shutOut = isSureOfNobody && losing.length === 0 ? surelyAdminister(before, controls) : [];
  const isLost = isSureOfNobody && losing.length + shutOut.length > 0;
  const why = isLost ? whyNobody(later, mayAdminister(after, controls)) : '';
  return { losing, staying, shutOut, isLost, why };
}

/** Those of the later state: an edit differs in few, and of all others it is what it was before. */
function grantedAfter(
  earlier: Reading,
  later: Reading,
  differing: readonly (User | Role)[],
): readonly (User | Role)[] {
  const mayDiffer = new Set(differing.map(({ arn }) => arn));
  const before = new Set(surelyGranted(earlier).map(({ arn }) => arn));
  return principalsIn(later).filter((each) =>
    mayDiffer.has(each.arn) ? isSurelyGranted(later, each) : before.has(each.arn),
  );
}

/** Whether somebody goes, is trusted by others than before, or may do less as to assuming roles. What he may in IAM opens no role by itself. */
function changesEntry(earlier: Reading, later: Reading, differing: readonly (User | Role)[]): boolean {
  return differing.some((was) => {
    const is = sameIn(later.account, was);
    if (is === null) return true;
    if (was.type === 'role' && is.type === 'role' && was.trust !== is.trust) return true;
    return losesInSome(losesAssuming, layersOf(earlier, was), layersOf(later, is));
  });
}

/** Whether somebody loses something in what he bears, or in his boundary: it allows at most what both do. */
function losesInSome(
  loses: (before: Layer, after: Layer) => boolean,
  before: readonly Layer[],
  after: readonly Layer[],
): boolean {
  return (
    before.length !== after.length ||
    before.some((layer, at) => {
      const then = after[at] ?? [];
      const isSame = layer.length === then.length && layer.every((document, n) => document === then[n]);
      return !isSame && loses(layer, then);
    })
  );
}

/** The same user or role in another state of the account; null: it is gone. */
function sameIn(account: AccountIdentities, was: User | Role): User | Role | null {
  const is = principalOf(account, was);
  return is === undefined || is.type === 'group' || is.arn !== was.arn ? null : is;
}

/** So many Denies are told. */
const mostTold = 3;

/** The Denies because of which it is sure of none of those that may administer the account. */
function whyNobody(reading: Reading, arns: readonly string[]): string {
  const told = new Set<string>();
  const wanted = new Set(arns);
  for (const principal of principalsIn(reading)) {
    const { arn } = principal;
    if (!wanted.has(arn)) continue;
    const asker = { arn, organizationId: reading.organizationId };
    for (const deny of reading.levels.flatMap((level) => deniesOfRepairs(level, asker)))
      told.add(`an SCP denies ${denyWords(deny)}`);
    for (const deny of layersOf(reading, principal).flatMap((layer) => deniesOfIam(layer, asker)))
      told.add(`a policy or boundary of ${shortArn(arn)} denies ${denyWords(deny)}`);
    if (told.size >= mostTold) break;
  }
  const first = [...told].slice(0, mostTold);
  return first.length === 0 ? '' : `: ${first.join('; ')}`;
}

/** So many actions are named. */
const mostActions = 3;

/** What a Deny takes, for people: its actions, its Sid, and the keys of its condition. */
function denyWords({ actions: { kind, patterns }, condition, sid }: Statement): string {
  const named = patterns.slice(0, mostActions).join(', ');
  const more = patterns.length > mostActions ? ` and ${patterns.length - mostActions} more` : '';
  const clauses = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, values]) => `${operator} ${key} ${values.slice(0, mostActions).join(', ')}`,
    ),
  );
  const where = clauses.length > 0 ? ` where ${clauses.join(' and ')}` : '';
  const name = sid === null ? '' : ` (statement ${sid})`;
  return `${kind === 'not-action' ? 'all but ' : ''}${named}${more}${where}${name}`;
}
