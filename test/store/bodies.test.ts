import { randomBytes } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  bodiesIn,
  bodyItems,
  bodyOf,
  bodyUnder,
  changeBodies,
  putBodies,
} from '../../adapters/aws/store-bodies.ts';
import { packed, unpacked } from '../../adapters/aws/store-items.ts';
import { chunkBytes, type Table } from '../../adapters/aws/store-table.ts';
import { sha256 } from '../../core/base/sha256.ts';
import { putItems } from '../support/raw-items.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

/** A value that takes so many pieces. */
const textOf = (pieces: number): string => randomBytes((pieces - 0.5) * chunkBytes).toString('base64');
const name = 'ASKED';
const read = (pk: string) => bodyUnder(local.table, 'asked', pk, name);
const itemsOf = (pk: string) => bodyItems(local.table, pk, [`${name}#`]);
const replaceBy = (pk: string, value: string, table = local.table): Promise<void> =>
  changeBodies(table, pk, [`${name}#`], () => [() => bodyOf('asked', pk, name, value)]);
/** The table to a program that does something before each request, by its number from 1. */
function watched(before: (request: number) => Promise<void> | void): Table {
  let request = 0;
  const send = async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
    request += 1;
    await before(request);
    return local.table.client.send(command);
  };
  return { ...local.table, client: { send } as DynamoDBDocumentClient };
}

const stopped = new Error('the program was killed here');
const stoppedBefore = (last: number): Table =>
  watched((request) => {
    if (request >= last) throw stopped;
  });

/** How many requests a write makes. */
async function requestsOf(write: (table: Table) => Promise<void>): Promise<number> {
  let requests = 0;
  await write(
    watched((request) => {
      requests = request;
    }),
  );
  return requests;
}

/** Bodies as earlier versions wrote them: in place, in the released version without the name of their body. */
function inPlace(pk: string, value: string, isNamed: boolean) {
  const bytes = packed(value);
  const chunks = Math.ceil(bytes.length / chunkBytes);
  return Array.from({ length: chunks }, (_, index) => ({
    ...{ pk, sk: `${name}#000${index}`, format: 1, chunks },
    ...(isNamed && chunks > 1 ? { of: sha256(bytes) } : {}),
    body: bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  }));
}

type Version = 'this version' | 'the released version' | 'a version between';
const storedBy: Readonly<Record<Version, (pk: string, value: string) => Promise<void>>> = {
  'this version': replaceBy,
  'the released version': (pk, value) =>
    putItems(local.table.client, local.table.name, inPlace(pk, value, false)),
  'a version between': (pk, value) =>
    putItems(local.table.client, local.table.name, inPlace(pk, value, true)),
};
const replaced: readonly (readonly [before: number, after: number, by: Version])[] = [
  [1, 1, 'this version'],
  [1, 2, 'this version'],
  [2, 2, 'this version'],
  [3, 2, 'this version'],
  [2, 1, 'this version'],
  [1, 2, 'the released version'],
  [2, 2, 'the released version'],
  [2, 1, 'the released version'],
  [2, 2, 'a version between'],
];

test.each(replaced)(
  '%i pieces are replaced by %i, after %s: whatever a crash leaves is whole, and its leftovers go with the next write',
  async (before, after, version) => {
    const [old, later] = [textOf(before), textOf(after)];
    const pk = `SEEN#${version}-${before}-${after}`;
    await storedBy[version](pk, old);
    expect(await read(pk)).toBe(old);
    const requests = await requestsOf((table) => replaceBy(pk, later, table));
    expect([await read(pk), (await itemsOf(pk)).length]).toEqual([later, after]);
    for (let request = 1; request <= requests; request += 1) {
      const key = `${pk}-${request}`;
      await storedBy[version](key, old);
      await expect(replaceBy(key, later, stoppedBefore(request))).rejects.toThrow(stopped);
      expect([old, later]).toContain(await read(key));
      await replaceBy(key, 'last');
      expect([await read(key), (await itemsOf(key)).length]).toEqual(['last', 1]);
    }
  },
);

test('a crash in the first write leaves nothing that is read', async () => {
  const value = textOf(2);
  const seen = new Set<unknown>();
  for (let request = 1; request <= 3; request += 1) {
    const pk = `SEEN#first-${request}`;
    await replaceBy(pk, value, stoppedBefore(request)).catch(() => null);
    seen.add(await read(pk));
    await putBodies(local.table, [bodyOf('asked', pk, name, 'next')]);
    expect(await read(pk)).toBe('next');
  }
  expect(seen).toEqual(new Set([null]));
});

/** Bodies of two pieces that several add to. */
interface Grown {
  readonly by: readonly string[];
  readonly filling: string;
}
const grownIn = async (pk: string) => (await read(pk)) as Grown;
const growBy = (pk: string, who: string, table = local.table): Promise<void> =>
  changeBodies(table, pk, [`${name}#`], (items) => {
    const before = new Map(bodiesIn(() => 'asked', items)).get(name) as Grown | undefined;
    const value: Grown = { by: [...(before?.by ?? []), who], filling: textOf(2) };
    return [() => bodyOf('asked', pk, name, value)];
  });

function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

test.each([1, 2, 3, 4])(
  'where two write at once, the first halted at its request %i, neither is lost or mixed',
  async (first) => {
    for (let second = 1; second <= 5; second += 1) {
      const pk = `SEEN#two-${first}-${second}`;
      await growBy(pk, 'before');
      await growBy(pk, 'crashed', stoppedBefore(3)).catch(() => null);
      let other: Promise<void> = Promise.resolve();
      const ended = gate();
      const one = growBy(
        pk,
        'one',
        watched(async (request) => {
          if (request !== first) return;
          const halted = gate();
          const table = watched((number) => {
            if (number !== second) return;
            halted.open();
            return ended.opened;
          });
          other = growBy(pk, 'other', table);
          await Promise.race([halted.opened, other]);
        }),
      );
      await one;
      expect((await grownIn(pk)).by).toContain('one');
      ended.open();
      await other;
      const { by } = await grownIn(pk);
      expect([...by].sort()).toEqual(['before', 'one', 'other']);
      expect(await itemsOf(pk)).toHaveLength(2);
    }
  },
);

test.each([1, 3, 8])(
  'whoever reads while others replace what he reads, %i times in a row, finds what is there then',
  async (times) => {
    const pk = `SEEN#read-${times}`;
    await replaceBy(pk, textOf(5));
    const texts = Array.from({ length: times }, () => textOf(5));
    let last: string | undefined;
    let isFirstPage = true;
    // Each query is halted behind its first page, as long as somebody writes.
    const send = async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
      const isNext = 'ExclusiveStartKey' in command.input;
      const next = isFirstPage && isNext ? texts.pop() : undefined;
      isFirstPage = !isNext;
      last = next ?? last;
      if (next !== undefined) await replaceBy(pk, next);
      return local.table.client.send(command);
    };
    const reading: Table = { ...local.table, client: { send } as DynamoDBDocumentClient };
    expect(await bodyUnder(reading, 'asked', pk, name)).toBe(last);
    expect(texts).toEqual([]);
  },
);

test('what a crash of the released version mixed of two bodies is not whole, and is replaced', async () => {
  const pk = 'SEEN#mixed';
  const [one = {}] = inPlace(pk, textOf(2), false);
  const [, other = {}] = inPlace(pk, textOf(2), false);
  await putItems(local.table.client, local.table.name, [one, other]);
  expect(await read(pk)).toBeNull();
  await replaceBy(pk, 'next');
  expect([await read(pk), (await itemsOf(pk)).length]).toEqual(['next', 1]);
  const [whole = {}] = inPlace(pk, 'short', false);
  await putItems(local.table.client, local.table.name, [{ ...whole, body: Buffer.from('damaged') }]);
  await expect(read(pk)).rejects.toThrow('incorrect header check');
});

test('a packed value holds no more memory than its bytes: a review packs a hundred thousand findings before it writes them', () => {
  const bytes = packed({ status: 'open' });
  expect(bytes.buffer.byteLength).toBe(bytes.length);
  expect(unpacked(bytes)).toEqual({ status: 'open' });
});
