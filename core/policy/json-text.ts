import { rememberedForLatest } from '../base/remembered.ts';

/** A place in a JSON text: `start` inclusive, `end` exclusive, in UTF-16 units as `String.slice` takes them. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

/** One value of a JSON text with its place. Numbers keep their spelling because policies are edited in the text, never printed anew. */
export type JsonNode =
  | (JsonSpan & { readonly kind: 'object'; readonly members: readonly JsonMember[] })
  | (JsonSpan & { readonly kind: 'array'; readonly items: readonly JsonNode[] })
  | (JsonSpan & { readonly kind: 'string'; readonly value: string })
  | (JsonSpan & { readonly kind: 'number' | 'boolean' | 'null'; readonly spelling: string });

/** One key of an object with its value; `start` is the place of the key's opening quote. */
export interface JsonMember {
  readonly key: string;
  readonly start: number;
  readonly value: JsonNode;
}

/** What reading a JSON text gives: its root, and each key that an object repeats as `Statement[0].Effect` with its line; or what is wrong, in one sentence. */
export type JsonReading =
  | { readonly root: JsonNode; readonly repeated: readonly string[] }
  | { readonly problem: string };

const deepestNesting = 64;

/**
 * Reads a whole JSON text strictly (RFC 8259): no byte order mark, nothing after the value, nested at most 64 deep. All who
 * judge one edit read the same texts.
 */
export const readJson = rememberedForLatest((text: string): JsonReading => {
  if (text.startsWith('\uFEFF')) return { problem: 'the text starts with a byte order mark' };
  try {
    JSON.parse(text);
  } catch (error) {
    return { problem: `the text is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  // JSON.parse has judged the grammar; this walk adds what it hides: places, spelling and repeated keys.
  const place: Place = { text, hasEscapes: text.includes('\\'), at: 0, isTooDeep: false, repeatsKey: false };
  const root = readNode(place, 0);
  if (place.isTooDeep) return { problem: `the text is nested more than ${deepestNesting} deep` };
  return { root, repeated: place.repeatsKey ? repeatedKeys(text, root) : [] };
});

/** How far a text is read, and what was seen on the way. */
interface Place {
  readonly text: string;
  /** Most texts have no escape: there, the next quote ends a string. */
  readonly hasEscapes: boolean;
  at: number;
  isTooDeep: boolean;
  repeatsKey: boolean;
}

function readNode(place: Place, depth: number): JsonNode {
  skip(place);
  const { at: start, text } = place;
  if (depth > deepestNesting) {
    place.isTooDeep = true;
    place.at = text.length;
    return { kind: 'null', start, end: place.at, spelling: 'null' };
  }
  const first = text[start];
  if (first === '"') return readString(place);
  if (first === '{') return readObject(place, depth);
  if (first === '[') return readArray(place, depth);
  while (place.at < text.length && /[-+.\w]/.test(text[place.at] as string)) place.at += 1;
  const spelling = text.slice(start, place.at);
  const kind =
    spelling === 'null' ? 'null' : spelling === 'true' || spelling === 'false' ? 'boolean' : 'number';
  return { kind, start, end: place.at, spelling };
}

function readString(place: Place): JsonNode & { kind: 'string' } {
  const { at: start, hasEscapes, text } = place;
  place.at = hasEscapes ? endOfString(text, start) : text.indexOf('"', start + 1) + 1;
  const written = text.slice(start + 1, place.at - 1);
  const isPlain = !hasEscapes || !written.includes('\\');
  const value = isPlain ? written : (JSON.parse(text.slice(start, place.at)) as string);
  return { kind: 'string', start, end: place.at, value };
}

function readObject(place: Place, depth: number): JsonNode {
  const { at: start, text } = place;
  const members: JsonMember[] = [];
  enter(place);
  while (place.at < text.length && text[place.at] !== '}') {
    const key = readString(place);
    skip(place);
    place.at += 1;
    members.push({ key: key.value, start: key.start, value: readNode(place, depth + 1) });
    next(place);
  }
  place.at += 1;
  place.repeatsKey ||= repeatsKey(members);
  return { kind: 'object', start, end: place.at, members };
}

function readArray(place: Place, depth: number): JsonNode {
  const { at: start, text } = place;
  const items: JsonNode[] = [];
  enter(place);
  while (place.at < text.length && text[place.at] !== ']') {
    items.push(readNode(place, depth + 1));
    next(place);
  }
  place.at += 1;
  return { kind: 'array', start, end: place.at, items };
}

function skip(place: Place): void {
  while (isWhiteSpace(place.text, place.at)) place.at += 1;
}

function enter(place: Place): void {
  place.at += 1;
  skip(place);
}

function next(place: Place): void {
  skip(place);
  if (place.text[place.at] === ',') enter(place);
}

function isWhiteSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

// An odd number of backslashes before it makes a quote part of the string.
function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text[first - 1] === '\\') first -= 1;
  return (quote - first) % 2 === 1;
}

/** Where `JSON.parse` would silently keep the last. */
function repeatedKeys(text: string, root: JsonNode): readonly string[] {
  const found: string[] = [];
  const visit = (node: JsonNode, path: string): void => {
    if (node.kind === 'array')
      for (const [index, item] of node.items.entries()) visit(item, `${path}[${index}]`);
    if (node.kind !== 'object') return;
    const seen = new Set<string>();
    for (const member of node.members) {
      const memberPath = path === '' ? member.key : `${path}.${member.key}`;
      if (seen.has(member.key)) found.push(`${memberPath} (line ${lineOf(text, member.start)})`);
      seen.add(member.key);
      visit(member.value, memberPath);
    }
  };
  visit(root, '');
  return found;
}

function repeatsKey(members: readonly JsonMember[]): boolean {
  if (members.length > 10) return new Set(members.map(({ key }) => key)).size < members.length;
  return members.some(({ key }, at) => members.findIndex((other) => other.key === key) < at);
}

/** The line, counted from 1, that a place in the text lies on. */
export function lineOf(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}

/** The value of an object's member, or null where the node is no object or has no such key. */
export function memberOf(node: JsonNode, key: string): JsonNode | null {
  if (node.kind !== 'object') return null;
  return node.members.find((member) => member.key === key)?.value ?? null;
}

/** The same JSON text without white space between its tokens; every string and number keeps its spelling. */
export function minifyJson(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    if (text[at] === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (isWhiteSpace(text, at)) {
      parts.push(text.slice(from, at));
      while (isWhiteSpace(text, at)) at += 1;
      from = at;
      continue;
    }
    at += 1;
  }
  parts.push(text.slice(from));
  return parts.join('');
}
