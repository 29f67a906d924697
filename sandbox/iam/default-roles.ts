import type { ScenarioRole } from './scenario-identities.ts';

const reads = ['iam:Get*', 'iam:List*', 'iam:GenerateServiceLastAccessedDetails', 'sts:GetCallerIdentity'];
// An AWS Config rule of a member account is served from here.
const rule = ['config:PutEvaluations', 'config:GetComplianceDetailsByConfigRule'];
const writes = [
  'iam:AddUserToGroup',
  'iam:RemoveUserFromGroup',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:DetachGroupPolicy',
  'iam:DetachRolePolicy',
  'iam:DetachUserPolicy',
  'iam:CreatePolicy',
  'iam:CreatePolicyVersion',
  'iam:DeletePolicy',
  'iam:DeletePolicyVersion',
  'iam:SetDefaultPolicyVersion',
  'iam:TagPolicy',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:DeleteGroupPolicy',
  'iam:DeleteRolePolicy',
  'iam:DeleteUserPolicy',
];

const allow = (actions: readonly string[]): Readonly<Record<string, unknown>> => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

const trusting = (managementAccountId: string): Readonly<Record<string, unknown>> => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${managementAccountId}:root` },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
    },
  ],
});

/**
 * The roles that every account has unless the scenario names its own: the reviewer's two, as a deployment sets them up.
 * Member accounts also have the one that AWS Organizations makes.
 */
export const defaultRoles = (accountId: string, managementAccountId: string): readonly ScenarioRole[] => {
  const trust = trusting(managementAccountId);
  const own: readonly ScenarioRole[] = [
    { name: 'OrgAccessReviewerRead', trust, inline: { read: allow([...reads, ...rule]) } },
    { name: 'OrgAccessReviewerWrite', trust, inline: { write: allow([...reads, ...writes]) } },
  ];
  if (accountId === managementAccountId) return own;
  return [
    ...own,
    {
      name: 'OrganizationAccountAccessRole',
      trust,
      policies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    },
  ];
};
