import { itemCuts, withEdits, withItemAdded } from '../../policy/json-layout.ts';
import { type JsonNode, memberOf, readJson } from '../../policy/json-text.ts';
import { canonicalPolicy } from '../../policy/same-meaning.ts';

/** What comes of putting back what an edit took out of a text that somebody changed since. */
export type PuttingBack =
  | { readonly kind: 'put-back'; readonly text: string }
  /** Everything stands in it again already. */
  | { readonly kind: 'there' }
  /** `missing`: the statements to put back by hand, as they were. */
  | { readonly kind: 'refused'; readonly why: string; readonly missing: readonly string[] };

/**
 * Puts back, statement by statement, what an edit made of `earlier` into `applied` took out, into the text of now. Exact
 * only where every statement that we narrowed still stands as we left it, one for one: then its earlier form takes its place. The order
 * of statements has no meaning in IAM; all others stay to the letter.
 */
export function putBackStatements(texts: {
  readonly earlier: string;
  readonly applied: string;
  readonly now: string;
}): PuttingBack {
  const earlier = read(texts.earlier);
  const applied = read(texts.applied);
  const now = read(texts.now);
  if (!earlier || !applied || !now) return refused('a text of it cannot be read');
  if (now.version !== applied.version || earlier.version !== applied.version)
    return refused('its Version is another');
  // Statements of one meaning are counted: what we narrowed may have come to say what another one says.
  const untouched = common(earlier.statements, applied.statements);
  const taken = without(earlier.statements, untouched);
  const ours = without(applied.statements, untouched);
  const others = without(now.statements, untouched);
  const missing = without(taken, others);
  const standing = common(others, ours);
  if (missing.length === 0 && standing.length === 0) return { kind: 'there' };
  if (standing.length < ours.length)
    return refused('a statement that it narrowed was changed or removed', missing);
  const back = missing.map(({ text }) => text);
  const [first, ...further] = standing;
  if (first === undefined) return { kind: 'put-back', text: added(now, missing) };
  if (back.length === 0) {
    if (standing.length === now.statements.length) return refused('nothing would be left of it');
    return { kind: 'put-back', text: cut(now, standing) };
  }
  const joined = back.join(', ');
  const isList = now.list.kind === 'array';
  const text = isList || back.length === 1 ? joined : `[${joined}]`;
  const edits = [{ start: first.node.start, end: first.node.end, text }, ...cutsOf(now, further)];
  return { kind: 'put-back', text: withEdits(now.text, edits) };
}

function refused(why: string, missing: readonly Placed[] = []): PuttingBack {
  return { kind: 'refused', why, missing: missing.map(({ text }) => text) };
}

interface Placed {
  readonly node: JsonNode;
  readonly text: string;
  /** One text for all texts of the same meaning. */
  readonly meaning: string;
}

interface ReadText {
  readonly text: string;
  readonly list: JsonNode;
  readonly statements: readonly Placed[];
  readonly version: string | null;
}

function read(text: string): ReadText | null {
  const reading = readJson(text);
  if ('problem' in reading || reading.repeated.length > 0) return null;
  const list = memberOf(reading.root, 'Statement');
  if (!list) return null;
  const nodes = list.kind === 'array' ? list.items : [list];
  const version = memberOf(reading.root, 'Version');
  const statements = nodes.map((node) => {
    const own = text.slice(node.start, node.end);
    return { node, text: own, meaning: canonicalPolicy(own) };
  });
  return { text, list, statements, version: version?.kind === 'string' ? version.value : null };
}

/** The statements that the others lack: each of those stands for one of the same meaning. */
function without(statements: readonly Placed[], others: readonly Placed[]): readonly Placed[] {
  const counts = new Map<string, number>();
  for (const { meaning } of others) counts.set(meaning, (counts.get(meaning) ?? 0) + 1);
  return statements.filter(({ meaning }) => {
    const left = counts.get(meaning) ?? 0;
    counts.set(meaning, left - 1);
    return left <= 0;
  });
}

/** The statements that the others have, too, as often as both have them. */
function common(statements: readonly Placed[], others: readonly Placed[]): readonly Placed[] {
  const lacking = new Set(without(statements, others));
  return statements.filter((one) => !lacking.has(one));
}

function added(now: ReadText, missing: readonly Placed[]): string {
  return missing.reduce((text, { text: statement }) => {
    const list = read(text)?.list;
    if (!list) throw new Error('a text that was read is not to be read any more');
    return withItemAdded(text, list, JSON.parse(statement) as object);
  }, now.text);
}

function cut(now: ReadText, gone: readonly Placed[]): string {
  return withEdits(now.text, cutsOf(now, gone));
}

function cutsOf(now: ReadText, gone: readonly Placed[]) {
  if (gone.length === 0 || now.list.kind !== 'array') return [];
  return itemCuts(now.list.items, new Set(gone.map(({ node }) => node)));
}
