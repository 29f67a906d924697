import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, type KMSClient } from '@aws-sdk/client-kms';
import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { BusReading, KeyReading } from '../../../core/doctor/readings.ts';
import { readAll } from '../pages.ts';
import { isAwsRefusal, refusing } from '../refusal.ts';

/** The bus with its policy and rules; null where there is none. */
export async function readBus(client: EventBridgeClient, name: string): Promise<BusReading | null> {
  try {
    const { Policy } = await refusing('events:DescribeEventBus', () =>
      client.send(new DescribeEventBusCommand({ Name: name })),
    );
    const rules = await readAll('events:ListRules', async (token) => {
      const page = await client.send(new ListRulesCommand({ EventBusName: name, NextToken: token }));
      return { items: page.Rules, nextToken: page.NextToken };
    });
    return {
      name,
      policy: Policy ?? null,
      rules: rules.map(({ Name, State }) => ({ name: Name ?? '', enabled: State !== 'DISABLED' })),
    };
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'ResourceNotFoundException') return null;
    throw error;
  }
}

/** The customer-managed key of a topic, as the topic names it; null where it has none, a key of AWS, or there is no topic. */
export async function readTopicKey(client: SNSClient, topicArn: string): Promise<string | null> {
  try {
    const { Attributes } = await refusing('sns:GetTopicAttributes', () =>
      client.send(new GetTopicAttributesCommand({ TopicArn: topicArn })),
    );
    const key = Attributes?.KmsMasterKeyId ?? '';
    return key === '' || key.startsWith('alias/aws/') ? null : key;
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'NotFound') return null;
    throw error;
  }
}

/** The state of a key, and whether AWS rotates it; state null where there is none. */
export async function readKey(client: KMSClient, id: string): Promise<Pick<KeyReading, 'rotated' | 'state'>> {
  try {
    const { KeyMetadata } = await refusing('kms:DescribeKey', () =>
      client.send(new DescribeKeyCommand({ KeyId: id })),
    );
    const state = KeyMetadata?.KeyState ?? '';
    if (state !== 'Enabled' || KeyMetadata?.KeyManager === 'AWS') return { state, rotated: null };
    const { KeyRotationEnabled } = await refusing('kms:GetKeyRotationStatus', () =>
      client.send(new GetKeyRotationStatusCommand({ KeyId: id })),
    );
    return { state, rotated: KeyRotationEnabled === true };
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'NotFoundException') return { state: null, rotated: null };
    throw error;
  }
}
