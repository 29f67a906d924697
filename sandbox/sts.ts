import { type Caller, type Callers, isDenied } from './callers.ts';
import { type QueryDialect, QueryError, type QueryValue } from './query-protocol.ts';
import { queryService } from './query-service.ts';
import type { SandboxService } from './service.ts';
import type { World } from './world.ts';

const dialect: QueryDialect = { xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/', version: '2011-06-15' };

const assumeRole = (world: World, callers: Callers, caller: Caller, input: URLSearchParams): QueryValue => {
  const roleArn = input.get('RoleArn') ?? '';
  const sessionName = input.get('RoleSessionName') ?? '';
  const [, accountId, roleName] =
    /^arn:aws:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/.exec(roleArn) ?? [];
  if (accountId === undefined || roleName === undefined)
    throw new QueryError('ValidationError', `${roleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw new QueryError(
      'ValidationError',
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  const duration = Number(input.get('DurationSeconds') ?? 3600);
  if (!(duration >= 900 && duration <= 43_200)) {
    const rule =
      duration < 900 ? 'have value greater than or equal to 900' : 'have value less than or equal to 43200';
    throw new QueryError(
      'ValidationError',
      `1 validation error detected: Value '${duration}' at 'durationSeconds' failed to satisfy constraint: Member must ${rule}`,
    );
  }
  const account = world.accounts.get(accountId);
  if (account?.state !== 'ACTIVE' || isDenied(caller, 'sts:AssumeRole')) {
    throw new QueryError(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      403,
    );
  }
  const credentials = callers.assume({ accountId, roleName, sessionName });
  const session = callers.callerOf(credentials.accessKeyId);
  return {
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: new Date(Math.ceil((Date.now() + duration * 1000) / 1000) * 1000),
    },
    AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
  };
};

/** STS's GetCallerIdentity and AssumeRole (Query, version 2011-06-15); session keys begin with `ASIA`. */
export const createSts = (world: World, callers: Callers): SandboxService =>
  queryService('sts', dialect, callers, {
    GetCallerIdentity: (caller) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.accountId }),
    AssumeRole: (caller, input) => assumeRole(world, callers, caller, input),
  });
