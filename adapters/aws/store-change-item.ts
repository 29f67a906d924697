import { sha256 } from '../../core/base/sha256.ts';
import type { AttachedTo, ChangeContent } from '../../core/change/content/change.ts';
import { upToDate as contentFormatUpToDate } from '../../core/change/content/content-v1.ts';
import type { IdentityPart } from '../../core/change/content/identity-part.ts';
import { subjectOf } from '../../core/change/content/subject.ts';
import type { ChangeEvent } from '../../core/change/life/events.ts';
import { servicesIn, startersIn } from '../../core/change/life/led-to.ts';
import { notUnderstood, replay } from '../../core/change/life/life.ts';
import type { OutboxEntry } from '../../core/change/life/outbox.ts';
import { type ChangeStatus, openStatuses } from '../../core/change/life/state.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { isKnownType, type StoredEvent, unknownEvent } from '../../core/change/life/stored-events.ts';
import type { Links } from '../../core/change/links/links.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import { type Item, packed, unpacked } from './store-items.ts';
import { chunkBytes } from './store-table.ts';

// What has a longer JSON lives in evidence items of its own; the change item holds their hash. In UTF-16 units.
const charactersInItem = 30_000;
// What a review saw of an SCP comes with each difference that it tells, often the same again: what is longer is stored once.
const charactersInDrift = 500;

/** What grows with the accounts that a change reaches (its certificate: those of which a check is not proven), or with its findings: services times principals. */
const contentLists = ['accountIds', 'affectedAccounts', 'certificate', 'findingIds'] as const;
const reachLists = ['accountIds', 'affectedAccounts'] as const;
const identityLists = ['evidence', 'effects'] as const;

type HashedLists<Of, Names extends keyof Of> = Omit<Of, Names> & {
  readonly [Name in Names]: Of[Name] | { readonly evidenceHash: string };
};
type HashedContent = Omit<HashedLists<ChangeContent, (typeof contentLists)[number]>, 'identity'> & {
  readonly identity?: HashedLists<IdentityPart, (typeof identityLists)[number]>;
};
type HashedReach = HashedLists<AttachedTo, (typeof reachLists)[number]>;
type Hashed<Event> = Event extends { readonly content: ChangeContent }
  ? Omit<Event, 'content'> & { readonly contentHash: string }
  : Event extends { readonly type: 'drift-detected' }
    ? Omit<Event, 'attached' | 'text'> & {
        readonly attached?: HashedReach | null;
        readonly text?: string | { readonly evidenceHash: string };
      }
    : Event;
type HashedEvent = Hashed<ChangeEvent>;
interface Body {
  readonly history: readonly HashedEvent[];
  readonly outbox: readonly OutboxEntry[];
  /** The content of the current revision, by its hash; those of earlier revisions are evidence. */
  readonly contents: Readonly<Record<string, HashedContent>>;
}

/** A change made ready for the table: the one item, and the texts that it names by their SHA-256 and that must be stored before it. */
export interface PackedChange {
  readonly item: Item;
  readonly evidence: ReadonlyMap<string, string>;
  /** The bytes that are left of what an item may have; below 0 the item must not be written. */
  readonly room: number;
}

/** The partition key of a change and its evidence. */
export function changeKey(id: string): string {
  return `CHANGE#${id}`;
}

/** Makes the item of a change. Throws for one whose history holds events of a later version: only that one knows what belongs to them. */
export function packChange(stored: StoredChange, version: number, writeIds: readonly string[]): PackedChange {
  const { record, links, outbox } = stored;
  const { content } = record;
  const { listedId: policyId, listedName: policyName } = subjectOf(content);
  const later = notUnderstood(record);
  if (later !== null) throw new Error(`change ${record.id} cannot be written: ${later}`);
  const evidence = new Map<string, string>();
  const contents: Record<string, HashedContent> = {};
  const history = record.history.map((event): HashedEvent => {
    if (event.type === 'drift-detected') {
      const { attached, text, ...rest } = event;
      return {
        ...rest,
        ...(text === undefined ? {} : hashLists({ text }, ['text'], evidence, charactersInDrift)),
        ...(attached === undefined
          ? {}
          : { attached: attached && hashLists(attached, reachLists, evidence, charactersInDrift) }),
      } as HashedEvent;
    }
    if (event.type !== 'proposed' && event.type !== 'revised') return event;
    const { content: full, ...rest } = event;
    const hashed = withoutLongLists(full, evidence);
    const text = JSON.stringify(hashed);
    const contentHash = sha256(text);
    if (event.revision === record.revision) contents[contentHash] = hashed;
    else evidence.set(contentHash, text);
    return { ...rest, contentHash };
  });
  const body = packed({ history, outbox, contents } satisfies Body);
  const namespaces = servicesIn(record);
  const room = chunkBytes - body.length - JSON.stringify([links, namespaces]).length;
  return {
    evidence,
    room,
    item: {
      pk: changeKey(record.id),
      sk: changeSortKey,
      ...unfinishedKey(record.state.status, outbox.length),
      updatedAt: record.history.at(-1)?.at ?? 0,
      ...formatAttribute('change'),
      version,
      writeIds,
      changeId: record.id,
      organizationId: content.organizationId,
      revision: record.revision,
      status: record.state.status,
      policyId,
      policyName,
      confirm: content.confirm,
      services: content.services.length,
      accounts: content.accountIds.length,
      unsent: outbox.length,
      namespaces,
      starter: startersIn(record),
      links,
      body,
    },
  };
}

/** The sort key of the item that is a change, and the key under which the index of kinds lists all of them. */
export const changeSortKey = 'CHANGE';

/** The key under which the index lists changes with unsent events, whatever their state: they are found without reading others. */
export const unsentKey = 'CHANGE#UNSENT';

/** The key under which the index lists unfinished changes in this state. */
export function statusKeyOf(status: ChangeStatus): string {
  return `CHANGE#${status}`;
}

/** What has no key is in no index of states: whoever looks each minute does not pay for what is over. */
function unfinishedKey(status: ChangeStatus, unsent: number): { readonly statusKey?: string } {
  if (unsent > 0) return { statusKey: unsentKey };
  return openStatuses.includes(status) ? { statusKey: statusKeyOf(status) } : {};
}

function withoutLongLists(content: ChangeContent, evidence: Map<string, string>): HashedContent {
  const { identity } = content;
  return {
    ...hashLists(content, contentLists, evidence),
    ...(identity && { identity: hashLists(identity, identityLists, evidence) }),
  };
}

function hashLists<Of extends object, Name extends keyof Of>(
  of: Of,
  names: readonly Name[],
  evidence: Map<string, string>,
  longest = charactersInItem,
): HashedLists<Of, Name> {
  const lists = names.map((name) => {
    const text = JSON.stringify(of[name]);
    if (text.length <= longest) return [name, of[name]] as const;
    const evidenceHash = sha256(text);
    evidence.set(evidenceHash, text);
    return [name, { evidenceHash }] as const;
  });
  return { ...of, ...(Object.fromEntries(lists) as Pick<HashedLists<Of, Name>, Name>) };
}

/** The change of an item. `evidence` gives the text of a hash; it throws where that is missing or damaged. */
export function unpackChange(item: Item, evidence: (hash: string) => string): StoredChange {
  const { history, outbox, contents } = upToDate('change', item, unpacked(item.body)) as Body;
  const events: ChangeEvent[] = [];
  const eventOf = (event: HashedEvent): ChangeEvent => {
    if (!isKnownType(event.type)) return unknownEvent(event as StoredEvent, events.at(-1));
    if (event.type === 'drift-detected') {
      const { attached, text } = event;
      return {
        ...event,
        ...(text === undefined ? {} : wholeLists({ text }, ['text'], evidence)),
        ...(attached ? { attached: wholeLists(attached, reachLists, evidence) } : {}),
      } as ChangeEvent;
    }
    if (!('contentHash' in event)) return event as ChangeEvent;
    const { contentHash, ...rest } = event;
    const hashed = contents[contentHash] ?? (JSON.parse(evidence(contentHash)) as HashedContent);
    return { ...rest, content: withLongLists(hashed, evidence) };
  };
  for (const event of history) events.push(eventOf(event));
  return {
    record: replay(events),
    links: item.links as Links,
    outbox,
    version: item.version as number,
  };
}

function withLongLists(content: HashedContent, evidence: (hash: string) => string): ChangeContent {
  const { identity } = content;
  const whole = {
    ...wholeLists(content, contentLists, evidence),
    ...(identity && { identity: wholeLists(identity, identityLists, evidence) }),
  };
  return contentFormatUpToDate(whole as unknown as ChangeContent);
}

function wholeLists<Of extends object>(
  of: Of,
  names: readonly (keyof Of)[],
  evidence: (hash: string) => string,
): object {
  const lists = names.map((name) => {
    const list = of[name] as readonly unknown[] | string | { readonly evidenceHash: string };
    const isHashed = typeof list === 'object' && 'evidenceHash' in list;
    return [name, isHashed ? JSON.parse(evidence(list.evidenceHash)) : list] as const;
  });
  return { ...of, ...Object.fromEntries(lists) };
}
