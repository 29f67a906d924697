import { type Caller, type Callers, isDenied } from './callers.ts';
import type { IamAccounts } from './iam/accounts.ts';
import { authorize } from './iam/authorize.ts';
import { trusts } from './iam/trust.ts';
import { type QueryDialect, QueryError, type QueryValue } from './query-protocol.ts';
import { queryService } from './query-service.ts';
import type { SandboxService } from './service.ts';
import type { World } from './world.ts';

const dialect: QueryDialect = { xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/', version: '2011-06-15' };

const invalid = (member: string, value: string | number, rule: string): QueryError =>
  new QueryError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );

/** What an AssumeRole request asks for, its form checked as STS checks it. */
const assumeInput = (input: URLSearchParams) => {
  const roleArn = input.get('RoleArn') ?? '';
  const sessionName = input.get('RoleSessionName') ?? '';
  const [, accountId, roleName] =
    /^arn:aws:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/.exec(roleArn) ?? [];
  if (accountId === undefined || roleName === undefined)
    throw new QueryError('ValidationError', `${roleArn} is invalid`);
  const pattern = 'satisfy regular expression pattern: [\\w+=,.@-]*';
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) throw invalid('roleSessionName', sessionName, pattern);
  const duration = Number(input.get('DurationSeconds') ?? 3600);
  if (!(duration >= 900 && duration <= 43_200)) {
    const rule =
      duration < 900 ? 'have value greater than or equal to 900' : 'have value less than or equal to 43200';
    throw invalid('durationSeconds', duration, rule);
  }
  const sourceIdentity = input.get('SourceIdentity');
  if (sourceIdentity !== null && !/^[\w+=,.@-]{2,64}$/.test(sourceIdentity))
    throw invalid('sourceIdentity', sourceIdentity, pattern);
  const externalId = input.get('ExternalId');
  if (externalId !== null && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId))
    throw invalid('externalId', externalId, 'satisfy regular expression pattern: [\\w+=,.@:\\/-]*');
  // STS API reference, AssumeRole: session policies have at most 2,048 characters.
  const policy = input.get('Policy');
  if (policy !== null && policy.length > 2048)
    throw invalid('policy', policy, 'have length less than or equal to 2048');
  return { roleArn, sessionName, accountId, roleName, duration, sourceIdentity, externalId, policy };
};

const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};

const assumeRole = (
  world: World,
  accounts: IamAccounts,
  callers: Callers,
  caller: Caller,
  input: URLSearchParams,
): QueryValue => {
  const { roleArn, sessionName, accountId, roleName, duration, sourceIdentity, externalId, policy } =
    assumeInput(input);
  // STS API reference, AssumeRole: an hour at most where a role assumes another one.
  if (caller.session !== null && duration > 3600)
    throw new QueryError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  if (policy !== null && !isJson(policy))
    throw new QueryError('MalformedPolicyDocument', 'This policy contains invalid Json');
  const denied = new QueryError(
    'AccessDenied',
    `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    403,
  );
  if (world.accounts.get(accountId)?.state !== 'ACTIVE' || isDenied(caller, 'sts:AssumeRole')) throw denied;
  const account = accounts.of(accountId);
  if (account.unreachable) throw denied;
  if (account.described) {
    const role = account.written.roles.get(roleName);
    const context = { caller, organizationId: world.organizationId, externalId, sourceIdentity };
    // AWS tells a role that is not there and one that does not trust the caller apart for nobody.
    if (role === undefined || !trusts(role.trust, 'sts:AssumeRole', context)) throw denied;
    if (sourceIdentity !== null && !trusts(role.trust, 'sts:SetSourceIdentity', context)) {
      throw new QueryError(
        'AccessDenied',
        denied.message.replace('sts:AssumeRole', 'sts:SetSourceIdentity'),
        403,
      );
    }
  }
  if (caller.session !== null && caller.session.policies.length > 0)
    authorize(caller, accounts.of(caller.accountId), 'sts:AssumeRole', roleArn);
  const credentials = callers.assume({
    accountId,
    roleName,
    sessionName,
    policies: policy === null ? [] : [policy],
    // A source identity stays through role chaining.
    sourceIdentity: sourceIdentity ?? caller.session?.sourceIdentity ?? null,
  });
  const session = callers.callerOf(credentials.accessKeyId);
  return {
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: new Date(Math.ceil((Date.now() + duration * 1000) / 1000) * 1000),
    },
    AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
    SourceIdentity: session.session?.sourceIdentity ?? undefined,
  };
};

/** STS's GetCallerIdentity and AssumeRole (Query, version 2011-06-15); session keys begin with `ASIA`. */
export const createSts = (world: World, accounts: IamAccounts, callers: Callers): SandboxService =>
  queryService('sts', dialect, callers, {
    GetCallerIdentity: (caller) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.accountId }),
    AssumeRole: (caller, input) => assumeRole(world, accounts, callers, caller, input),
  });
