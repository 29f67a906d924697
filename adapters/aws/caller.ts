import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Caller } from '../ports.ts';
import { AwsRefusal, refusing } from './refusal.ts';

/** Who calls, asked of STS once and remembered; until when, asked of the SDK's own chain each time. */
export function createCaller(client: STSClient): Caller {
  let known: ReturnType<Caller['identity']> | null = null;
  const ask = async () => {
    const operation = 'GetCallerIdentity';
    const { Account, Arn } = await refusing(operation, () => client.send(new GetCallerIdentityCommand({})));
    if (!Account || !Arn) {
      throw new AwsRefusal({
        operation,
        code: 'UNREADABLE_ANSWER',
        kind: 'answer',
        said: 'the answer names no account',
      });
    }
    return { accountId: Account, arn: Arn };
  };
  return {
    credentialsEnd: async () => {
      const { expiration } = await refusing('GetCallerIdentity', () => client.config.credentials());
      return expiration?.getTime() ?? null;
    },
    identity: () => {
      known ??= ask().catch((error: unknown) => {
        known = null;
        throw error;
      });
      return known;
    },
  };
}
