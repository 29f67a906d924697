import type { LockStore } from '../adapters/lock-ports.ts';
import type { Clock, Messenger } from '../adapters/ports.ts';
import type { RunStore } from '../adapters/run-ports.ts';
import type { ChangeStore } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { EventBody } from '../core/change/life/events.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { appendEvents, type StoredChange, withLinks } from '../core/change/life/stored-change.ts';
import { mint } from '../core/change/links/links.ts';
import { intoMessages } from '../core/message/mails/digest.ts';
import { hasReviewButton } from '../core/message/slack/review-button.ts';
import { claimOf, type DueNotice, dueNotices, mailboxOf } from '../core/message/telling/notices.ts';
import { changeView } from '../core/message/views/change-view.ts';
import { commandsFor } from '../core/message/views/oar-commands.ts';
import { awaitsEnd, wholeReviewOf } from '../core/review/awaited-end.ts';
import { type ClaimedNotice, type Delivery, deliver } from './deliver.ts';

/** What telling people needs. */
export interface NotifyPorts {
  readonly stores: {
    readonly changes: ChangeStore;
    readonly locks: LockStore;
    readonly runs: Pick<RunStore, 'progress'>;
  };
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

/** What came of telling people of several changes. */
export interface Telling {
  readonly notices: readonly NotifyReport[];
  /** What went wrong: it delays nothing else and is tried again. */
  readonly failed: readonly { readonly changeId: string; readonly error: unknown }[];
}

/** How often a write that lost a race is tried again. */
const attempts = 20;
/** Changes whose notices are claimed side by side. */
const atOnce = 5;

/**
 * Sends every notice that is due for these changes. First one write a change notes what is about to be sent, with the
 * hashes of fresh tokens, so that of two runs at once only one sends. Then all messages go out side by side, each bounded in
 * time: one stuck channel delays no other. As each is done, the histories say so: whoever dies in between repeats nothing
 * that was noted. Changes that were not begun by `until` (epoch milliseconds) are left.
 */
export async function tell(
  ports: NotifyPorts,
  changeIds: readonly string[],
  until = Number.POSITIVE_INFINITY,
): Promise<Telling> {
  const failed: { changeId: string; error: unknown }[] = [];
  const claimed: ClaimedNotice[] = [];
  for (let first = 0; first < changeIds.length; first += atOnce) {
    if (ports.clock.now() > until) break;
    const group = changeIds.slice(first, first + atOnce).map(async (changeId) => {
      try {
        return await claimNotices(ports, changeId);
      } catch (error) {
        failed.push({ changeId, error });
        return [];
      }
    });
    claimed.push(...(await Promise.all(group)).flat());
  }
  // One after the other: two notes of one change would only get into each other's way.
  let noting: Promise<void> = Promise.resolve();
  const deliveries = intoMessages(claimed).map(async (message) => {
    const delivery = await deliver(ports.messenger, ports.clock, message);
    for (const notice of message) {
      noting = noting
        .then(() => noteDelivery(ports, notice, delivery))
        .catch((error: unknown) => void failed.push({ changeId: notice.record.id, error }));
    }
    return message.map((notice) => reportOf(notice, delivery));
  });
  const notices = (await Promise.all(deliveries)).flat();
  await noting;
  return { notices, failed };
}

/** Notes in one conditional write what this run sends for a change, and stores the hashes of its tokens: empty if nothing is due, or somebody else sends it. */
async function claimNotices(ports: NotifyPorts, changeId: string): Promise<readonly ClaimedNotice[]> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await ports.stores.changes.load(changeId);
    if (!change) return [];
    const due = await dueNow(ports, change.record);
    if (due.length === 0) return [];
    const minted = mintLinks(ports, change, due);
    const claim: EventBody = { type: 'notifying', claims: due.map(claimOf) };
    const next = append(minted.change, { body: claim, at: ports.clock.now() });
    if ((await ports.stores.changes.save(next, change.version)) !== 'saved') continue;
    const { record } = next;
    const view = changeView(record, { now: ports.clock.now(), configuration: ports.configuration });
    return minted.urls.map(({ notice, url }): ClaimedNotice => {
      const { command } = notice;
      // The commands in place of the link, where there is no page.
      const typed = command === null ? {} : { commands: commandsFor(command, view, ports.pageUrl) };
      const reviews = hasReviewButton(notice.kind, notice.recipient, record, ports.configuration);
      return { ...notice, record, view, url, reviews, ...typed };
    });
  }
  throw new Error(`change ${changeId} was written by others ${attempts} times in a row: notices wait`);
}

/** The notices of a change that go out now: a question that is one of many of a review that still runs waits for its end. */
export async function dueNow(
  { clock, configuration, stores }: Pick<NotifyPorts, 'clock' | 'configuration' | 'stores'>,
  record: ChangeRecord,
): Promise<readonly DueNotice[]> {
  const now = clock.now();
  const due = dueNotices(record, configuration, now);
  const whole = wholeReviewOf(record.content.reviewId);
  const { state } = record;
  if (whole === null || state.status !== 'proposed' || due.every(({ kind }) => kind !== 'decide')) return due;
  const isAwaited = awaitsEnd(state.proposedAt, await stores.runs.progress(whole), now);
  return isAwaited ? due.filter(({ kind }) => kind !== 'decide') : due;
}

interface Minted {
  readonly change: StoredChange;
  readonly urls: readonly { readonly notice: DueNotice; readonly url: string | null }[];
}

/** A token is minted right before it is sent; one that was minted for the same notice no longer works. */
function mintLinks(
  { clock, newToken, pageUrl }: NotifyPorts,
  change: StoredChange,
  due: readonly DueNotice[],
): Minted {
  let { links } = change;
  const { id, revision } = change.record;
  const urls = due.map((notice) => {
    if (!notice.link) return { notice, url: null };
    const { approver, channel, id: approverId } = notice.recipient;
    const link = {
      ...notice.link,
      approverId,
      channel,
      revision,
      notice: notice.purpose,
      ...mailboxOf(approver),
    };
    const minted = mint(links, link, newToken(), clock.now());
    links = minted.links;
    return { notice, url: `${pageUrl}/changes/${id}?token=${minted.token}` };
  });
  return { change: withLinks(change, links), urls };
}

async function noteDelivery(
  ports: NotifyPorts,
  notice: ClaimedNotice,
  { at, failure, message, reference }: Delivery,
): Promise<void> {
  const { id, revision } = notice.record;
  const head = claimOf(notice);
  const where =
    reference === null ? {} : { reference, ...(message.length > 1 ? { shared: true as const } : {}) };
  const body: EventBody =
    failure === null ? { type: 'notified', ...head, ...where } : { type: 'notify-failed', ...head, failure };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await ports.stores.changes.load(id);
    // What was told about an earlier revision says nothing about this one.
    if (!change || change.record.revision !== revision) return;
    if ((await ports.stores.changes.save(append(change, { at, body }), change.version)) === 'saved') return;
  }
  throw new Error(`change ${id} was written by others ${attempts} times in a row: notices may be sent again`);
}

function reportOf({ purpose, recipient, record }: ClaimedNotice, { failure }: Delivery): NotifyReport {
  const { channel, id: approverId } = recipient;
  return { changeId: record.id, approverId, channel, purpose, failure: failure?.detail ?? null };
}

/** The history never runs backwards, whatever the clocks of two functions say. */
function append(
  change: StoredChange,
  { at, body }: { readonly at: number; readonly body: EventBody },
): StoredChange {
  const { history, revision } = change.record;
  const last = history.at(-1)?.at ?? 0;
  return appendEvents(change, [
    { at: Math.max(last, at), actor: { type: 'system', id: 'notify' }, revision, ...body },
  ]);
}
