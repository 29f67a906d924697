import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fitSubject, fitText } from '../../adapters/aws/topic.ts';
import { readEnvironment, required } from '../../adapters/environment.ts';
import { createLogger } from '../../adapters/log.ts';
import { wirePublishing } from '../../adapters/wire.ts';
import { closeBoxes, nestedUnits, openBox } from './box.ts';

afterEach(closeBoxes);

const openPublishing = async (faults: readonly string[] = []) => {
  const sandbox = await openBox({ scenario: nestedUnits, faults });
  await new EventBridgeClient({}).send(new CreateEventBusCommand({ Name: 'reviews' })).catch(() => undefined);
  const { TopicArn } = await new SNSClient({}).send(new CreateTopicCommand({ Name: 'reviews' }));
  return { sandbox, ...wirePublishing(readEnvironment({ BUS_NAME: 'reviews', TOPIC_ARN: TopicArn })) };
};
const numbered = (length: number, text = '') =>
  Array.from({ length }, (_, sequence) => ({
    detailType: 'Access Review Completed',
    detail: { sequence, text },
  }));
const putCalls = (sandbox: Awaited<ReturnType<typeof openBox>>) =>
  sandbox.calls().filter(({ operation }) => operation === 'PutEvents');

describe('the event bus', () => {
  test('gets ten a call, in order, from this product', async () => {
    const { sandbox, bus } = await openPublishing();
    expect(await bus.put(numbered(23))).toEqual([]);
    expect(putCalls(sandbox)).toHaveLength(3);
    expect(sandbox.events()).toHaveLength(23);
    const text = JSON.stringify(sandbox.events());
    expect(text).toContain('org-access-reviewer');
    expect([...text.matchAll(/sequence\\?":(\d+)/g)].map(([, sequence]) => Number(sequence))).toEqual(
      numbered(23).map((_, index) => index),
    );
  });

  test('gets fewer a call where ten are too many bytes', async () => {
    const { sandbox, bus } = await openPublishing();
    expect(await bus.put(numbered(10, 'x'.repeat(190_000)))).toEqual([]);
    expect(putCalls(sandbox)).toHaveLength(2);
  });

  test('no events, no call', async () => {
    const { sandbox, bus } = await openPublishing();
    expect(await bus.put([])).toEqual([]);
    expect(putCalls(sandbox)).toHaveLength(0);
  });

  test('what it does not take is told by index; the rest is taken', async () => {
    const { bus, sandbox } = await openPublishing();
    const events = numbered(12);
    const long = { detailType: 'x'.repeat(129), detail: {} };
    const refused = await bus.put([...events.slice(0, 3), long, ...events.slice(3)]);
    expect(refused).toMatchObject([{ index: 3, code: expect.any(String), message: expect.any(String) }]);
    expect(sandbox.events()).toHaveLength(12);
  });

  test('what failed inside EventBridge is sent again, each once, in a bounded number of tries', async () => {
    const { bus, sandbox } = await openPublishing();
    sandbox.eventBridge.failNext(2, 'InternalFailure');
    expect(await bus.put(numbered(4))).toEqual([]);
    expect(sandbox.events()).toHaveLength(4);
    expect(putCalls(sandbox)).toHaveLength(2);

    sandbox.eventBridge.failNext(1_000, 'ThrottlingException');
    expect(await bus.put(numbered(2))).toMatchObject([
      { index: 0, code: 'ThrottlingException' },
      { index: 1, code: 'ThrottlingException' },
    ]);
    expect(putCalls(sandbox)).toHaveLength(2 + 4);
  });

  test('what EventBridge refuses for good is sent once', async () => {
    const { bus, sandbox } = await openPublishing();
    sandbox.eventBridge.failNext(1, 'MalformedDetail');
    expect(await bus.put(numbered(2))).toMatchObject([{ index: 0, code: 'MalformedDetail' }]);
    expect(putCalls(sandbox)).toHaveLength(1);
  });

  test('where nothing can be sent, that is an error', async () => {
    const { bus } = await openPublishing(['error:PutEvents:AccessDeniedException']);
    await expect(bus.put(numbered(1))).rejects.toMatchObject({ permission: 'events:PutEvents' });
  });
});

describe('the topic', () => {
  test('takes a message whose subject and text it would have refused', async () => {
    const { sandbox, topic } = await openPublishing();
    await topic.publish({ subject: `Prüfung\n${'x'.repeat(200)}`, text: 'ü'.repeat(200_000) });
    expect(sandbox.calls().at(-1)).toMatchObject({ operation: 'Publish', status: 200 });
  });

  test.each([
    ['Two services — unused in “Development”', 'Two services - unused in "Development"'],
    ['Prüfung\r\n der Ägypten-OU', 'Prufung der Agypten-OU'],
    ['', 'Organization access review'],
    ['x'.repeat(150), 'x'.repeat(99)],
  ])('subject %j', (subject, fitted) => {
    expect(fitSubject(subject)).toBe(fitted);
  });

  test('a text that is too long ends after a whole line and says so', () => {
    const text = 'üöä line\n'.repeat(40_000);
    const fitted = fitText(text);
    expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(262_144);
    expect(
      fitted
        .split('\n')
        .slice(0, -2)
        .every((line) => line === 'üöä line'),
    ).toBe(true);
    expect(fitted).toMatch(/This message was cut/);
    expect(fitText('€'.repeat(100_000))).not.toContain('\uFFFD');
    expect(fitText('short')).toBe('short');
  });
});

describe('the environment', () => {
  test('says what is set; the rest is null until it is needed', () => {
    const environment = readEnvironment({
      TABLE_NAME: 'reviews',
      PAGE_URL: 'https://example.com/',
      LOG_LEVEL: 'DEBUG',
    });
    expect(environment).toMatchObject({
      tableName: 'reviews',
      busName: null,
      topicArn: null,
      pageUrl: 'https://example.com',
      logLevel: 'debug',
      inLambda: false,
    });
    expect(required(environment, 'tableName', 'store the review')).toBe('reviews');
    expect(() => required(environment, 'busName', 'send events')).toThrow(
      'BUS_NAME is not set: it is needed to send events',
    );
    expect(() => readEnvironment({ LOG_LEVEL: 'loud' })).toThrow('LOG_LEVEL is loud: it must be one of');
  });
});

test('a log line is JSON with the correlation id, and keeps secrets to itself', () => {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  const log = createLogger({ correlationId: 'rev-1', level: 'info', fileDescriptor: 2 }, stream);
  log.info({ token: 'abc', request: { headers: { authorization: 'abc' } }, secret: 'abc' }, 'hello');
  log.debug('not written');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    correlationId: 'rev-1',
    msg: 'hello',
    token: '[redacted]',
  });
  expect(lines[0]).not.toContain('abc');
});

describe('the topic for people', () => {
  test('is found by its name in the account and region that the credentials belong to', async () => {
    const { sandbox } = await openPublishing();
    const { topic } = wirePublishing(readEnvironment({ BUS_NAME: 'reviews', TOPIC_NAME: 'reviews' }));
    const TopicArn = 'arn:aws:sns:us-east-1:111111111111:reviews';
    const Endpoint = 'team@example.com';
    await new SNSClient({}).send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint }));
    await topic.publish({ subject: 'by name', text: 'it arrived' });
    expect(sandbox.messages()).toMatchObject([{ to: Endpoint, subject: 'by name', text: 'it arrived' }]);
    const elsewhere = wirePublishing(readEnvironment({ BUS_NAME: 'reviews', TOPIC_NAME: 'nowhere' })).topic;
    await expect(elsewhere.publish({ subject: 'by name', text: 'it did not' })).rejects.toThrow(/NotFound/);
  });
});
