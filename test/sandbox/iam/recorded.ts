import type { Scenario } from '../../../sandbox/scenario.ts';

/** One recorded call of AWS about identities, and its answer. */
export interface IdentityObservation {
  readonly case: string;
  readonly operation: string;
  readonly caller?: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly extraInput?: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly code: string;
  readonly message?: string;
  readonly output?: Readonly<Record<string, unknown>>;
  /** Number of rows on the page; `ServicesLastAccessed` may hold fewer. */
  readonly rows?: number;
  /** The user's one inline policy when the call was made. */
  readonly inlinePolicy?: string;
  readonly inlinePolicies?: Readonly<Record<string, string>>;
}

/** The recorded calls by theme. */
export interface IdentityRecording {
  readonly groups: readonly { readonly id: string; readonly observations: readonly IdentityObservation[] }[];
}

const allow = (...actions: readonly string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });
const document = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
const path = '/fix/';

/** The account on which AWS was recorded, as the recording describes it. */
export const recordedScenario: Scenario = {
  organization: { id: 'o-exampleorg1', managementAccountId: '123456789012' },
  root: { id: 'r-ex01' },
  accessKeys: Object.fromEntries(
    [
      ['ADMIN', 'admin'],
      ['OBSERVER1', 'observer'],
      ['OBSERVER2', 'observer'],
      ['MEMBER', 'member'],
    ].map(([key, user]) => [`AKIA${key}`, { user: String(user) }]),
  ),
  identities: {
    '123456789012': {
      users: [
        {
          name: 'target',
          path,
          groups: ['zgroup', 'agroup'],
          policies: ['shared'],
          inline: {
            'z-direct': document(
              allow('s3:GetObject', 'iam:GetUser', 'iam:PassRole', 'ec2:DescribeInstances'),
              {
                Effect: 'Deny',
                Action: 'sqs:*',
                Resource: '*',
              },
            ),
          },
        },
        { name: 'member', path, groups: ['zgroup'] },
        ...['empty', 'selection', 'report-controls', 'deny-edges', 'followup'].map((name) => ({
          name,
          path,
        })),
      ],
      groups: [
        {
          name: 'zgroup',
          path,
          policies: ['shared'],
          inline: { 'a-group': document(allow('lambda:ListFunctions')) },
        },
        { name: 'agroup', path, inline: { 'z-group': document(allow('iam:GetUser')) } },
      ],
      roles: [
        {
          name: 'role',
          path,
          policies: ['shared'],
          inline: {
            'role-inline': document(
              allow('kms:ListKeys'),
              allow(
                'iam:GenerateServiceLastAccessedDetails',
                'iam:GetServiceLastAccessedDetails',
                'iam:GetServiceLastAccessedDetailsWithEntities',
                'iam:ListPoliciesGrantingServiceAccess',
              ),
            ),
          },
        },
      ],
      policies: [
        { name: 'shared', path, versions: [document(allow('sqs:SendMessage', 's3:GetObject'))] },
        { name: 'unused', path, versions: [document(allow('sns:Publish'))] },
      ],
    },
  },
};
