import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256 } from '../../core/base/sha256.ts';
import type { Starter } from '../../core/change/life/starter.ts';
import { type ChangeStatus, openStatuses } from '../../core/change/life/state.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import type { ChangeStore, ChangeSummary, ChangeTrace } from '../store-ports.ts';
import { getItem, itemsByStatus, putIf, stillAt } from './store-access.ts';
import { cut, joined, putBodies } from './store-bodies.ts';
import {
  changeKey,
  changeSortKey,
  packChange,
  statusKeyOf,
  unpackChange,
  unsentKey,
} from './store-change-item.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import { type Item, itemsUnder, queryAll } from './store-items.ts';
import { kindIndex, type Table, unfinishedIndex } from './store-table.ts';
import { createWriteIds, writeIdsOf } from './write-ids.ts';

/** Keeps changes in the table: `CHANGE#id` / `CHANGE` is the one item that decides, `CHANGE#id` / `EVIDENCE#hash#n` is what it names by hash. */
export function createChangeStore(table: Table): ChangeStore {
  // Evidence is named by its hash and never changes, so what was seen once need not be written again.
  const known = new Set<string>();
  const writes = createWriteIds();

  const write = async (stored: StoredChange, expectedVersion: number): Promise<boolean> => {
    const writeIds = writes.next(stored.record.id, expectedVersion);
    const { item, evidence, room } = packChange(stored, expectedVersion + 1, writeIds);
    if (room < 0) throw new Error(`change ${stored.record.id} is ${-room} bytes too long for one item`);
    await writeEvidence(table, stored.record.id, evidence, known);
    if (!(await putIf(table, item, stillAt(expectedVersion))))
      return wroteThis(table, stored.record.id, writeIds.at(-1) ?? '');
    writes.wrote(stored.record.id, expectedVersion + 1, writeIds);
    return true;
  };

  return {
    load: async (id) => {
      const items = await itemsUnder(table, changeKey(id));
      const item = items.find(({ sk }) => sk === changeSortKey);
      if (!item) return null;
      writes.read(id, item);
      return unpackChange(item, (hash) => evidenceText(items, id, hash, known));
    },
    create: async (change) => ((await write(change, 0)) ? 'created' : 'exists'),
    save: async (change, expectedVersion) => {
      if (expectedVersion < 1)
        throw new Error(`change ${change.record.id} was never stored: create it first`);
      return (await write(change, expectedVersion)) ? 'saved' : 'conflict';
    },
    roomIn: (change) => packChange(change, 0, []).room,
    listByStatus: async (statuses) => {
      const areOpen = statuses.every((status) => openStatuses.includes(status));
      const found = await (areOpen ? under(table, statuses) : listed(table));
      return summaries(found.filter(({ status }) => statuses.includes(status as ChangeStatus)));
    },
    listTraces: async (organizationId, since) => {
      const found = await listed(table, since);
      return found.filter((item) => item.organizationId === organizationId).map(traceOf);
    },
    listRecent: async (since) => summaries(await listed(table, since)),
    listUnsent: async () => summaries(await under(table, [])),
  };
}

// The SDK sends a write again whose answer was lost; the second one then fails on the version that the first one wrote, or
// that somebody else wrote on top of it since: the item names the last writes, not the last one alone.
async function wroteThis(table: Table, id: string, writeId: string): Promise<boolean> {
  const item = await getItem(table, { pk: changeKey(id), sk: changeSortKey }, 'writeId, writeIds');
  return item !== undefined && writeIdsOf(item).includes(writeId);
}

async function writeEvidence(
  table: Table,
  id: string,
  evidence: ReadonlyMap<string, string>,
  known: Set<string>,
): Promise<void> {
  for (const [hash, text] of evidence) {
    const name = `${id}#${hash}`;
    if (known.has(name)) continue;
    const bytes = gzipSync(text);
    const body = cut(changeKey(id), `EVIDENCE#${hash}`, bytes, formatAttribute('evidence'), sha256(bytes));
    await putBodies(table, [body]);
    known.add(name);
  }
}

function evidenceText(items: readonly Item[], id: string, hash: string, known: Set<string>): string {
  const pieces = items.filter(({ sk }) => String(sk).startsWith(`EVIDENCE#${hash}#`));
  for (const piece of pieces) upToDate('evidence', piece, piece.body);
  const bytes = joined(pieces);
  const text = bytes === null ? null : gunzipSync(bytes).toString('utf8');
  if (text === null || sha256(text) !== hash) {
    throw new Error(
      `evidence ${hash.slice(0, 12)} of change ${id} is missing or damaged: restore the table to a point in time`,
    );
  }
  known.add(`${id}#${hash}`);
  return text;
}

/** Every change of which the index of kinds knows, without its history, by one query; `since` is epoch milliseconds. */
function listed(table: Table, since = 0): Promise<readonly Item[]> {
  return queryAll(table, {
    IndexName: kindIndex,
    KeyConditionExpression: 'sk = :sk AND updatedAt >= :since',
    ExpressionAttributeValues: { ':sk': changeSortKey, ':since': since },
  });
}

/** The changes in these states by the index of unfinished changes, without their histories. Each state is a key, and those with unsent events have one of their own: nothing else is read. */
async function under(table: Table, statuses: readonly ChangeStatus[]): Promise<readonly Item[]> {
  const keys = [unsentKey, ...statuses.map(statusKeyOf)];
  const found = await Promise.all(keys.map((statusKey) => itemsByStatus(table, statusKey, unfinishedIndex)));
  // The index may list a change twice while it moves from one key to another.
  return [...new Map(found.flat().map((item) => [item.changeId, item])).values()];
}

function summaries(items: readonly Item[]): readonly ChangeSummary[] {
  return items
    .map(summaryOf)
    .sort((one, other) => one.updatedAt - other.updatedAt || (one.id < other.id ? -1 : 1));
}

function summaryOf(item: Item): ChangeSummary {
  return {
    id: item.changeId as string,
    organizationId: item.organizationId as string,
    revision: item.revision as number,
    status: item.status as ChangeStatus,
    policyId: item.policyId as string | null,
    policyName: item.policyName as string,
    confirm: item.confirm as string,
    services: item.services as number,
    accounts: item.accounts as number,
    updatedAt: item.updatedAt as number,
    unsent: item.unsent as number,
  };
}

function traceOf(item: Item): ChangeTrace {
  return {
    id: item.changeId as string,
    policyId: item.policyId as string | null,
    namespaces: (item.namespaces as readonly string[] | undefined) ?? null,
    starter: (item.starter as Starter | undefined) ?? null,
  };
}
