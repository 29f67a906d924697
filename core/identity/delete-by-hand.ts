import type { Principal } from './account-identities.ts';
import { type AccountIndex, reachedBy } from './account-index.ts';
import type { Subject } from './subject.ts';

/**
 * What a person types to delete one user, group, role or policy, in the order in which AWS takes it. These are lines of
 * the AWS CLI, and lines that begin with `#` for what the review does not read. Sources: IAM User Guide, "Delete or
 * deactivate an IAM user", "Delete roles or instance profiles", "Delete IAM policies". Empty for what is AWS's own.
 */
export function deleteByHand(index: AccountIndex, subject: Subject): readonly string[] {
  const principal = index.principals.get(subject.arn);
  if (principal === undefined) return policyLines(index, subject);
  if (principal.path.startsWith('/aws-service-role/'))
    return [aws('delete-service-linked-role', ['role-name', principal.name])];
  const name = [`${principal.type}-name`, principal.name] as const;
  return [
    ...linesBefore(index, principal),
    ...principal.attached.map((arn) => aws(`detach-${principal.type}-policy`, name, ['policy-arn', arn])),
    ...principal.inline.map((policy) =>
      aws(`delete-${principal.type}-policy`, name, ['policy-name', policy.name]),
    ),
    aws(`delete-${principal.type}`, name),
  ];
}

function linesBefore(index: AccountIndex, principal: Principal): readonly string[] {
  const { name, type } = principal;
  if (type === 'user')
    return [
      '# first the password, access keys, MFA devices, certificates, SSH keys and service credentials, as far as there are any:',
      aws('delete-login-profile', ['user-name', name]),
      aws('list-access-keys', ['user-name', name]),
      aws('list-mfa-devices', ['user-name', name]),
      ...principal.groups.map((group) =>
        aws('remove-user-from-group', ['group-name', group], ['user-name', name]),
      ),
    ];
  if (type === 'group')
    return reachedBy(index, principal).map((member) =>
      aws('remove-user-from-group', ['group-name', name], ['user-name', member.name]),
    );
  return principal.instanceProfiles.map((profile) =>
    aws(
      'remove-role-from-instance-profile',
      ['instance-profile-name', profile.slice(profile.lastIndexOf('/') + 1)],
      ['role-name', name],
    ),
  );
}

function policyLines(index: AccountIndex, { arn }: Subject): readonly string[] {
  const policy = index.policies.get(arn);
  const { roles, users } = index.account;
  const bound = [...users, ...roles].filter(({ boundary }) => boundary === arn);
  const taken = [
    ...bound.map(
      ({ name, type }) => `# it is the boundary of ${type} ${name}: put another one in its place before`,
    ),
    ...(index.bearers.get(arn) ?? []).map(({ name, type }) =>
      aws(`detach-${type}-policy`, [`${type}-name`, name], ['policy-arn', arn]),
    ),
  ];
  if (policy?.type === 'aws-managed') return taken;
  const managed = policy?.managed;
  const others = (managed?.versions ?? []).filter(({ id }) => id !== managed?.defaultVersionId);
  return [
    ...taken,
    ...others.map(({ id }) => aws('delete-policy-version', ['policy-arn', arn], ['version-id', id])),
    aws('delete-policy', ['policy-arn', arn]),
  ];
}

function aws(command: string, ...options: readonly (readonly [string, string])[]): string {
  return ['aws iam', command, ...options.map(([name, value]) => `--${name} ${quoted(value)}`)].join(' ');
}

/** A path may hold what a shell reads otherwise. */
function quoted(value: string): string {
  return /^[\w+=,.@:/-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
