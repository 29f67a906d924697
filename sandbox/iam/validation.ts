import { QueryError, type QueryValue } from '../query-protocol.ts';

/** Throws AWS's ValidationError if there is any fault. */
export const validate = (faults: readonly (string | false)[]): void => {
  const found = faults.filter((fault): fault is string => fault !== false);
  if (found.length === 0) return;
  const head = `${found.length} validation error${found.length === 1 ? '' : 's'} detected: `;
  throw new QueryError('ValidationError', head + found.join('; '));
};

/** How AWS says that a member breaks a rule. */
export const violated = (member: string, rule: string): string =>
  `Value at '${member}' failed to satisfy constraint: Member must ${rule}`;

const memberOf = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** A parameter that must be there. */
export const needed = (input: URLSearchParams, name: string): string => {
  const value = input.get(name);
  validate([value === null && violated(memberOf(name), 'not be null')]);
  return value as string;
};

/** The faults of a MaxItems parameter. */
export const maxItemsFaults = (maxItems: number): readonly (string | false)[] => [
  !(maxItems >= 1) && violated('maxItems', 'have value greater than or equal to 1'),
  maxItems > 1000 && violated('maxItems', 'have value less than or equal to 1000'),
];

interface Position {
  /** What the marker belongs to: an operation, or a job. */
  readonly of: string;
  readonly from: number;
}

const positionOf = (given: string | null, of: string): number => {
  if (given === null) return 0;
  if (given === '')
    throw new QueryError(
      'ValidationError',
      'The specified value for marker is invalid. It must contain only printable ASCII characters.',
    );
  let position: Position;
  try {
    position = JSON.parse(Buffer.from(given, 'base64').toString('utf8')) as Position;
    if (!Number.isInteger(position.from)) throw new Error('no position');
  } catch {
    throw new QueryError('ValidationError', 'Invalid Marker.');
  }
  if (position.of !== of)
    throw new QueryError('InvalidInput', 'The marker passed in the request was invalid.');
  return position.from;
};

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** `IsTruncated` and, where there is more, `Marker`. */
  readonly rest: { readonly IsTruncated: boolean; readonly Marker?: string };
}

/** The page of a list that MaxItems (`usual` where absent) and Marker ask for; `of` is what markers belong to. */
export const pageOf = <Item>(
  input: URLSearchParams,
  items: readonly Item[],
  of: string,
  usual = 100,
): Page<Item> => {
  const maxItems = Number(input.get('MaxItems') ?? usual);
  validate(maxItemsFaults(maxItems));
  const from = positionOf(input.get('Marker'), of);
  const end = from + maxItems;
  if (end >= items.length) return { items: items.slice(from), rest: { IsTruncated: false } };
  const next: Position = { of, from: end };
  return {
    items: items.slice(from, end),
    rest: { IsTruncated: true, Marker: Buffer.from(JSON.stringify(next)).toString('base64') },
  };
};

/** A page as an answer: the list under its name, and what tells whether there is more. */
export const listed = <Item>(
  name: string,
  page: Page<Item>,
  shape: (item: Item) => QueryValue,
): { readonly [name: string]: QueryValue } => ({ [name]: page.items.map(shape), ...page.rest });
