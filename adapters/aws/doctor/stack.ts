import {
  type CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import type { ConcurrencyReading, FunctionReading, StackReading } from '../../../core/doctor/readings.ts';
import { readAll } from '../pages.ts';
import { isAwsRefusal, refusing } from '../refusal.ts';

/** A stack with its outputs and resources; null where there is none (AWS answers ValidationError "does not exist"). */
export async function readStack(client: CloudFormationClient, name: string): Promise<StackReading | null> {
  try {
    const { Stacks } = await refusing('cloudformation:DescribeStacks', () =>
      client.send(new DescribeStacksCommand({ StackName: name })),
    );
    const [stack] = Stacks ?? [];
    if (!stack) return null;
    const outputs = (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
    return {
      name,
      status: stack.StackStatus ?? '',
      outputs: Object.fromEntries(outputs),
      resources: await readResources(client, name),
    };
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'ValidationError' && /does not exist/.test(error.message))
      return null;
    throw error;
  }
}

async function readResources(client: CloudFormationClient, name: string): Promise<StackReading['resources']> {
  const resources = await readAll('cloudformation:ListStackResources', async (token) => {
    const page = await client.send(new ListStackResourcesCommand({ StackName: name, NextToken: token }));
    return { items: page.StackResourceSummaries, nextToken: page.NextToken };
  });
  return new Map(
    resources.map(({ LogicalResourceId, PhysicalResourceId, ResourceType }) => [
      LogicalResourceId ?? '',
      { type: ResourceType ?? '', physicalId: PhysicalResourceId ?? '' },
    ]),
  );
}

/** The configuration of a deployed function; state null where there is none. */
export async function readFunction(
  client: LambdaClient,
  name: string,
  deployedName: string,
): Promise<FunctionReading> {
  const found = await refusing('lambda:GetFunctionConfiguration', () =>
    client.send(new GetFunctionConfigurationCommand({ FunctionName: deployedName })),
  ).catch((error: unknown) => {
    if (isAwsRefusal(error) && error.code === 'ResourceNotFoundException') return null;
    throw error;
  });
  if (found === null) return { name, deployedName, roleArn: '', state: null, lastUpdate: '', variables: {} };
  return {
    name,
    deployedName,
    roleArn: found.Role ?? '',
    state: found.State ?? '',
    lastUpdate: found.LastUpdateStatus ?? '',
    variables: found.Environment?.Variables ?? {},
  };
}

/** Concurrent executions of this account in this Region. */
export async function readConcurrency(client: LambdaClient): Promise<ConcurrencyReading> {
  const { AccountLimit } = await refusing('lambda:GetAccountSettings', () =>
    client.send(new GetAccountSettingsCommand({})),
  );
  return {
    limit: AccountLimit?.ConcurrentExecutions ?? 0,
    unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
  };
}
