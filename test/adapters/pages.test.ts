import { expect, test } from '@jest/globals';
import { readAll } from '../../adapters/aws/pages.ts';
import { readAccountsByPath } from '../../adapters/aws/tree-reader.ts';
import { systemClock } from '../../adapters/clock.ts';
import { concurrently } from '../../adapters/concurrently.ts';

test('a token that comes twice ends the list with a refusal instead of never', async () => {
  const list = readAll('ListRoots', async () => ({ items: ['a'], nextToken: 'again' }));
  await expect(list).rejects.toMatchObject({ operation: 'ListRoots', code: 'REPEATED_TOKEN' });
});

test('a page without its list is no empty one: nothing is read from it', async () => {
  const list = readAll('ListRoots', async (token) => ({
    items: token === undefined ? ['a'] : undefined,
    nextToken: token === undefined ? 'more' : undefined,
  }));
  await expect(list).rejects.toMatchObject({ operation: 'ListRoots', code: 'SHORT_ANSWER' });
});

test('empty pages are passed by', async () => {
  const pages = [{ items: [] }, { items: ['a'] }, { items: [] }, { items: ['b'] }];
  const list = readAll('ListRoots', async (token) => {
    const place = Number(token ?? 0);
    return {
      items: pages[place]?.items,
      nextToken: place + 1 < pages.length ? String(place + 1) : undefined,
    };
  });
  expect(await list).toEqual(['a', 'b']);
});

test.each<[string, unknown]>([
  ['an empty list that never is', { items: [] }],
  ['a token that comes twice', { items: [], nextToken: 'again' }],
])('what was kept and makes no list is asked again, and replaced: %s', async (_, wrong) => {
  const known = new Map<string, unknown>([
    ['ListAccounts  ', wrong],
    ['ListAccounts  again', wrong],
  ]);
  const keep = async (question: string, answer: unknown) => void known.set(question, answer);
  const pages = { get: (question: string) => known.get(question), keep };
  const account = { Id: '222222222222', Paths: ['o-ex/r-ex01/222222222222/'], JoinedTimestamp: new Date(0) };
  const client = { send: async () => ({ Accounts: [account] }) };
  const read = () => readAccountsByPath(client as never, systemClock, pages);
  expect(await read()).toMatchObject([{ id: '222222222222', parentId: 'r-ex01' }]);
  client.send = async () => ({ Accounts: [] });
  expect(await read()).toHaveLength(1);
});

test('work is done few at a time, answered in order, and none goes on after a failure was told', async () => {
  let running = 0;
  let most = 0;
  const work = async (item: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, item % 3));
    running -= 1;
    if (item === 7) throw new Error('seven');
    return item * 2;
  };
  expect(await concurrently([1, 2, 3, 4, 5, 6], 3, work)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(most).toBe(3);
  await expect(concurrently([7, 8, 10, 11, 14, 17], 3, work)).rejects.toThrow('seven');
  expect(running).toBe(0);
});
