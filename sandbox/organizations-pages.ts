import type { JsonBody } from './json-protocol.ts';
import { invalidInput } from './organizations-errors.ts';

/** AWS's page size for every list of Organizations: the most and the default. */
const pageSize = 20;

interface Token {
  readonly list: string;
  readonly from: number;
  /** True once the empty page before this position has been answered. */
  readonly emptied: boolean;
}

const writeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64');

const readToken = (input: JsonBody, list: string): Token => {
  const given = input.NextToken;
  if (given === undefined || given === null) return { list, from: 0, emptied: false };
  try {
    const token = JSON.parse(Buffer.from(String(given), 'base64').toString('utf8')) as Token;
    if (token.list === list && Number.isInteger(token.from)) return token;
  } catch {
    // A text that is no token at all is refused like the token of another list.
  }
  throw invalidInput('INVALID_PAGINATION_TOKEN');
};

const sizeOf = (input: JsonBody): number => {
  const given = input.MaxResults;
  if (given === undefined || given === null) return pageSize;
  if (typeof given !== 'number' || given < 1) throw invalidInput('MIN_VALUE_EXCEEDED', 'MAX_RESULTS');
  if (given > pageSize) throw invalidInput('MAX_VALUE_EXCEEDED', 'MAX_RESULTS');
  return given;
};

/**
 * One page of a list under AWS's member name, with `NextToken` where more follows.
 * A token is good for the list (`key`) that gave it; with `emptyPages` an empty page with a token comes before each page.
 */
export const page = <Item>(
  input: JsonBody,
  list: {
    readonly key: string;
    readonly member: string;
    readonly items: readonly Item[];
    readonly emptyPages: boolean;
  },
  write: (item: Item) => unknown,
): JsonBody => {
  const size = sizeOf(input);
  const token = readToken(input, list.key);
  if (list.emptyPages && !token.emptied && token.from < list.items.length) {
    return { [list.member]: [], NextToken: writeToken({ ...token, emptied: true }) };
  }
  const end = token.from + size;
  const rows = list.items.slice(token.from, end).map(write);
  if (end >= list.items.length) return { [list.member]: rows };
  return { [list.member]: rows, NextToken: writeToken({ list: list.key, from: end, emptied: false }) };
};
