import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { BusReading, TopicSettings } from '../../../core/doctor/readings.ts';
import { readAll } from '../pages.ts';
import { isAwsRefusal, refusing } from '../refusal.ts';

/** The bus with its policy and rules; null where there is none. */
export async function readBus(client: EventBridgeClient, name: string): Promise<BusReading | null> {
  try {
    const { KmsKeyIdentifier, Policy } = await refusing('events:DescribeEventBus', () =>
      client.send(new DescribeEventBusCommand({ Name: name })),
    );
    const rules = await readAll('events:ListRules', async (token) => {
      const page = await client.send(new ListRulesCommand({ EventBusName: name, NextToken: token }));
      return { items: page.Rules, nextToken: page.NextToken };
    });
    return {
      name,
      policy: Policy ?? null,
      keyArn: KmsKeyIdentifier ?? null,
      rules: rules.map(({ Name, State }) => ({ name: Name ?? '', enabled: State !== 'DISABLED' })),
    };
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'ResourceNotFoundException') return null;
    throw error;
  }
}

/** The policy of a topic and its key as the topic names it; a key of AWS is none. Null where there is no topic. */
export async function readTopic(client: SNSClient, topicArn: string): Promise<TopicSettings | null> {
  try {
    const { Attributes } = await refusing('sns:GetTopicAttributes', () =>
      client.send(new GetTopicAttributesCommand({ TopicArn: topicArn })),
    );
    const key = Attributes?.KmsMasterKeyId ?? '';
    return {
      policy: Attributes?.Policy ?? null,
      keyId: key === '' || key.startsWith('alias/aws/') ? null : key,
    };
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'NotFound') return null;
    throw error;
  }
}
