import type { JsonNode } from './json-text.ts';

/** A list of strings written in the layout that an existing array of the text has; in one line where a single value stands instead. */
export function listLike(text: string, list: JsonNode, values: readonly string[]): string {
  const items = list.kind === 'array' ? list.items : [];
  const [first, second] = items;
  const last = items.at(-1);
  const written = values.map((value) => JSON.stringify(value));
  if (!first || !last || written.length === 0) return `[${written.join(isMinified(text) ? ',' : ', ')}]`;
  const lead = text.slice(list.start + 1, first.start);
  const gap = lead === '' && !isMinified(text) ? ' ' : lead;
  const separator = second ? text.slice(first.end, second.start) : `,${gap}`;
  return `[${lead}${written.join(separator)}${text.slice(last.end, list.end - 1)}]`;
}

/** The text with one more item at the end of an array, or with a single value made an array of two, in the layout of its neighbours. */
export function withItemAdded(text: string, list: JsonNode, item: object): string {
  if (list.kind !== 'array') {
    const added = printed(text, item, list);
    const gap = isMinified(text) ? '' : ' ';
    return `${text.slice(0, list.start)}[${text.slice(list.start, list.end)},${gap}${added}]${text.slice(list.end)}`;
  }
  const last = list.items.at(-1);
  if (!last) return `${text.slice(0, list.start)}[${printed(text, item, list)}]${text.slice(list.end)}`;
  const before = list.items.at(-2);
  const lead = text.slice(text.lastIndexOf(before ? ',' : '[', last.start) + 1, last.start);
  const gap = lead === '' && !isMinified(text) ? ' ' : lead;
  return `${text.slice(0, last.end)},${gap}${printed(text, item, last)}${text.slice(last.end)}`;
}

/** A piece of a text to be replaced: `start` inclusive, `end` exclusive. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with edits carried out that do not overlap, given in any order. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    parts.push(text.slice(from, edit.start), edit.text);
    from = edit.end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** The edits that take some items out of a list together with their commas; at least one item must stay. */
export function itemCuts(items: readonly JsonNode[], removed: ReadonlySet<JsonNode>): readonly TextEdit[] {
  const firstKept = items.findIndex((item) => !removed.has(item));
  return items.flatMap((item, index) => {
    if (!removed.has(item)) return [];
    const start = index < firstKept ? item.start : (items[index - 1]?.end ?? item.start);
    const end = index < firstKept ? (items[index + 1]?.start ?? item.end) : item.end;
    return [{ start, end, text: '' }];
  });
}

// A neighbour on several lines asks for several lines; one on a single line for a single line.
function printed(text: string, item: object, neighbour: JsonNode): string {
  const shown = text.slice(neighbour.start, neighbour.end);
  if (!shown.includes('\n')) return JSON.stringify(item);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return JSON.stringify(item, null, indentationOf(text)).replaceAll(
    '\n',
    lineEnd + indentOfLine(text, neighbour.end - 1),
  );
}

function indentationOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

function indentOfLine(text: string, place: number): string {
  const line = text.slice(text.lastIndexOf('\n', place) + 1, place);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function isMinified(text: string): boolean {
  return !/[,:]\s/.test(text);
}
