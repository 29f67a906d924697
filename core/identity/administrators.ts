import { type PolicyDocument, parsePolicy } from '../policy/document.ts';
import type { AccountIdentities, Role, User } from './account-identities.ts';
import { type AccountIndex, indexAccount } from './account-index.ts';
import { isKnown, type Layer, losesIam, mayLeaveIam, surelyGrantsIam, surelyLeavesIam } from './iam-power.ts';
import { mayBeEntered, surelyEntered } from './ways-to-a-role.ts';

/** The texts of the SCPs that bind the account, by level from the root down, null for one that was not read; empty: none bind it. */
export type ControlLevels = readonly (readonly (string | null)[])[];

/** The levels of an account whose organization was not read. */
export const unreadControls: ControlLevels = [[null]];

/** What an account that was read looks like to the questions below. */
interface Reading {
  readonly index: AccountIndex;
  readonly levels: readonly Layer[];
  readonly principals: readonly (User | Role)[];
  /** ARNs by the two questions, once they were asked. */
  readonly answers: { may?: readonly string[]; surely?: readonly string[] };
}

/**
 * ARNs of the users and roles that may be able to do everything in IAM: everybody of whom it is not sure that he may not.
 * What was not read may allow it, conditions may hold, and whoever a trust names may come in. Their own policies, those
 * of their groups, boundaries and SCPs count.
 */
export function mayAdminister(account: AccountIdentities, controls: ControlLevels): readonly string[] {
  const reading = readingOf(account, controls);
  const { answers, levels, principals } = reading;
  answers.may ??= levels.every(mayLeaveLevel)
    ? principals
        .filter((each) => mayBeEntered(each) && layersOf(reading, each).every(mayLeaveIam))
        .map(({ arn }) => arn)
    : [];
  return answers.may;
}

/**
 * ARNs of the users and roles that are sure to do everything in IAM: without a condition, with no Deny that may bind them,
 * every text known, and entered by somebody for sure. SCPs that were not read are left out: `areControlsKnown` tells.
 */
export function surelyAdminister(account: AccountIdentities, controls: ControlLevels): readonly string[] {
  const reading = readingOf(account, controls);
  const { answers, levels, principals } = reading;
  answers.surely ??= entered(
    reading,
    principals.filter(
      (each) =>
        layersOf(reading, each).every((layer) => surelyGrantsIam(layer, each.arn)) &&
        levels.every((level) => surelyLeavesIam(level, each.arn)),
    ),
  );
  return answers.surely;
}

/** ARNs of those that somebody surely comes in as. Asked last: it takes the whole account. */
function entered(reading: Reading, principals: readonly (User | Role)[]): readonly string[] {
  if (principals.length === 0) return [];
  const arns = surelyEntered(reading.index, (principal) => layersOf(reading, principal));
  return principals.map(({ arn }) => arn).filter((arn) => arns.has(arn));
}

/** Whether every SCP that binds the account was read. */
export function areControlsKnown(controls: ControlLevels): boolean {
  return documentsOf(controls).every(isKnown);
}

/** What becomes of the administration of an account by an edit. */
export interface AdministrationAfter {
  /** Who may administer it before, and loses something in IAM. */
  readonly losing: readonly string[];
  /** Who surely administers it afterwards. */
  readonly staying: readonly string[];
}

/** Who of those that may administer an account loses something of it, and who surely administers it afterwards. */
export function administrationAfter(
  before: AccountIdentities,
  after: AccountIdentities,
  controls: ControlLevels,
): AdministrationAfter {
  const earlier = readingOf(before, controls);
  const later = readingOf(after, controls);
  const losing = mayAdminister(before, controls).filter((arn) => {
    const [was, is] = [earlier, later].map(({ index }) => index.principals.get(arn));
    if (!was || was.type === 'group') return false;
    if (!is || is.type === 'group') return true;
    return losesIam(borneBy(earlier.index, was), borneBy(later.index, is));
  });
  return { losing, staying: losing.length === 0 ? [] : surelyAdminister(after, controls) };
}

const remembered = new WeakMap<AccountIdentities, WeakMap<ControlLevels, Reading>>();

// Every change of a review asks of the same account.
function readingOf(account: AccountIdentities, controls: ControlLevels): Reading {
  const known = remembered.get(account) ?? new WeakMap<ControlLevels, Reading>();
  remembered.set(account, known);
  const reading = known.get(controls) ?? {
    index: indexAccount(account),
    levels: documentsOf(controls),
    principals: [...account.users, ...account.roles],
    answers: {},
  };
  known.set(controls, reading);
  return reading;
}

const parsed = new WeakMap<ControlLevels, readonly Layer[]>();

function documentsOf(controls: ControlLevels): readonly Layer[] {
  const known = parsed.get(controls) ?? controls.map((texts) => texts.map(documentOf));
  parsed.set(controls, known);
  return known;
}

function mayLeaveLevel(level: Layer): boolean {
  return level.length === 0 || mayLeaveIam(level);
}

function layersOf({ index }: Reading, principal: User | Role): readonly Layer[] {
  const own = borneBy(index, principal);
  if (principal.boundary === null) return [own];
  return [own, [index.policies.get(principal.boundary)?.document ?? null]];
}

/** What a principal's own policies and those of its groups say. */
function borneBy(index: AccountIndex, principal: User | Role): Layer {
  const groups = principal.type === 'user' ? principal.groups : [];
  const bearers = [principal.arn, ...groups.map((name) => index.groups.get(name)?.arn ?? '')];
  return bearers.flatMap((arn) => index.borne.get(arn) ?? []).map(({ document }) => document);
}

function documentOf(text: string | null): PolicyDocument | null {
  const read = text === null ? null : parsePolicy(text);
  return read?.ok ? read.value : null;
}
