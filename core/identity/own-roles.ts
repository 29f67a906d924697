import type { AccountIdentities, Role } from './account-identities.ts';

// CloudFormation User Guide, "Resource tag": CloudFormation alone writes tags that begin with `aws:`.
const stackTag = 'aws:cloudformation:stack-name';

/** How the names of this product's stacks begin: the service's name in serverless.yml, then the stage. */
const stackNames = 'org-access-reviewer-';

/** ARNs of the roles that the stack of this product made in an account: a review never touches them. */
export function ownRolesIn({ roles }: AccountIdentities): readonly string[] {
  return roles.filter(({ tags }) => tags[stackTag]?.startsWith(stackNames)).map(({ arn }) => arn);
}

/** Whether a role of an account is of this product: its stack made it, or `memberRoles` names it. */
export function isOfThisProduct(
  { name, tags }: Pick<Role, 'name' | 'tags'>,
  { read, write }: { readonly read: string; readonly write: string | null },
): boolean {
  return tags[stackTag]?.startsWith(stackNames) === true || name === read || name === write;
}

/** Whether a role is one that this product takes: by the name of its stack, or one of `memberRoles`. Its calls are nobody's use. */
export function isOwnRole(
  arn: string,
  memberRoles: { readonly read: string; readonly write: string | null },
): boolean {
  const [, path] = /^arn:[^:]+:iam::\d{12}:role\/(.+)$/.exec(arn) ?? [];
  const name = path?.slice(path.lastIndexOf('/') + 1) ?? '';
  return name.startsWith(stackNames) || name === memberRoles.read || name === memberRoles.write;
}
