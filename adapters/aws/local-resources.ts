import { CreateEventBusCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { systemClock } from '../clock.ts';
import {
  createDynamoDbClient,
  createEventBridgeClient,
  createSnsClient,
  createStsClient,
} from './clients.ts';
import { createMeter } from './meter.ts';
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

/** Lets this process run as a role, as a function does: answers the variables that the SDK's own chain reads. */
export async function assumeLocalRole(
  roleArn: string,
): Promise<Readonly<Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN', string>>> {
  const sts = createStsClient(createMeter(systemClock));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'local' }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken)
    throw new Error(`${roleArn} was assumed without credentials`);
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
}
