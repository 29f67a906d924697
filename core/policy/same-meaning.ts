import { type JsonNode, readJson } from './json-text.ts';

/**
 * Whether two texts of an SCP mean the same. These do not count: layout, the order of keys, order and repetition in
 * lists, and a single value against a list of one. Everything else does, letter case included. For what is read back or
 * watched, and for what a give-back starts from: right before another write, texts are compared byte by byte.
 */
export function meansTheSame(one: string, other: string): boolean {
  return one === other || canonicalPolicy(one) === canonicalPolicy(other);
}

/** One text for all texts of the same meaning. A text that is no JSON, or repeats a key, is given back as it is: it equals itself alone. */
export function canonicalPolicy(text: string): string {
  const reading = readJson(text);
  if ('problem' in reading || reading.repeated.length > 0) return text;
  return canonical(reading.root);
}

function canonical(node: JsonNode): string {
  if (node.kind === 'string') return JSON.stringify(node.value);
  if (node.kind === 'array') {
    const items = [...new Set(node.items.map(canonical))].sort();
    const [only] = items;
    return only !== undefined && items.length === 1 ? only : `[${items.join(',')}]`;
  }
  if (node.kind === 'object') {
    const members = node.members.map(({ key, value }) => `${JSON.stringify(key)}:${canonical(value)}`);
    return `{${members.sort().join(',')}}`;
  }
  return node.spelling;
}
