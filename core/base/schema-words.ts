import type * as z from 'zod/mini';

/** What a value must be, by the name that the schema has for its type. */
const types: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  date: 'a date',
  int: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

const units: Readonly<Record<string, readonly [one: string, more: string]>> = {
  array: ['entry', 'entries'],
  object: ['key', 'keys'],
  string: ['character', 'characters'],
};

/**
 * What is wrong with a value, as the end of a sentence that begins with its key: `must be a number, not a text`. Texts are
 * not repeated: one may be a secret in the wrong place. A schema may have a message of its own.
 */
export function schemaWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `is missing: it must be ${typeWords(issue.expected)}`;
      return `must be ${typeWords(issue.expected)}, not ${told(issue.input)}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `must ${boundOf(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${boundOf(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_format':
      return issue.format === 'regex' ? 'is not written as it must be' : `must be written as ${issue.format}`;
    default:
      return 'is not as it must be';
  }
}

function boundOf(origin: string, bound: string, figure: number | bigint): string {
  const unit = units[origin];
  return unit === undefined
    ? `be ${bound} ${figure}`
    : `have ${bound} ${figure} ${unit[Number(figure) === 1 ? 0 : 1]}`;
}

function typeWords(expected: string): string {
  return types[expected] ?? `of type ${expected}`;
}

function told(input: unknown): string {
  if (typeof input === 'string') return 'a text';
  if (input === null || typeof input === 'number' || typeof input === 'boolean') return String(input);
  return Array.isArray(input) ? 'a list' : 'an object';
}
