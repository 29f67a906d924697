import { patternCoversService, patternTouchesService } from '../base/matching.ts';
import { type PolicyDocument, parsePolicy, type Statement } from '../policy/document.ts';
import type { AccountIdentities, Role, User } from './account-identities.ts';
import { type AccountIndex, indexAccount } from './account-index.ts';
import { trustOf } from './trust.ts';

/** The texts of the SCPs that bind the account, by level from the root down; empty: none bind it, or they were not read. */
export type ControlLevels = readonly (readonly string[])[];

const remembered = new WeakMap<AccountIdentities, WeakMap<ControlLevels, readonly string[]>>();

/**
 * ARNs of the users and roles that may do everything in IAM, and that a person can sign in as or assume. Their own
 * policies, those of their groups, boundaries and SCPs count. Where nobody may without a condition, conditions are overlooked.
 */
export function administratorsOf(account: AccountIdentities, controls: ControlLevels): readonly string[] {
  // Every change of a review asks of the same account.
  const known = remembered.get(account) ?? new WeakMap<ControlLevels, readonly string[]>();
  remembered.set(account, known);
  const found = known.get(controls) ?? administratorsIn(account, controls);
  known.set(controls, found);
  return found;
}

function administratorsIn(account: AccountIdentities, controls: ControlLevels): readonly string[] {
  const index = indexAccount(account);
  const levels = controls.map((texts) => texts.flatMap((text) => documentOf(text) ?? []));
  const within = (strictly: boolean): readonly string[] =>
    [...account.users, ...account.roles]
      .filter((principal) => isForPeople(principal) && mayDoAll(index, principal, levels, strictly))
      .map(({ arn }) => arn);
  const strict = within(true);
  return strict.length > 0 ? strict : within(false);
}

function isForPeople(principal: User | Role): boolean {
  if (principal.type === 'user') return true;
  const { accountIds, isUnknown, providers } = trustOf(principal);
  return isUnknown || accountIds.length > 0 || providers.length > 0;
}

function mayDoAll(
  index: AccountIndex,
  principal: User | Role,
  levels: readonly (readonly PolicyDocument[])[],
  strictly: boolean,
): boolean {
  const groups = principal.type === 'user' ? principal.groups : [];
  const bearers = [principal.arn, ...groups.map((name) => index.groups.get(name)?.arn ?? '')];
  const own = bearers.flatMap((arn) => index.borne.get(arn) ?? []).flatMap(({ document }) => document ?? []);
  const boundary = principal.boundary === null ? null : index.policies.get(principal.boundary)?.document;
  const layers = [own, ...levels, ...(boundary === null ? [] : [boundary ? [boundary] : []])];
  return layers.every((documents) => allowsAll(documents, strictly));
}

/** Whether one layer of documents allows every action of IAM and denies none without a condition. */
function allowsAll(documents: readonly PolicyDocument[], strictly: boolean): boolean {
  const answers = documents.map(answerOf);
  const isAllowed = answers.some(({ allows, allowsAlways }) => (strictly ? allowsAlways : allows));
  return isAllowed && !answers.some(({ denies }) => denies);
}

/** What one document says of all of IAM. */
interface Answer {
  readonly allows: boolean;
  /** Without a condition. */
  readonly allowsAlways: boolean;
  /** Something of it, without a condition. */
  readonly denies: boolean;
}

const answered = new WeakMap<PolicyDocument, Answer>();

// Many bear the same policies, and an edit leaves most of them as they are.
function answerOf(document: PolicyDocument): Answer {
  const known = answered.get(document);
  if (known) return known;
  const statements = document.statements.filter(isOnEverything);
  const allowing = statements.filter((statement) => statement.effect === 'Allow' && covers(statement));
  const answer = {
    allows: allowing.length > 0,
    allowsAlways: allowing.some(({ condition }) => condition === null),
    denies: statements.some(
      (statement) => statement.effect === 'Deny' && statement.condition === null && touches(statement),
    ),
  };
  answered.set(document, answer);
  return answer;
}

function isOnEverything({ resources }: Statement): boolean {
  return resources.kind === 'resource' && resources.patterns.some((pattern) => /^\*+$/.test(pattern));
}

function covers({ actions: { kind, patterns } }: Statement): boolean {
  return kind === 'action'
    ? patterns.some((pattern) => patternCoversService(pattern, 'iam'))
    : !patterns.some((pattern) => patternTouchesService(pattern, 'iam'));
}

function touches({ actions: { kind, patterns } }: Statement): boolean {
  return kind === 'action'
    ? patterns.some((pattern) => patternTouchesService(pattern, 'iam'))
    : !patterns.some((pattern) => patternCoversService(pattern, 'iam'));
}

function documentOf(text: string): PolicyDocument | null {
  const parsed = parsePolicy(text);
  return parsed.ok ? parsed.value : null;
}
