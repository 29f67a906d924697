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

/** What reading a JSON text gives: its root, or one sentence about what is wrong and where. */
export type JsonReading = { readonly root: JsonNode } | { readonly problem: string };

const deepestNesting = 64;

/** Reads a whole JSON text strictly (RFC 8259): no byte order mark, nothing after the value, nested at most 64 deep. */
export function readJson(text: string): JsonReading {
  if (text.startsWith('\uFEFF')) return { problem: 'the text starts with a byte order mark' };
  try {
    JSON.parse(text);
  } catch (error) {
    return { problem: `the text is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  return readValid(text);
}

// JSON.parse has judged the grammar; this walk adds what it hides: places, spelling and repeated keys.
function readValid(text: string): JsonReading {
  let at = 0;
  let tooDeep = false;
  // Most texts have no escape: there, the next quote ends a string.
  const hasEscapes = text.includes('\\');

  const skip = (): void => {
    while (isWhiteSpace(text, at)) at += 1;
  };
  const readString = (): JsonNode & { kind: 'string' } => {
    const start = at;
    if (!hasEscapes) {
      at = text.indexOf('"', start + 1) + 1;
      return { kind: 'string', start, end: at, value: text.slice(start + 1, at - 1) };
    }
    let isEscaped = false;
    for (at += 1; text.charCodeAt(at) !== quote && at < text.length; at += 1) {
      if (text.charCodeAt(at) !== backslash) continue;
      isEscaped = true;
      at += 1;
    }
    at += 1;
    const value = isEscaped ? (JSON.parse(text.slice(start, at)) as string) : text.slice(start + 1, at - 1);
    return { kind: 'string', start, end: at, value };
  };
  const readNode = (depth: number): JsonNode => {
    skip();
    const start = at;
    if (depth > deepestNesting) {
      tooDeep = true;
      at = text.length;
      return { kind: 'null', start, end: at, spelling: 'null' };
    }
    const first = text[at];
    if (first === '"') return readString();
    if (first === '{') {
      const members: JsonMember[] = [];
      enter();
      while (at < text.length && text[at] !== '}') {
        const key = readString();
        skip();
        at += 1;
        members.push({ key: key.value, start: key.start, value: readNode(depth + 1) });
        next();
      }
      at += 1;
      return { kind: 'object', start, end: at, members };
    }
    if (first === '[') {
      const items: JsonNode[] = [];
      enter();
      while (at < text.length && text[at] !== ']') {
        items.push(readNode(depth + 1));
        next();
      }
      at += 1;
      return { kind: 'array', start, end: at, items };
    }
    while (at < text.length && /[-+.\w]/.test(text[at] as string)) at += 1;
    const spelling = text.slice(start, at);
    const kind =
      spelling === 'null' ? 'null' : spelling === 'true' || spelling === 'false' ? 'boolean' : 'number';
    return { kind, start, end: at, spelling };
  };
  const enter = (): void => {
    at += 1;
    skip();
  };
  const next = (): void => {
    skip();
    if (text[at] === ',') enter();
  };

  const root = readNode(0);
  return tooDeep ? { problem: `the text is nested more than ${deepestNesting} deep` } : { root };
}

const quote = 0x22;
const backslash = 0x5c;

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

/** Every key that an object repeats, as `Statement[0].Effect` with its line: `JSON.parse` would silently keep the last. */
export function repeatedKeys(text: string, root: JsonNode): readonly string[] {
  if (!repeatsKey(root)) return [];
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

// Nearly no text repeats a key, and places need no words there.
function repeatsKey(node: JsonNode): boolean {
  if (node.kind === 'array') return node.items.some((item) => item.kind !== 'string' && repeatsKey(item));
  if (node.kind !== 'object') return false;
  const { members } = node;
  const isRepeated = ({ key }: JsonMember, at: number): boolean =>
    members.findIndex((other) => other.key === key) < at;
  const repeats =
    members.length > 10
      ? new Set(members.map(({ key }) => key)).size < members.length
      : members.some(isRepeated);
  return repeats || members.some(({ value }) => repeatsKey(value));
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
