import {
  type AttachedPolicy,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DeleteGroupPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetGroupPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { PrincipalType } from '../../core/identity/account-identities.ts';

/** The end of IAM's operations on one type of principal: `iam:Attach` + `User` + `Policy`. */
export const principalWords = {
  user: 'User',
  group: 'Group',
  role: 'Role',
} as const satisfies Readonly<Record<PrincipalType, string>>;

interface AttachedPage {
  readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** IAM's operations on the policies of one type of principal: the same in everything but their names. */
interface PrincipalPolicies {
  getInline(
    client: IAMClient,
    name: string,
    policy: string,
  ): Promise<{ readonly PolicyDocument?: string | undefined }>;
  putInline(client: IAMClient, name: string, policy: string, text: string): Promise<unknown>;
  deleteInline(client: IAMClient, name: string, policy: string): Promise<unknown>;
  listAttached(
    client: IAMClient,
    name: string,
    page: { MaxItems: number; Marker: string | undefined },
  ): Promise<AttachedPage>;
  attach(client: IAMClient, name: string, policyArn: string): Promise<unknown>;
  detach(client: IAMClient, name: string, policyArn: string): Promise<unknown>;
}

/** By type: a new type of principal without its operations does not compile. */
export const principalPolicies: Readonly<Record<PrincipalType, PrincipalPolicies>> = {
  user: {
    getInline: (client, UserName, PolicyName) =>
      client.send(new GetUserPolicyCommand({ UserName, PolicyName })),
    putInline: (client, UserName, PolicyName, PolicyDocument) =>
      client.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
    deleteInline: (client, UserName, PolicyName) =>
      client.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
    listAttached: (client, UserName, page) =>
      client.send(new ListAttachedUserPoliciesCommand({ UserName, ...page })),
    attach: (client, UserName, PolicyArn) =>
      client.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
    detach: (client, UserName, PolicyArn) =>
      client.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
  },
  group: {
    getInline: (client, GroupName, PolicyName) =>
      client.send(new GetGroupPolicyCommand({ GroupName, PolicyName })),
    putInline: (client, GroupName, PolicyName, PolicyDocument) =>
      client.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument })),
    deleteInline: (client, GroupName, PolicyName) =>
      client.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName })),
    listAttached: (client, GroupName, page) =>
      client.send(new ListAttachedGroupPoliciesCommand({ GroupName, ...page })),
    attach: (client, GroupName, PolicyArn) =>
      client.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn })),
    detach: (client, GroupName, PolicyArn) =>
      client.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })),
  },
  role: {
    getInline: (client, RoleName, PolicyName) =>
      client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
    putInline: (client, RoleName, PolicyName, PolicyDocument) =>
      client.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
    deleteInline: (client, RoleName, PolicyName) =>
      client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
    listAttached: (client, RoleName, page) =>
      client.send(new ListAttachedRolePoliciesCommand({ RoleName, ...page })),
    attach: (client, RoleName, PolicyArn) =>
      client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
    detach: (client, RoleName, PolicyArn) =>
      client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
  },
};
