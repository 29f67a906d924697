import { CreateEventBusCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { createDynamoDbClient, createEventBridgeClient, createSnsClient } from './clients.ts';
import { createTableForLocalUse } from './store-table.ts';

/** What a stack would have made, for one machine. */
export interface LocalResources {
  readonly tableName: string;
  readonly busName: string;
  /** A topic for each address that gets mail: by name, with its one subscriber. */
  readonly topics: readonly { readonly name: string; readonly email: string }[];
}

/** Makes table, bus and topics at the endpoint that the SDK's own chain finds; answers the ARN of each topic by name. For the demo and for tests: deployed, the stack makes them. */
export async function createLocalResources(resources: LocalResources): Promise<ReadonlyMap<string, string>> {
  await createTableForLocalUse(createDynamoDbClient(), resources.tableName);
  await createEventBridgeClient().send(new CreateEventBusCommand({ Name: resources.busName }));
  const sns = createSnsClient('');
  const arns = new Map<string, string>();
  for (const { name, email } of resources.topics) {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
    if (!TopicArn) throw new Error(`the topic ${name} was made without an ARN`);
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: email }));
    arns.set(name, TopicArn);
  }
  return arns;
}
