import type { ReadingPages } from '../ports.ts';
import { AwsRefusal, isAwsRefusal, refusing, shortAnswer } from './refusal.ts';

/** One page of a List operation. */
export interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  readonly nextToken: string | undefined;
}

/** Which list it is that the pages of a reading are of; `pages` absent: none is kept. What is kept must be the same after it was JSON. */
export interface Keeping {
  readonly pages: ReadingPages | undefined;
  /** What beside the operation tells the list from others. */
  readonly of?: string;
}

/** An answer as it was kept for this reading, else as AWS gives it now, kept before anything follows from it. */
export async function kept<Answer>(
  pages: ReadingPages | undefined,
  question: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const known = pages?.get(question);
  if (known !== undefined) return known as Answer;
  const answer = await ask();
  await pages?.keep(question, answer);
  return answer;
}

/** The same for what the caller may not be allowed to read: null, which is kept too, so that each run of a reading goes by the same. */
export function keptOrDenied<Answer>(
  pages: ReadingPages | undefined,
  question: string,
  ask: () => Promise<Answer>,
): Promise<Answer | null> {
  return kept(pages, question, async () => {
    try {
      return await ask();
    } catch (error) {
      if (isAwsRefusal(error) && error.kind === 'access-denied') return null;
      throw error;
    }
  });
}

/** The same reading from its beginning: what it is answered now takes the place of what was kept. */
export function anew(pages: ReadingPages | undefined): ReadingPages | undefined {
  return pages && { ...pages, get: () => undefined };
}

/** Reads a list, from its beginning where AWS no longer takes the token of a page that an earlier run was given. So it does where kept pages make no list: else each run would fail by them. */
export async function orAnew<List>(
  pages: ReadingPages | undefined,
  read: (pages: ReadingPages | undefined) => Promise<List>,
): Promise<List> {
  try {
    return await read(pages);
  } catch (error) {
    if (pages === undefined || !isAwsRefusal(error)) throw error;
    if (error.code !== 'InvalidInputException' && error.kind !== 'answer') throw error;
    return read(anew(pages));
  }
}

/** Yields the pages of a List operation, through empty ones (AWS warns that a page can be empty while a token follows). A page without its list is a short answer and no empty list: AWS writes an empty one out. A token that comes twice would never end: it is a refusal. */
export async function* readPages<Item>(
  operation: string,
  readPage: (token: string | undefined) => Promise<Page<Item>>,
  { of = '', pages }: Keeping = { pages: undefined },
): AsyncGenerator<readonly Item[]> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const question = `${operation} ${of} ${token ?? ''}`;
    const page = await kept(pages, question, async () => {
      const answer = await refusing(operation, () => readPage(token));
      if (answer.items === undefined) throw shortAnswer(operation, 'the answer has no list');
      return { items: answer.items, nextToken: answer.nextToken };
    });
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
export function readAll<Item>(
  operation: string,
  readPage: (token: string | undefined) => Promise<Page<Item>>,
  keeping: Keeping = { pages: undefined },
): Promise<Item[]> {
  return orAnew(keeping.pages, async (pages) => {
    const items: Item[] = [];
    for await (const page of readPages(operation, readPage, { ...keeping, pages })) items.push(...page);
    return items;
  });
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
