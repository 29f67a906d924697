import type {
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  Tag,
  UserDetail,
} from '@aws-sdk/client-iam';
import type {
  Group,
  InlinePolicy,
  ManagedPolicy,
  PolicyVersion,
  Role,
  User,
} from '../../core/identity/account-identities.ts';
import { decodeDocument, unreadable } from './policy-document.ts';
import { shortAnswer } from './refusal.ts';

const operation = 'GetAccountAuthorizationDetails';

/** One page of an account, in our words. */
export interface AccountPage {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly roles: readonly Role[];
  readonly policies: readonly ManagedPolicy[];
}

/** Reads one page of GetAccountAuthorizationDetails. Throws `AwsRefusal` where it has no list at all, or an entry lacks what AWS always gives. */
export function toAccountPage(page: GetAccountAuthorizationDetailsResponse): AccountPage {
  if (!(page.UserDetailList ?? page.GroupDetailList ?? page.RoleDetailList ?? page.Policies))
    throw shortAnswer(operation, 'the answer has no list');
  return {
    users: (page.UserDetailList ?? []).map(toUser),
    groups: (page.GroupDetailList ?? []).map(toGroup),
    roles: (page.RoleDetailList ?? []).map(toRole),
    policies: (page.Policies ?? []).map(toPolicy),
  };
}

/** Whether a managed policy is AWS's own: its ARN has `aws` for the account. */
export function isAwsManaged(policyArn: string): boolean {
  return policyArn.split(':')[4] === 'aws';
}

/** Tags by key. */
export function toTags(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

/** Versions oldest first: their numbers only grow. */
export function oldestFirst(versions: readonly PolicyVersion[]): PolicyVersion[] {
  return [...versions].sort((one, other) => numberOf(one) - numberOf(other));
}

function numberOf({ id }: PolicyVersion): number {
  return Number(id.slice(1));
}

interface BearerDetail {
  readonly Arn?: string | undefined;
  readonly Path?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly AttachedManagedPolicies?: readonly { readonly PolicyArn?: string | undefined }[] | undefined;
}

function bearer(
  detail: BearerDetail,
  given: string | undefined,
  id: string | undefined,
  policies: readonly PolicyDetail[] | undefined,
) {
  const arn = present(detail.Arn, 'a principal', 'ARN');
  return {
    name: present(given, arn, 'name'),
    arn,
    id: present(id, arn, 'id'),
    path: present(detail.Path, arn, 'path'),
    createdAt: timeOf(detail.CreateDate, arn),
    inline: (policies ?? []).map((policy) => toInline(policy, arn)),
    attached: (detail.AttachedManagedPolicies ?? []).map(({ PolicyArn }) =>
      present(PolicyArn, arn, 'ARN of an attached policy'),
    ),
  };
}

function toUser(detail: UserDetail): User {
  return {
    type: 'user',
    ...bearer(detail, detail.UserName, detail.UserId, detail.UserPolicyList),
    groups: detail.GroupList ?? [],
    boundary: detail.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    tags: toTags(detail.Tags),
  };
}

function toGroup(detail: GroupDetail): Group {
  return { type: 'group', ...bearer(detail, detail.GroupName, detail.GroupId, detail.GroupPolicyList) };
}

function toRole(detail: RoleDetail): Role {
  const { LastUsedDate: lastUse, Region: region } = detail.RoleLastUsed ?? {};
  return {
    type: 'role',
    ...bearer(detail, detail.RoleName, detail.RoleId, detail.RolePolicyList),
    trust: decodeDocument(operation, detail.AssumeRolePolicyDocument),
    lastUsed: lastUse ? { at: timeOf(lastUse, detail.Arn ?? ''), region: region || null } : null,
    instanceProfiles: (detail.InstanceProfileList ?? []).map(({ Arn }) =>
      present(Arn, detail.Arn ?? '', 'ARN of an instance profile'),
    ),
    boundary: detail.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    tags: toTags(detail.Tags),
  };
}

function toInline({ PolicyName, PolicyDocument }: PolicyDetail, arn: string): InlinePolicy {
  return {
    name: present(PolicyName, arn, 'name of an inline policy'),
    text: decodeDocument(operation, PolicyDocument),
  };
}

/** Name and path of a managed policy, as its ARN says them: `arn:aws:iam::123456789012:policy/path/name`. */
export function namedBy(policyArn: string): { readonly name: string; readonly path: string } {
  const [, path = '/', name = ''] = /:policy(\/(?:.*\/)?)([^/]+)$/.exec(policyArn) ?? [];
  return { name, path };
}

/** A managed policy without its versions, as several operations give it. */
export function toPolicyHead(
  detail: Omit<ManagedPolicyDetail, 'PolicyVersionList'>,
): Omit<ManagedPolicy, 'versions'> {
  const arn = present(detail.Arn, 'a policy', 'ARN');
  return {
    ...namedBy(arn),
    arn,
    // Nothing rests on it, and not everything that speaks IAM gives it here.
    id: detail.PolicyId ?? '',
    isAwsManaged: isAwsManaged(arn),
    defaultVersionId: present(detail.DefaultVersionId, arn, 'default version'),
    boundaryUses: detail.PermissionsBoundaryUsageCount ?? 0,
    // GetAccountAuthorizationDetails has neither: `readPolicyMarks` asks.
    description: detail.Description || null,
    tags: null,
    createdAt: timeOf(detail.CreateDate, arn),
  };
}

function toPolicy(detail: ManagedPolicyDetail): ManagedPolicy {
  const head = toPolicyHead(detail);
  const versions = (detail.PolicyVersionList ?? []).map(({ CreateDate, Document, VersionId }) => ({
    id: present(VersionId, head.arn, 'version id'),
    text: decodeDocument(operation, Document),
    createdAt: timeOf(CreateDate, head.arn),
  }));
  return { ...head, versions: oldestFirst(versions) };
}

function present(value: string | undefined, of: string, what: string): string {
  if (value) return value;
  throw unreadable(operation, `${of} came without ${what}`);
}

function timeOf(date: Date | undefined, of: string): number {
  const time = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw unreadable(operation, `${of} has a date that is none`);
}
