import type { QueryValue } from '../query-protocol.ts';
import {
  arnOf,
  attachedTo,
  boundedBy,
  type IamGroup,
  type IamRole,
  type IamState,
  type IamUser,
  type ManagedPolicy,
  type PolicyVersion,
} from './state.ts';

type Shape = { readonly [name: string]: QueryValue | undefined };

/** A document as IAM sends it: URL-encoded after RFC 3986. */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Tags as a list of Key and Value. */
export const tagsShape = (tags: ReadonlyMap<string, string>): QueryValue =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

const boundaryShape = (boundary: string | null): QueryValue | undefined =>
  boundary === null ? undefined : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary };

/** A user as lists show it: without boundary and tags. */
export const userShape = (state: IamState, user: IamUser): Shape => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: arnOf(state.accountId, user),
  CreateDate: new Date(user.created),
  PasswordLastUsed:
    user.credentials.passwordUsedAt === null ? undefined : new Date(user.credentials.passwordUsedAt),
});

/** A group. */
export const groupShape = (state: IamState, group: IamGroup): Shape => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: arnOf(state.accountId, group),
  CreateDate: new Date(group.created),
});

/** A role as lists show it: without last use, boundary and tags. */
export const roleShape = (state: IamState, role: IamRole): Shape => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: arnOf(state.accountId, role),
  CreateDate: new Date(role.created),
  AssumeRolePolicyDocument: encoded(role.trust),
  Description: role.description === '' ? undefined : role.description,
  MaxSessionDuration: 3600,
});

// IAM API reference, RoleLastUsed: the trailing 400 days; empty where there was no use.
const trackingMs = 400 * 86_400_000;

const lastUsedShape = (role: IamRole, now: number): QueryValue =>
  role.lastUsed === null || role.lastUsed.at < now - trackingMs
    ? {}
    : { LastUsedDate: new Date(role.lastUsed.at), Region: role.lastUsed.region };

/** What single reads show beside the list: boundary and tags, and of roles the last use. */
export const detailShape = (entity: IamUser | IamRole, now: number): Shape => ({
  PermissionsBoundary: boundaryShape(entity.boundary),
  Tags: entity.tags.size === 0 ? undefined : tagsShape(entity.tags),
  ...(entity.type === 'role' ? { RoleLastUsed: lastUsedShape(entity, now) } : {}),
});

/** The instance profile that holds a role. */
export const instanceProfileShape = (state: IamState, role: IamRole, name: string): Shape => ({
  Path: '/',
  InstanceProfileName: name,
  InstanceProfileId: `AIPA${role.id.slice(4)}`,
  Arn: `arn:aws:iam::${state.accountId}:instance-profile/${name}`,
  CreateDate: new Date(role.created),
  Roles: [roleShape(state, role)],
});

/** A managed policy as lists show it: without description and tags. */
export const policyShape = (state: IamState, policy: ManagedPolicy): Shape => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: `v${policy.defaultVersion}`,
  AttachmentCount: attachedTo(state, policy.arn).length,
  PermissionsBoundaryUsageCount: boundedBy(state, policy.arn).length,
  IsAttachable: true,
  CreateDate: new Date(policy.created),
  UpdateDate: new Date(policy.updated),
});

/** One version of a policy; the text only where asked for. */
export const versionShape = (policy: ManagedPolicy, version: PolicyVersion, withText: boolean): Shape => ({
  Document: withText ? encoded(version.text) : undefined,
  VersionId: `v${version.number}`,
  IsDefaultVersion: version.number === policy.defaultVersion,
  CreateDate: new Date(version.created),
});

/** Attached managed policies as name and ARN. */
export const attachedShape = (state: IamState, arns: Iterable<string>): QueryValue =>
  [...arns].map((arn) => ({
    PolicyName: state.policies.get(arn)?.name ?? arn.slice(arn.lastIndexOf('/') + 1),
    PolicyArn: arn,
  }));
