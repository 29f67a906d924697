import { AwsRefusal, refusing, shortAnswer } from './refusal.ts';

/** One page of a List operation. */
export interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  readonly nextToken: string | undefined;
}

/** Yields the pages of a List operation, through empty ones (AWS warns that a page can be empty while a token follows). A page without its list is a short answer and no empty list: AWS writes an empty one out. A token that comes twice would never end: it is a refusal. */
export async function* readPages<Item>(
  operation: string,
  readPage: (token: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[]> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await refusing(operation, () => readPage(token));
    if (page.items === undefined) throw shortAnswer(operation, 'the answer has no list');
    yield page.items;
    token = page.nextToken || undefined;
    if (token === undefined) return;
    if (seen.has(token)) {
      throw new AwsRefusal({
        operation,
        code: 'REPEATED_TOKEN',
        kind: 'answer',
        said: 'the same NextToken came twice',
      });
    }
    seen.add(token);
  } while (token !== undefined);
}

/** Every item of a List operation. */
export async function readAll<Item>(
  operation: string,
  readPage: (token: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of readPages(operation, readPage)) items.push(...page);
  return items;
}

/** Every item of a List operation that always has some: no item at all is a short answer. */
export async function readSome<Item>(
  operation: string,
  readPage: (token: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items = await readAll(operation, readPage);
  if (items.length === 0) throw shortAnswer(operation, 'the list is empty, which it never is');
  return items;
}
