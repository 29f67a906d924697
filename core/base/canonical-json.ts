/** What JSON can hold. Properties that are `undefined` count as absent. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * One text for one value: object keys sorted by UTF-16 code units, no white space, as RFC 8785 says. A lone surrogate, which names may hold, is
 * written as its escape. Throws for a number that JSON cannot hold.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`JSON cannot hold the number ${value}`);
    return JSON.stringify(value);
  }
  // Long lists are mostly of what stands in order already: the engine writes that as it is.
  if (isList(value))
    return isInOrder(value) ? JSON.stringify(value) : `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether the keys of every object in a value are sorted as they stand, with nothing in it that is left out or refused. */
function isInOrder(value: Json | undefined): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === undefined) return false;
  if (isList(value)) return value.every(isInOrder);
  let last: string | null = null;
  for (const name of Object.keys(value)) {
    if ((last !== null && name < last) || !isInOrder(value[name])) return false;
    last = name;
  }
  return true;
}
