import { identityLimits } from '../base/limits.ts';
import { sortedUnique } from '../base/lists.ts';
import { compressed, enumerated, type RemainingActions } from './action-list.ts';
import { readPlaced, type Statement } from './document.ts';
import { itemCuts, listLike, type TextEdit, withEdits } from './json-layout.ts';
import { type JsonNode, memberOf, minifyJson } from './json-text.ts';
import { whyStatementKept } from './kept-statements.ts';
import {
  allowsNeverRecorded,
  type KeptPattern,
  type PatternPlan,
  planStatement,
  type RewriteRequest,
} from './rewrite-statement.ts';
import { policyCharacters } from './size.ts';
import { neverRecorded } from './unseen-use.ts';

/** What an edit takes away, each list sorted. */
export interface RewriteLoss {
  /** Unused services of which something goes. */
  readonly services: readonly string[];
  /** Single actions that go: `ec2:CreateFleet`. */
  readonly actions: readonly string[];
  /** What goes although nobody can see whether it is in use: `iam:PassRole`, services of the table of unseen use. */
  readonly unseen: readonly string[];
}

/** What becomes of the text of an identity policy. Sentences in `notes` are for people. */
export type Rewriting =
  | { readonly kind: 'unchanged'; readonly notes: readonly string[] }
  | {
      readonly kind: 'rewritten';
      readonly text: string;
      readonly loss: RewriteLoss;
      readonly notes: readonly string[];
    }
  /** Nothing that may be in use is left, and nothing is denied: to be detached. */
  | { readonly kind: 'nothing-left'; readonly loss: RewriteLoss; readonly notes: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly code: 'MALFORMED_POLICY' | 'UNKNOWN_SERVICE' | 'TOO_LARGE';
      readonly detail: string;
    };

interface StatementPlan {
  readonly statement: Statement;
  readonly node: JsonNode;
  /** Null where the statement stays to the letter. */
  readonly patterns: readonly PatternPlan[] | null;
  readonly notes: readonly string[];
}

/**
 * Takes unused services or actions out of the Allow statements of an identity policy, never widening any. Everything else stays byte for byte.
 * `maximumCharacters` is what the new text may have without white space; absent: a managed policy's size.
 */
export function rewritePolicy(
  text: string,
  request: RewriteRequest,
  maximumCharacters: number = identityLimits.policyCharacters,
): Rewriting {
  const read = readPlaced(text);
  if (!read.ok) return { kind: 'refused', code: 'MALFORMED_POLICY', detail: read.reasons[0].detail };
  const { document, statementNode, statementNodes } = read.value;
  const plans: StatementPlan[] = [];
  for (const [index, statement] of document.statements.entries()) {
    const node = statementNodes[index] as JsonNode;
    const keeps = whyKept(statement, request);
    if (keeps !== null) {
      plans.push({ statement, node, patterns: null, notes: keeps === '' ? [] : [keeps] });
      continue;
    }
    const patterns = planStatement(statement, request);
    if ('unknownService' in patterns) {
      const detail = `${nameOf(statement, index)} would have to name the actions of ${patterns.unknownService} one by one, and they are not known`;
      return { kind: 'refused', code: 'UNKNOWN_SERVICE', detail };
    }
    plans.push({ statement, node, patterns, notes: [] });
  }
  const notes = sortedUnique(plans.flatMap(notesOf));
  const stays = plans.some(
    ({ patterns }) => patterns === null || patterns.some(({ anchors }) => anchors.length > 0),
  );
  if (!stays && plans.length > 0) return { kind: 'nothing-left', loss: wholeLoss(plans, request), notes };
  if (!plans.some(isChanged)) return { kind: 'unchanged', notes };
  for (const write of [enumerated, compressed]) {
    const written = withEdits(text, editsOf(text, statementNode, plans, write));
    if (charactersOf(written) <= maximumCharacters)
      return { kind: 'rewritten', text: written, loss: lossOf(plans), notes };
  }
  const shortest = charactersOf(withEdits(text, editsOf(text, statementNode, plans, compressed)));
  const detail = `what stays, named one by one, takes ${shortest} characters without white space, and ${maximumCharacters} are allowed: somebody who knows what it is for has to name the services that are meant, or split it`;
  return { kind: 'refused', code: 'TOO_LARGE', detail };
}

function charactersOf(text: string): number {
  return policyCharacters(minifyJson(text));
}

// A Deny stays without a word.
function whyKept(statement: Statement, { waysIn = [] }: RewriteRequest): string | null {
  if (statement.effect === 'Deny') return '';
  const why = whyStatementKept(statement, waysIn);
  return why === null ? null : `${statement.sid ?? 'a statement'} stays: ${why}`;
}

function isChanged({ patterns }: StatementPlan): boolean {
  return patterns?.some((plan) => plan.isChanged) ?? false;
}

function notesOf({ patterns, notes }: StatementPlan): readonly string[] {
  return [...notes, ...(patterns ?? []).flatMap((plan) => plan.notes)];
}

function lossOf(plans: readonly StatementPlan[]): RewriteLoss {
  const changed = plans.flatMap(({ patterns }) => patterns?.filter(({ isChanged }) => isChanged) ?? []);
  return {
    services: sortedUnique(changed.flatMap(({ services }) => services)),
    actions: sortedUnique(changed.flatMap(({ actions }) => actions)),
    unseen: sortedUnique(changed.flatMap(({ unseen }) => unseen)),
  };
}

// Where the policy goes, what would have stayed with it goes too.
function wholeLoss(plans: readonly StatementPlan[], { use }: RewriteRequest): RewriteLoss {
  const loss = lossOf(plans);
  const companions = plans.flatMap(({ patterns }) => (patterns ?? []).flatMap((plan) => plan.companions));
  const namespaces = companions
    .flatMap((kept) =>
      kept.kind === 'pattern' ? [kept.text.slice(0, kept.text.indexOf(':')).toLowerCase()] : [],
    )
    .filter((namespace) => use.get(namespace)?.verdict === 'unused');
  const passRole = plans.some(({ statement }) => allowsNeverRecorded(statement));
  return {
    ...loss,
    services: sortedUnique([...loss.services, ...namespaces]),
    unseen: sortedUnique([...loss.unseen, ...(passRole ? [neverRecorded.action] : [])]),
  };
}

type WriteActions = (remaining: RemainingActions) => readonly string[];

function editsOf(
  text: string,
  statementNode: JsonNode,
  plans: readonly StatementPlan[],
  write: WriteActions,
): readonly TextEdit[] {
  const gone = new Set(plans.filter(isEmptied).map(({ node }) => node));
  const cuts = statementNode.kind === 'array' ? itemCuts(statementNode.items, gone) : [];
  const edits = plans.filter((plan) => isChanged(plan) && !gone.has(plan.node));
  return [...cuts, ...edits.flatMap((plan) => editsOfStatement(text, plan, write))];
}

function isEmptied({ patterns }: StatementPlan): boolean {
  if (patterns === null || !patterns.some((plan) => plan.isChanged)) return false;
  return patterns.every(
    (plan) => plan.isChanged && plan.anchors.length === 0 && plan.companions.length === 0,
  );
}

function editsOfStatement(
  text: string,
  { statement, node, patterns }: StatementPlan,
  write: WriteActions,
): readonly TextEdit[] {
  const plans = patterns ?? [];
  if (statement.actions.kind === 'not-action') {
    const [plan] = plans;
    const member = node.kind === 'object' && node.members.find(({ key }) => key === 'NotAction');
    if (!plan || !member) throw new Error('a NotAction statement has a NotAction');
    const key = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(member.start))?.[0] ?? '';
    const values = sortedUnique(newTexts(plan, write));
    return [
      { start: member.start, end: member.start + key.length, text: '"Action"' },
      { start: member.value.start, end: member.value.end, text: listLike(text, member.value, values) },
    ];
  }
  const list = memberOf(node, 'Action');
  if (!list) throw new Error('an Action statement has an Action');
  const isShorter = plans.every((plan) => !plan.isChanged || newTexts(plan, write).length === 0);
  if (isShorter && list.kind === 'array') {
    const removed = new Set(list.items.filter((_, index) => plans[index]?.isChanged));
    return itemCuts(list.items, removed);
  }
  return [{ start: list.start, end: list.end, text: listLike(text, list, newList(plans, write)) }];
}

// What is written anew is not repeated; what stood there twice still does.
function newList(plans: readonly PatternPlan[], write: WriteActions): readonly string[] {
  const untouched = plans.filter((plan) => !plan.isChanged).map(({ before }) => before as string);
  const seen = new Set(untouched.map((pattern) => pattern.toLowerCase()));
  return plans.flatMap((plan) => {
    if (!plan.isChanged) return [plan.before as string];
    return sortedUnique(newTexts(plan, write)).filter((pattern) => {
      const isNew = !seen.has(pattern.toLowerCase());
      seen.add(pattern.toLowerCase());
      return isNew;
    });
  });
}

function newTexts(plan: PatternPlan, write: WriteActions): readonly string[] {
  const textsOf = (kept: KeptPattern): readonly string[] =>
    kept.kind === 'pattern' ? [kept.text] : write(kept.remaining);
  return [...plan.anchors, ...plan.companions].flatMap(textsOf);
}

function nameOf({ sid }: Statement, index: number): string {
  return sid ?? `Statement[${index}]`;
}
