import type { Clock, Messenger } from '../adapters/ports.ts';
import type { ChangeStore } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { EventBody } from '../core/change/life/events.ts';
import { appendEvents, type StoredChange, withLinks } from '../core/change/life/stored-change.ts';
import { mint } from '../core/change/links/links.ts';
import { type ChangeView, changeView } from '../core/message/change-view.ts';
import { claimOf, type DueNotice, dueNotices, mailboxOf } from '../core/message/notices.ts';
import { commandsFor } from '../core/message/oar-commands.ts';
import { type ClaimedNotice, type Delivery, deliver } from './deliver.ts';

/** What telling people needs. */
export interface NotifyPorts {
  readonly stores: { readonly changes: ChangeStore };
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly configuration: Configuration;
  /** Where the approval page is reached, without a trailing slash. */
  readonly pageUrl: string;
  /** 32 random bytes for a fresh link. */
  readonly newToken: () => Uint8Array;
}

/** How one notice fared. No address, link or token is in it. */
export interface NotifyReport {
  readonly changeId: string;
  /** The approver's id, or `#name` for a channel that many read. */
  readonly approverId: string;
  readonly channel: string;
  readonly purpose: string;
  /** Null: it was taken. */
  readonly failure: string | null;
}

/** How often a write that lost a race is tried again. */
const attempts = 20;

/**
 * Sends every notice that is due for a change. First one write notes what is about to be sent, with the hashes of fresh
 * tokens, so that of two runs at once only one sends. Then all go out side by side, each bounded in time: one stuck
 * channel delays no other. At last the history says what was taken and what was not.
 */
export async function notify(ports: NotifyPorts, changeId: string): Promise<readonly NotifyReport[]> {
  const claimed = await claimNotices(ports, changeId);
  if (!claimed) return [];
  const { change, notices } = claimed;
  const { configuration, clock, messenger } = ports;
  const view = changeView(change.record, { now: clock.now(), configuration });
  const deliveries = await Promise.all(
    notices.map((notice) =>
      deliver(messenger, clock, withCommands(notice, view, ports.pageUrl), view, change.record.history),
    ),
  );
  await noteDeliveries(ports, change, deliveries);
  return deliveries.map(({ failure, notice }) => ({
    changeId,
    approverId: notice.recipient.id,
    channel: notice.recipient.channel,
    purpose: notice.purpose,
    failure: failure?.detail ?? null,
  }));
}

/** The commands in place of the link, where there is no page. */
function withCommands(notice: ClaimedNotice, view: ChangeView, site: string): ClaimedNotice {
  return notice.command === null ? notice : { ...notice, commands: commandsFor(notice.command, view, site) };
}

interface Claimed {
  readonly change: StoredChange;
  readonly notices: readonly ClaimedNotice[];
}

/** Notes in one conditional write what this run sends, and stores the hashes of its tokens: null if nothing is due, or somebody else sends it. */
async function claimNotices(ports: NotifyPorts, changeId: string): Promise<Claimed | null> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await ports.stores.changes.load(changeId);
    if (!change) return null;
    const due = dueNotices(change.record, ports.configuration, ports.clock.now());
    if (due.length === 0) return null;
    const minted = mintLinks(ports, change, due);
    const claim: EventBody = { type: 'notifying', claims: due.map(claimOf) };
    const next = append(minted.change, [{ body: claim, at: ports.clock.now() }]);
    if ((await ports.stores.changes.save(next, change.version)) === 'saved')
      return { change: next, notices: minted.notices };
  }
  throw new Error(`change ${changeId} was written by others ${attempts} times in a row: notices wait`);
}

/** A token is minted right before it is sent; one that was minted for the same notice no longer works. */
function mintLinks(
  { clock, newToken, pageUrl }: NotifyPorts,
  change: StoredChange,
  due: readonly DueNotice[],
): Claimed {
  let { links } = change;
  const { id, revision } = change.record;
  const notices = due.map((notice): ClaimedNotice => {
    if (!notice.link) return { ...notice, url: null };
    const { approver, channel, id: approverId } = notice.recipient;
    const link = {
      ...{ ...notice.link, approverId, channel, revision, notice: notice.purpose },
      ...mailboxOf(approver),
    };
    const minted = mint(links, link, newToken(), clock.now());
    links = minted.links;
    return { ...notice, url: `${pageUrl}/changes/${id}?token=${minted.token}` };
  });
  return { change: withLinks(change, links), notices };
}

async function noteDeliveries(
  ports: NotifyPorts,
  { record: { id, revision } }: StoredChange,
  deliveries: readonly Delivery[],
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await ports.stores.changes.load(id);
    // What was told about an earlier revision says nothing about this one.
    if (!change || change.record.revision !== revision) return;
    const next = append(change, deliveries.map(outcomeOf));
    if ((await ports.stores.changes.save(next, change.version)) === 'saved') return;
  }
  throw new Error(`change ${id} was written by others ${attempts} times in a row: notices may be sent again`);
}

function outcomeOf({ at, failure, notice, reference }: Delivery): Timed {
  const head = claimOf(notice);
  if (failure !== null) return { at, body: { type: 'notify-failed', ...head, failure } };
  return { at, body: { type: 'notified', ...head, ...(reference === null ? {} : { reference }) } };
}

interface Timed {
  readonly at: number;
  readonly body: EventBody;
}

/** The history never runs backwards, whatever the clocks of two functions say. */
function append(change: StoredChange, events: readonly Timed[]): StoredChange {
  let last = change.record.history.at(-1)?.at ?? 0;
  const { revision } = change.record;
  return appendEvents(
    change,
    events
      .toSorted((one, other) => one.at - other.at)
      .map(({ at, body }) => {
        last = Math.max(last, at);
        return { at: last, actor: { type: 'system', id: 'notify' }, revision, ...body };
      }),
  );
}
