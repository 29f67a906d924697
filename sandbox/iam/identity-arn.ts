import type { Caller } from '../callers.ts';
import { QueryError } from '../query-protocol.ts';
import { noSuchEntity } from './lookup.ts';
import type { IamPrincipal, IamState, ManagedPolicy } from './state.ts';

/** What a report is made for. */
export type Subject = IamPrincipal | (ManagedPolicy & { readonly type: 'policy' });

const reported: Readonly<Record<string, string>> = {
  user: 'user',
  group: 'group',
  role: 'role',
  policy: 'policy',
};

/** The subject of an ARN, or what AWS answers. The path inside the ARN is not compared, except for policies (observed). */
export const subjectOf = (
  state: IamState,
  caller: Caller,
  arn: string,
  notSupported: (arn: string) => string,
): Subject => {
  const [, partition, service, , accountId, resource = ''] = arn.split(':');
  if (partition !== 'aws') throw new QueryError('ValidationError', 'Invalid ARN partition');
  if (service !== 'iam') throw new QueryError('ValidationError', 'Invalid service in ARN');
  const parts = resource.split('/');
  const type = reported[parts[0] ?? ''];
  const name = parts[parts.length - 1] ?? '';
  if (type === undefined || parts.length < 2) throw new QueryError('InvalidInput', notSupported(arn));
  if (accountId !== state.accountId && !(accountId === 'aws' && type === 'policy')) {
    throw new QueryError(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform the operation on ${arn}`,
      403,
    );
  }
  const missing = noSuchEntity(`ARN ${arn} does not exist.`);
  if (type === 'policy') {
    const policy =
      state.policies.get(arn) ??
      [...state.policies.values()].find(
        (item) => item.name === name && item.awsManaged === (accountId === 'aws'),
      );
    if (policy === undefined) throw missing;
    return { ...policy, type: 'policy' };
  }
  const principal = { user: state.users, group: state.groups, role: state.roles }[type]?.get(name);
  if (principal === undefined) throw missing;
  return principal;
};
