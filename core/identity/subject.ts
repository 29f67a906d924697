import { foldedName } from '../base/folded-name.ts';
import { ok, type Result, refused } from '../base/result.ts';
import type { AccountIndex } from './account-index.ts';

/** One user, group, role or managed policy that a review judges. */
export interface Subject {
  readonly type: 'user' | 'group' | 'role' | 'policy';
  readonly name: string;
  readonly arn: string;
  readonly path: string;
}

/** Which subjects a review is asked for. */
export type SubjectChoice =
  | { readonly kind: 'all' }
  /** Everything below a path such as `/teams/`. */
  | { readonly kind: 'path'; readonly prefix: string }
  /** One by its name, or by its ARN. */
  | { readonly kind: Subject['type']; readonly name: string };

/** The subjects that a choice means: groups, users, roles and managed policies that are attached. Refuses (`BAD_REQUEST`) what the account does not have. */
export function subjectsOf(index: AccountIndex, choice: SubjectChoice): Result<readonly Subject[]> {
  const all = everySubject(index);
  if (choice.kind === 'all') return ok(all);
  if (choice.kind === 'path') {
    const below = all.filter(({ path }) => path.startsWith(choice.prefix));
    return below.length > 0 ? ok(below) : nothing(index, `lies below the path ${choice.prefix}`, 'path');
  }
  const { kind, name } = choice;
  const sameType = [...all, ...sharedByAws(index), ...unattached(index)].filter(({ type }) => type === kind);
  const exact = sameType.find((subject) => subject.name === name || subject.arn === name);
  // AWS takes names of users, groups and roles in any letter case, and no two differ by it alone.
  const found = exact ?? sameType.find((subject) => foldedName(subject.name) === foldedName(name));
  return found ? ok([found]) : nothing(index, `is a ${kind} ${name}`, kind);
}

function everySubject(index: AccountIndex): readonly Subject[] {
  const { groups, roles, users } = index.account;
  const principals = [...groups, ...users, ...roles].filter(
    ({ path }) => !path.startsWith('/aws-service-role/'),
  );
  const ownPolicies = [...index.policies.values()].filter(({ type }) => type === 'customer-managed');
  const attached = ownPolicies.filter(({ arn }) => arn !== null && index.bearers.has(arn));
  return [...principals.map(asSubject), ...attached.flatMap(policySubject)];
}

/** Service-linked roles and AWS's own policies are judged only where somebody names them. */
function sharedByAws(index: AccountIndex): readonly Subject[] {
  const serviceLinked = index.account.roles.filter(({ path }) => path.startsWith('/aws-service-role/'));
  const awsManaged = [...index.policies.values()].filter(({ type }) => type === 'aws-managed');
  return [...serviceLinked.map(asSubject), ...awsManaged.flatMap(policySubject)];
}

function unattached(index: AccountIndex): readonly Subject[] {
  const own = [...index.policies.values()].filter(({ type }) => type === 'customer-managed');
  return own.filter(({ arn }) => arn !== null && !index.bearers.has(arn)).flatMap(policySubject);
}

function asSubject({ type, name, arn, path }: Subject): Subject {
  return { type, name, arn, path };
}

function policySubject({
  arn,
  name,
  managed,
}: {
  readonly arn: string | null;
  readonly name: string;
  readonly managed: { readonly path: string } | null;
}): readonly Subject[] {
  return arn === null ? [] : [{ type: 'policy', name, arn, path: managed?.path ?? '/' }];
}

function nothing({ account }: AccountIndex, what: string, field: string): Result<never> {
  return refused({
    code: 'BAD_REQUEST',
    detail: `${field}: nothing in account ${account.accountId} ${what}`,
  });
}
