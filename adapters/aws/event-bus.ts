import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { messageLimits } from '../../core/base/limits.ts';
import type { Clock, EventBus, OutgoingEvent } from '../ports.ts';
import { isAwsRefusal, refusing } from './refusal.ts';

/** The `source` of every event of this product. */
const eventSource = 'org-access-reviewer';

/** Tries of one batch, the first included, for entries that EventBridge says may be sent again. */
const batchTries = 4;
/** First wait before entries are sent again, in milliseconds; doubles each time. */
const firstRetryWait = 200;
/** EventBridge User Guide, "Handling failures with PutEvents": these may be sent again. */
const retryableCodes: readonly string[] = ['InternalFailure', 'InternalException', 'ThrottlingException'];

/** An event that the bus did not take: its place in the list, AWS's code and message. */
type Refused = Awaited<ReturnType<EventBus['put']>>[number];

interface Entry {
  readonly index: number;
  readonly entry: PutEventsRequestEntry;
  readonly bytes: number;
}

/** Sends events to one bus by name or ARN, in order: a batch is done with before the next one leaves. */
export function createEventBus(client: EventBridgeClient, busName: string, clock: Clock): EventBus {
  return {
    put: async (events) => {
      const refused: Refused[] = [];
      let sent = 0;
      for (const batch of toBatches(events.map((event, index) => toEntry(event, index, busName)))) {
        try {
          refused.push(...(await putBatch(client, clock, batch)));
          sent += 1;
        } catch (error) {
          if (sent === 0 || !isAwsRefusal(error)) throw error;
          for (const { index } of batch) refused.push({ index, code: error.code, message: error.message });
        }
      }
      return refused;
    },
  };
}

function toEntry({ detailType, detail }: OutgoingEvent, index: number, busName: string): Entry {
  const entry = {
    EventBusName: busName,
    Source: eventSource,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
  };
  const bytes =
    Buffer.byteLength(entry.Source) + Buffer.byteLength(entry.DetailType) + Buffer.byteLength(entry.Detail);
  return { index, entry, bytes };
}

/** As many entries a call as AWS takes by number and by bytes; an entry that is too large alone goes alone, and AWS says so. */
function toBatches(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const batch = batches.at(-1);
    if (batch && batch.length < messageLimits.eventEntries && entry.bytes < room) {
      batch.push(entry);
      room -= entry.bytes;
      continue;
    }
    batches.push([entry]);
    room = messageLimits.eventRequestBytes - entry.bytes;
  }
  return batches;
}

/** EventBridge answers 200 even where it took nothing: each entry has its own result, in the order sent. */
async function putBatch(
  client: EventBridgeClient,
  clock: Clock,
  batch: readonly Entry[],
): Promise<Refused[]> {
  const refused: Refused[] = [];
  let waiting = batch;
  let wait = firstRetryWait;
  for (let tries = 1; waiting.length > 0; tries += 1) {
    const entries = waiting.map(({ entry }) => entry);
    const answer = await refusing('PutEvents', () => client.send(new PutEventsCommand({ Entries: entries })));
    if (!answer.FailedEntryCount) return refused;
    const again: Entry[] = [];
    for (const [place, entry] of waiting.entries()) {
      const result = answer.Entries?.[place];
      if (result?.EventId) continue;
      if (tries < batchTries && retryableCodes.includes(result?.ErrorCode ?? '')) again.push(entry);
      else refused.push(toRefused(entry, result));
    }
    waiting = again;
    if (again.length > 0) await clock.wait(wait);
    wait *= 2;
  }
  return refused;
}

function toRefused({ index }: Entry, result: PutEventsResultEntry | undefined): Refused {
  return {
    index,
    code: result?.ErrorCode ?? 'UNREADABLE_ANSWER',
    message: result?.ErrorMessage ?? 'EventBridge gave no reason',
  };
}
