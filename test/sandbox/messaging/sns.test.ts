import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createInbox, type Inbox } from '../../../sandbox/inbox.ts';
import { createSns } from '../../../sandbox/sns.ts';
import cases from '../../cases/sandbox/sns-publish.json' with { type: 'json' };
import { clientSettings, startTestServer, type TestServer } from './http.ts';

const ACCOUNT = '111111111111';
let inbox: Inbox;
let server: TestServer;
let sns: SNSClient;

beforeEach(async () => {
  inbox = createInbox(() => new Date('2026-11-22T09:00:00Z'));
  server = await startTestServer([createSns({ inbox, now: () => new Date(), accountId: ACCOUNT })]);
  sns = new SNSClient(clientSettings(server.url));
});

afterEach(async () => {
  sns.destroy();
  await server.close();
});

async function topic(name = 'findings'): Promise<string> {
  return (await sns.send(new CreateTopicCommand({ Name: name }))).TopicArn ?? '';
}

async function topicFor(
  ...subscribers: readonly { protocol?: string; endpoint: string; filter?: object }[]
): Promise<string> {
  const arn = await topic();
  for (const { protocol = 'email', endpoint, filter } of subscribers) {
    const Attributes = filter === undefined ? {} : { FilterPolicy: JSON.stringify(filter) };
    await sns.send(
      new SubscribeCommand({ TopicArn: arn, Protocol: protocol, Endpoint: endpoint, Attributes }),
    );
  }
  return arn;
}

describe('topics and subscriptions', () => {
  test('the same name gives the same topic, in the region of the signature', async () => {
    const arn = await topic();
    expect(arn).toBe(`arn:aws:sns:us-east-1:${ACCOUNT}:findings`);
    expect(await topic()).toBe(arn);
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: arn }]);
  });

  test('attributes are kept as text, markup and all', async () => {
    const arn = await topic();
    await sns.send(
      new SetTopicAttributesCommand({
        TopicArn: arn,
        AttributeName: 'DisplayName',
        AttributeValue: '<b> & "c"',
      }),
    );
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    expect(Attributes).toMatchObject({
      DisplayName: '<b> & "c"',
      Owner: ACCOUNT,
      SubscriptionsConfirmed: '0',
    });
  });

  test('a subscription is listed until it is taken away, and goes with its topic', async () => {
    const arn = await topicFor({ endpoint: 'ana@example.com' }, { endpoint: 'ben@example.com' });
    const listed =
      (await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn }))).Subscriptions ?? [];
    expect(listed.map((known) => [known.Protocol, known.Endpoint])).toEqual([
      ['email', 'ana@example.com'],
      ['email', 'ben@example.com'],
    ]);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: listed[0]?.SubscriptionArn }));
    expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toHaveLength(1);
    await sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions ?? []).toHaveLength(0);
  });

  test('topics come a hundred to a page', async () => {
    for (let index = 0; index < 101; index++) await topic(`t-${index}`);
    const first = await sns.send(new ListTopicsCommand({}));
    const second = await sns.send(new ListTopicsCommand({ NextToken: first.NextToken }));
    expect([first.Topics?.length, second.Topics?.length, second.NextToken]).toEqual([100, 1, undefined]);
  });

  test('a subscription that waits for confirmation receives nothing until it is confirmed', async () => {
    const arn = await topic();
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        TopicArn: arn,
        Protocol: 'email',
        Endpoint: 'ana@example.com',
        Attributes: { PendingConfirmation: 'true' },
        ReturnSubscriptionArn: true,
      }),
    );
    await sns.send(new PublishCommand({ TopicArn: arn, Message: 'early' }));
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'PendingConfirmation',
        AttributeValue: 'false',
      }),
    );
    await sns.send(new PublishCommand({ TopicArn: arn, Message: 'late' }));
    expect(inbox.listMessages().map((message) => message.text)).toEqual([
      expect.stringMatching(/confirmation\.html\?TopicArn=\S+&Token=\S+/),
      'late',
    ]);
  });

  test.each([
    ['never created', `arn:aws:sns:us-east-1:${ACCOUNT}:missing`, 'NotFoundException', 404],
    ["another account's", 'arn:aws:sns:us-east-1:999999999999:theirs', 'AuthorizationErrorException', 403],
    ['no ARN', 'findings', 'InvalidParameterException', 400],
  ])('a topic that is %s is refused as AWS does', async (_case, TopicArn, name, status) => {
    const calls = [
      new PublishCommand({ TopicArn, Message: 'x' }),
      new GetTopicAttributesCommand({ TopicArn }),
    ];
    for (const call of calls) {
      await expect(sns.send(call as PublishCommand)).rejects.toMatchObject({
        name,
        $metadata: { httpStatusCode: status },
      });
    }
    expect(inbox.listMessages()).toEqual([]);
  });
});

describe('publish', () => {
  test('one message per subscription, each in its own channel', async () => {
    const arn = await topicFor(
      { endpoint: 'ana@example.com' },
      { endpoint: 'ben@example.com' },
      { protocol: 'https', endpoint: 'https://hooks.example.com/chat' },
    );
    await sns.send(
      new PublishCommand({ TopicArn: arn, Subject: 'Two services', Message: 'lex & dms\nzwölf' }),
    );
    expect(
      inbox.listMessages().map(({ channel, to, subject, text }) => [channel, to, subject, text]),
    ).toEqual([
      ['email', 'ana@example.com', 'Two services', 'lex & dms\nzwölf'],
      ['email', 'ben@example.com', 'Two services', 'lex & dms\nzwölf'],
      ['https', 'https://hooks.example.com/chat', 'Two services', 'lex & dms\nzwölf'],
    ]);
  });

  test('a topic that nobody subscribed to is recorded under its ARN', async () => {
    const arn = await topic();
    await sns.send(new PublishCommand({ TopicArn: arn, Message: 'hello' }));
    expect(inbox.listMessages()).toEqual([
      { channel: 'sns', to: arn, subject: '', text: 'hello', sentAt: '2026-11-22T09:00:00.000Z' },
    ]);
  });

  test('a JSON structure sends each protocol its own text', async () => {
    const arn = await topicFor(
      { endpoint: 'ana@example.com' },
      { protocol: 'https', endpoint: 'https://a.example' },
    );
    const Message = JSON.stringify({ default: 'for all', email: 'for mail', sms: 5 });
    await sns.send(new PublishCommand({ TopicArn: arn, MessageStructure: 'json', Message }));
    expect(inbox.listMessages().map((message) => message.text)).toEqual(['for mail', 'for all']);
  });

  test.each(cases.filters)('filter: $name', async ({ filter, attributes, delivered }) => {
    const arn = await topicFor({ endpoint: 'ana@example.com', filter });
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        Array.isArray(value)
          ? { DataType: 'String.Array', StringValue: JSON.stringify(value) }
          : { DataType: 'String', StringValue: String(value) },
      ]),
    );
    await sns.send(new PublishCommand({ TopicArn: arn, Message: 'x', MessageAttributes }));
    expect(inbox.listMessages()).toHaveLength(delivered ? 1 : 0);
  });

  test.each(cases.messages)('message: $name', async ({ input, repeat, error }) => {
    const arn = await topic();
    const Message = repeat === undefined ? (input.Message ?? 'text') : 'a'.repeat(repeat);
    const sent = sns.send(new PublishCommand({ TopicArn: arn, ...input, Message }));
    if (error === undefined) await expect(sent).resolves.toHaveProperty('MessageId');
    else await expect(sent).rejects.toMatchObject({ message: error, $metadata: { httpStatusCode: 400 } });
    expect(inbox.listMessages()).toHaveLength(error === undefined ? 1 : 0);
  });

  test('a batch delivers the good entries and names the bad one', async () => {
    const arn = await topicFor({ endpoint: 'ana@example.com' });
    const answer = await sns.send(
      new PublishBatchCommand({
        TopicArn: arn,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: 'one' },
          { Id: 'b', Message: 'two', Subject: 'line\nbreak' },
        ],
      }),
    );
    expect(answer.Successful?.map((entry) => entry.Id)).toEqual(['a']);
    expect(answer.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }]);
    expect(inbox.listMessages().map((message) => message.text)).toEqual(['one']);
  });

  test.each([
    [
      'eleven entries',
      Array.from({ length: 11 }, (_, index) => ({ Id: `e${index}`, Message: 'x' })),
      'TooManyEntriesInBatchRequestException',
    ],
    [
      'an id twice',
      [
        { Id: 'a', Message: 'x' },
        { Id: 'a', Message: 'y' },
      ],
      'BatchEntryIdsNotDistinctException',
    ],
    [
      'too many bytes',
      Array.from({ length: 2 }, (_, index) => ({ Id: `e${index}`, Message: 'x'.repeat(131_073) })),
      'BatchRequestTooLongException',
    ],
  ])('a batch with %s fails as a whole', async (_case, PublishBatchRequestEntries, name) => {
    const arn = await topic();
    await expect(
      sns.send(new PublishBatchCommand({ TopicArn: arn, PublishBatchRequestEntries })),
    ).rejects.toMatchObject({ name });
    expect(inbox.listMessages()).toEqual([]);
  });
});
