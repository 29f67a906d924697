import { type PolicyDocument, parsePolicy } from '../policy/document.ts';
import type { AccountIdentities, Role, User } from './account-identities.ts';
import { indexAccount } from './account-index.ts';
import { documentIn, policyOf, principalOf } from './account-lookup.ts';
import { losesAssuming } from './assuming.ts';
import { denyWords } from './deny-words.ts';
import { peopleWhoMayDiffer } from './differing-people.ts';
import {
  deniesOfIam,
  deniesOfRepairs,
  isKnown,
  type Layer,
  losesIam,
  mayLeaveIam,
  surelyGrantsIam,
  surelyLeavesIam,
} from './iam-power.ts';
import { defaultTextOf } from './identity-values.ts';
import { shortArn } from './step-words.ts';
import { mayBeEntered, surelyEntered } from './ways-to-a-role.ts';

/** The SCPs that bind an account. */
export interface Controls {
  /** Their texts by level from the root down, null for one that was not read; empty: none bind it. */
  readonly levels: readonly (readonly (string | null)[])[];
  /** The id of the organization, which conditions compare; null: not known. */
  readonly organizationId: string | null;
}

/** Those of an account that no SCP binds. */
export const noControls: Controls = { levels: [], organizationId: null };

/** Those of an account whose organization was not read. */
export const unreadControls: Controls = { levels: [[null]], organizationId: null };

/** What an account that was read looks like to the questions below. */
interface Reading {
  readonly account: AccountIdentities;
  readonly levels: readonly Layer[];
  readonly organizationId: string | null;
  readonly principals: readonly (User | Role)[];
  /** ARNs by the two questions, once they were asked. */
  readonly answers: { may?: readonly string[]; surely?: readonly string[] };
}

/**
 * ARNs of the users and roles that may be able to do everything in IAM: everybody of whom it is not sure that he may not.
 * What was not read may allow it, conditions may hold, and whoever a trust names may come in. Their own policies, those
 * of their groups, boundaries and SCPs count.
 */
export function mayAdminister(account: AccountIdentities, controls: Controls): readonly string[] {
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
 * ARNs of the users and roles that surely may do everything in IAM. No condition and no Deny may bind them, every text
 * is known, and somebody can surely enter them. SCPs that were not read are left out: `areControlsKnown` tells.
 */
export function surelyAdminister(account: AccountIdentities, controls: Controls): readonly string[] {
  const reading = readingOf(account, controls);
  const { answers, levels, organizationId, principals } = reading;
  answers.surely ??= entered(
    reading,
    principals.filter((each) => {
      const asker = { arn: each.arn, organizationId };
      return (
        layersOf(reading, each).every((layer) => surelyGrantsIam(layer, asker)) &&
        levels.every((level) => surelyLeavesIam(level, asker))
      );
    }),
  );
  return answers.surely;
}

/** ARNs of those that somebody surely comes in as. Asked last: it may take the whole account. */
function entered(reading: Reading, principals: readonly (User | Role)[]): readonly string[] {
  if (principals.length === 0) return [];
  const { levels, organizationId } = reading;
  const index = indexAccount(reading.account);
  const layers = (principal: User | Role): readonly Layer[] => layersOf(reading, principal);
  const arns = surelyEntered(principals, { index, layersOf: layers, levels, organizationId });
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
    return is === null || losesIam(borneBy(before, was), borneBy(after, is));
  });
  const isTouched = losing.length > 0 || changesEntry(earlier, later, differing);
  const staying = isTouched ? surelyAdminister(after, controls) : [];
  const isSureOfNobody = isTouched && staying.length === 0;
  const shutOut = isSureOfNobody && losing.length === 0 ? surelyAdminister(before, controls) : [];
  const isLost = isSureOfNobody && losing.length + shutOut.length > 0;
  const why = isLost ? whyNobody(later, mayAdminister(after, controls)) : '';
  return { losing, staying, shutOut, isLost, why };
}

/** Whether somebody goes, is trusted by others than before, or may do less in IAM or as to assuming roles. */
function changesEntry(earlier: Reading, later: Reading, differing: readonly (User | Role)[]): boolean {
  return differing.some((was) => {
    const is = sameIn(later.account, was);
    if (is === null) return true;
    if (was.type === 'role' && is.type === 'role' && was.trust !== is.trust) return true;
    const [before, after] = [layersOf(earlier, was), layersOf(later, is)];
    return (
      before.length !== after.length ||
      before.some((layer, at) => {
        const then = after[at] ?? [];
        const isSame = layer.length === then.length && layer.every((document, n) => document === then[n]);
        return !isSame && (losesAssuming(layer, then) || losesIam(layer, then));
      })
    );
  });
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
  for (const principal of reading.principals) {
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

const remembered = new WeakMap<AccountIdentities, WeakMap<Controls, Reading>>();

// Every change of a review asks of the same account.
function readingOf(account: AccountIdentities, controls: Controls): Reading {
  const known = remembered.get(account) ?? new WeakMap<Controls, Reading>();
  remembered.set(account, known);
  const reading = known.get(controls) ?? {
    account,
    levels: documentsOf(controls),
    organizationId: controls.organizationId,
    principals: [...account.users, ...account.roles],
    answers: {},
  };
  known.set(controls, reading);
  return reading;
}

const parsed = new WeakMap<Controls, readonly Layer[]>();

function documentsOf(controls: Controls): readonly Layer[] {
  const known = parsed.get(controls) ?? controls.levels.map((texts) => texts.map(documentOf));
  parsed.set(controls, known);
  return known;
}

function mayLeaveLevel(level: Layer): boolean {
  return level.length === 0 || mayLeaveIam(level);
}

function layersOf({ account }: Reading, principal: User | Role): readonly Layer[] {
  const own = borneBy(account, principal);
  return principal.boundary === null ? [own] : [own, [documentOfPolicy(account, principal.boundary)]];
}

/** What a principal's own policies and those of its groups say; null: it was not read or understood. */
function borneBy(account: AccountIdentities, principal: User | Role): Layer {
  const names = principal.type === 'user' ? principal.groups : [];
  const groups = names.flatMap((name) => principalOf(account, { type: 'group', name }) ?? []);
  return [principal, ...groups].flatMap(({ attached, inline }) => [
    ...attached.map((arn) => documentOfPolicy(account, arn)),
    ...inline.map(({ text }) => documentIn(account, text)),
  ]);
}

function documentOfPolicy(account: AccountIdentities, arn: string): PolicyDocument | null {
  const policy = policyOf(account, arn);
  const text = policy ? defaultTextOf(policy) : null;
  return text === null ? null : documentIn(account, text);
}

function documentOf(text: string | null): PolicyDocument | null {
  const read = text === null ? null : parsePolicy(text);
  return read?.ok ? read.value : null;
}
