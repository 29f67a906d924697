import { type Caller, isDenied } from '../callers.ts';
import { type Statement, statementsOf } from '../policy-statements.ts';
import { QueryError } from '../query-protocol.ts';
import { covers } from '../wildcards.ts';
import type { IamAccount } from './accounts.ts';
import { policiesOf } from './policy-sets.ts';
import { arnOf, type IamState } from './state.ts';

const matches = (statement: Statement, action: string, resource: string): boolean => {
  const named =
    statement.notActions.length > 0
      ? !statement.notActions.some((pattern) => covers(pattern, action))
      : statement.actions.some((pattern) => covers(pattern, action));
  const reached =
    statement.notResources.length > 0
      ? !statement.notResources.some((pattern) => covers(pattern, resource))
      : statement.resources.some((pattern) => covers(pattern, resource));
  return named && reached;
};

type Verdict = 'allowed' | 'denied' | 'not allowed';

/** What policy texts say of an action on a resource. Of conditions only `iam:PolicyARN` is evaluated: any other Allow allows, any other Deny does not deny. */
const verdictOf = (
  texts: readonly string[],
  action: string,
  resource: string,
  policyArn: string | null,
): Verdict => {
  const matching = texts
    .flatMap(statementsOf)
    .filter((statement) => matches(statement, action.toLowerCase(), resource.toLowerCase()))
    .filter(
      ({ policyArns }) =>
        policyArns.length === 0 || (policyArn !== null && policyArns.includes(policyArn.toLowerCase())),
    );
  if (matching.some(({ allow, conditional }) => !allow && !conditional)) return 'denied';
  return matching.some(({ allow }) => allow) ? 'allowed' : 'not allowed';
};

/** The resource that IAM checks an operation on: the principal it names, else the policy, else everything. */
export const resourceOf = (state: IamState, input: URLSearchParams): string => {
  const account = `arn:aws:iam::${state.accountId}`;
  for (const [parameter, type, map] of [
    ['UserName', 'user', state.users],
    ['GroupName', 'group', state.groups],
    ['RoleName', 'role', state.roles],
  ] as const) {
    const name = input.get(parameter);
    // Adding a user to a group is checked on the group.
    if (name === null || (parameter === 'UserName' && input.get('GroupName') !== null)) continue;
    const known = map.get(name);
    return known === undefined ? `${account}:${type}/${name}` : arnOf(state.accountId, known);
  }
  const made = input.get('PolicyName');
  return (
    input.get('PolicyArn') ?? (made === null ? '*' : `${account}:policy${input.get('Path') ?? '/'}${made}`)
  );
};

const refusal = (caller: Caller, action: string, resource: string, because: string): QueryError =>
  new QueryError(
    'AccessDenied',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
    403,
  );

/**
 * Throws AWS's AccessDenied where the scenario denies the action to the caller, or where the policies of an assumed role
 * or of its session do not allow it. Other callers may do everything.
 */
export const authorize = (
  caller: Caller,
  account: IamAccount,
  action: string,
  resource: string,
  /** What a request says of `iam:PolicyARN`. */
  policyArn: string | null = null,
): void => {
  const notAllowed = (kind: string): string => `because no ${kind} policy allows the ${action} action`;
  if (isDenied(caller, action)) throw refusal(caller, action, resource, notAllowed('identity-based'));
  const { session } = caller;
  if (session === null) return;
  const role = account.written.roles.get(session.roleName);
  const layers: readonly (readonly [string, readonly string[]])[] = [
    ...(role === undefined || !account.described
      ? []
      : [['identity-based', policiesOf(account.written, role).map(({ text }) => text)] as const]),
    ...(session.policies.length === 0 ? [] : [['session', session.policies] as const]),
  ];
  for (const [kind, texts] of layers) {
    const verdict = verdictOf(texts, action, resource, policyArn);
    if (verdict === 'denied')
      throw refusal(
        caller,
        action,
        resource,
        `with an explicit deny in ${kind === 'session' ? 'a session' : 'an identity-based'} policy`,
      );
    if (verdict === 'not allowed') throw refusal(caller, action, resource, notAllowed(kind));
  }
};
