import type { Callers } from '../callers.ts';
import type { IamAccounts } from '../iam/accounts.ts';
import type { SandboxService, WireRequest } from '../service.ts';
import { createCloudFormation } from './cloudformation.ts';
import { createKms, type Keys } from './kms.ts';
import { type Concurrency, createLambda, type Functions } from './lambda.ts';
import { createScheduler, type Schedules } from './scheduler.ts';
import { createStates } from './states.ts';

/** What deployed stacks are made in. */
interface StackWorld {
  /** The services in which CloudFormation makes resources. */
  readonly services: readonly SandboxService[];
  readonly callers: Callers;
  readonly iamAccounts: IamAccounts;
  readonly now: () => number;
}

/** CloudFormation, and the services that show what it made: Lambda, KMS and EventBridge Scheduler. */
export const createStackServices = (
  { callers, iamAccounts, now, services }: StackWorld,
  concurrency?: Concurrency,
): readonly SandboxService[] => {
  const functions: Functions = new Map();
  const schedules: Schedules = new Map();
  // The key that AWS manages for DynamoDB.
  const managed = {
    id: 'aws-dynamodb',
    state: 'Enabled',
    rotated: true,
    policy: '',
    spec: 'SYMMETRIC_DEFAULT',
  };
  const keys: Keys = new Map([
    [managed.id, { ...managed, arn: `arn:aws:kms:us-east-1:111111111111:key/${managed.id}` }],
  ]);

  const send = async (headers: Readonly<Record<string, string>>, body: string): Promise<void> => {
    const request: WireRequest = {
      method: 'POST',
      url: '/',
      headers,
      body: Buffer.from(body),
      accessKeyId: 'AKIACLOUDFORMATION00',
    };
    for (const service of services) {
      const operation = service.identify(request);
      if (operation === null) continue;
      const answer = await service.answer(request, operation);
      if (answer.status !== 200)
        throw new Error(`${operation.name}: ${answer.status} ${String(answer.body)}`);
      return;
    }
    throw new Error(`no service answers ${JSON.stringify(headers)}`);
  };

  return [
    createCloudFormation(callers, (accountId) => ({
      iam: iamAccounts.of(accountId),
      functions,
      keys,
      schedules,
      json: (target, body) =>
        send({ 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target }, JSON.stringify(body)),
      sns: (action, parameters) =>
        send(
          { 'content-type': 'application/x-www-form-urlencoded' },
          new URLSearchParams({ Action: action, Version: '2010-03-31', ...parameters }).toString(),
        ),
      now,
    })),
    createLambda(functions, concurrency),
    createKms(keys),
    createScheduler(schedules),
    createStates(),
  ];
};
