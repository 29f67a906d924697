import {
  CreateTopicCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readTopic } from '../../adapters/aws/doctor/messages.ts';
import { readSchedule } from '../../adapters/aws/doctor/schedules.ts';
import { signedRequest } from '../../adapters/aws/signed-request.ts';
import { readTopicSubscriptions, requireSubscriber } from '../../adapters/aws/subscriptions.ts';
import { createTopic } from '../../adapters/aws/topic.ts';
import { pointAt } from './environment.ts';
import { type Moto, motoIsInstalled, startMoto } from './moto.ts';

/** A second judge beside the sandbox of topics, subscriptions and schedules. It confirms every subscription at once. */
const judge = () => {
  let moto: Moto;
  let restore = () => {};
  let client: SNSClient;
  let topicArn = '';

  beforeAll(async () => {
    moto = await startMoto();
    restore = pointAt(moto.endpoint);
    client = new SNSClient({});
    topicArn = (await client.send(new CreateTopicCommand({ Name: 'approver-ana' }))).TopicArn ?? '';
  }, 30_000);

  afterAll(async () => {
    client.destroy();
    restore();
    await moto?.stop();
  });

  test('a topic that is not there, and one without a subscriber', async () => {
    expect(await readTopic(client, `${topicArn}-none`)).toBeNull();
    expect(await readTopicSubscriptions(client, topicArn)).toEqual([]);
    await expect(requireSubscriber(client, topicArn)).rejects.toMatchObject({ code: 'NO_SUBSCRIPTION' });
  });

  test('subscriptions and their attributes are read, and a message is taken', async () => {
    const mail = { TopicArn: topicArn, Protocol: 'email', Endpoint: 'ana@example.com' };
    const { SubscriptionArn } = await client.send(new SubscribeCommand(mail));
    expect(await readTopicSubscriptions(client, topicArn)).toEqual([
      { arn: SubscriptionArn, endpoint: 'ana@example.com', unsubscribesByLink: expect.anything() },
    ]);
    await requireSubscriber(client, topicArn);
    await createTopic(client, topicArn).publish({ subject: 'Zum Prüfen', text: 'Ein Text' });
  });

  test('the policy of a topic and its key are read as they were set', async () => {
    const policy = { Version: '2012-10-17', Statement: [{ Sid: 'Nobody', Effect: 'Deny' }] };
    for (const [AttributeName, AttributeValue] of [
      ['Policy', JSON.stringify(policy)],
      ['KmsMasterKeyId', 'alias/aws/sns'],
    ])
      await client.send(new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName, AttributeValue }));
    const read = await readTopic(client, topicArn);
    expect({ ...read, policy: JSON.parse(read?.policy ?? '') }).toEqual({ policy, keyId: null });
  });

  test('a schedule is read by one signed request, and one that is not there is null', async () => {
    const place = { endpoint: moto.endpoint, region: 'us-east-1' };
    const target = {
      Arn: 'arn:aws:lambda:us-east-1:123456789012:function:sweep',
      RoleArn: 'arn:aws:iam::123456789012:role/start',
    };
    const { status } = await signedRequest('POST', `${moto.endpoint}/schedules/sweep`, {
      body: {
        ...{ FlexibleTimeWindow: { Mode: 'OFF' }, GroupName: 'default' },
        ...{ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED', Target: target },
      },
      ...{ region: 'us-east-1', service: 'scheduler' },
    });
    expect(status).toBe(200);
    expect(await readSchedule('sweep', place)).toEqual({
      ...{ name: 'sweep', state: 'ENABLED', expression: 'rate(1 minute)' },
      ...{ targetArn: target.Arn, roleArn: target.RoleArn },
    });
    expect(await readSchedule('none', place)).toBeNull();
  });
};

if (motoIsInstalled()) describe('topics and schedules against moto', judge);
else test('topics and schedules against moto', () => console.log('skipped: moto_server is not on the PATH'));
