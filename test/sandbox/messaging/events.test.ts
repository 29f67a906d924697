import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createEvents, type EventsService, type RecordedEvent } from '../../../sandbox/events.ts';
import cases from '../../cases/sandbox/put-events.json' with { type: 'json' };
import { clientSettings, startTestServer, type TestServer } from './http.ts';

let recorded: RecordedEvent[];
let service: EventsService;
let server: TestServer;
let events: EventBridgeClient;

beforeEach(async () => {
  recorded = [];
  const recorder = { record: (event: RecordedEvent) => void recorded.push(event) };
  service = createEvents({ recorder, now: () => new Date('2026-11-22T09:00:00Z') });
  server = await startTestServer([service]);
  events = new EventBridgeClient(clientSettings(server.url));
});

afterEach(async () => {
  events.destroy();
  await server.close();
});

const good: PutEventsRequestEntry = {
  Source: 'org-access-reviewer',
  DetailType: 'Access Review Completed',
  Detail: '{"n":1}',
};
const put = (Entries: readonly PutEventsRequestEntry[]) =>
  events.send(new PutEventsCommand({ Entries: [...Entries] }));

describe('PutEvents', () => {
  test('an accepted entry is recorded with its detail parsed', async () => {
    const answer = await put([good, { ...good, Time: new Date('2026-11-21T08:00:00Z') }]);
    expect(answer.FailedEntryCount).toBe(0);
    expect(recorded).toEqual([
      {
        id: answer.Entries?.[0]?.EventId,
        eventBusName: 'default',
        source: 'org-access-reviewer',
        detailType: 'Access Review Completed',
        detail: { n: 1 },
        time: '2026-11-22T09:00:00.000Z',
      },
      expect.objectContaining({ id: answer.Entries?.[1]?.EventId, time: '2026-11-21T08:00:00.000Z' }),
    ]);
  });

  test.each(cases.entries)('entry: $name', async ({ entry, code }) => {
    const answer = await put([good, { ...good, ...entry } as PutEventsRequestEntry]);
    expect(answer.Entries?.map((result) => result.ErrorCode ?? 'accepted')).toEqual([
      'accepted',
      code ?? 'accepted',
    ]);
    expect(answer.FailedEntryCount).toBe(code === undefined ? 0 : 1);
    expect(recorded).toHaveLength(code === undefined ? 2 : 1);
  });

  test.each([
    ['no entry', []],
    ['eleven entries', Array.from({ length: 11 }, () => good)],
    ['1 MB over all entries', [1, 2].map(() => ({ ...good, Detail: JSON.stringify('x'.repeat(524_288)) }))],
  ])('%s fails the request and records nothing', async (_case, entries) => {
    await expect(put(entries)).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(recorded).toEqual([]);
  });

  test('a bus that does not exist swallows the event and still answers an id', async () => {
    const answer = await put([{ ...good, EventBusName: 'nowhere' }]);
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(recorded).toEqual([]);
  });

  test('entries fail on demand, one after another', async () => {
    service.failNext(2, 'ThrottlingException');
    const first = await put([good, good, good]);
    expect(first.Entries?.map((entry) => entry.ErrorCode)).toEqual([
      'ThrottlingException',
      'ThrottlingException',
      undefined,
    ]);
    expect(first.FailedEntryCount).toBe(2);
    expect((await put([good])).FailedEntryCount).toBe(0);
    expect(recorded).toHaveLength(2);
  });
});

describe('buses', () => {
  test('default is always there; others come, take events by name or ARN, and go', async () => {
    const { EventBusArn } = await events.send(new CreateEventBusCommand({ Name: 'reviews' }));
    await put([
      { ...good, EventBusName: 'reviews' },
      { ...good, EventBusName: EventBusArn },
    ]);
    expect(recorded.map((event) => event.eventBusName)).toEqual(['reviews', 'reviews']);
    const names = async () =>
      (await events.send(new ListEventBusesCommand({}))).EventBuses?.map((bus) => bus.Name);
    expect(await names()).toEqual(['default', 'reviews']);
    await events.send(new DeleteEventBusCommand({ Name: 'reviews' }));
    expect(await names()).toEqual(['default']);
  });

  test.each([
    [
      'describing what is missing',
      new DescribeEventBusCommand({ Name: 'nowhere' }),
      'ResourceNotFoundException',
    ],
    [
      'creating what exists',
      new CreateEventBusCommand({ Name: 'default' }),
      'ResourceAlreadyExistsException',
    ],
    ['deleting default', new DeleteEventBusCommand({ Name: 'default' }), 'ValidationException'],
  ])('%s is refused as AWS does', async (_case, command, name) => {
    await expect(events.send(command as DescribeEventBusCommand)).rejects.toMatchObject({ name });
  });
});
