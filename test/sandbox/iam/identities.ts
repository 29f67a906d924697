import type { Scenario } from '../../../sandbox/scenario.ts';

const policy = (...statements: readonly object[]): Readonly<Record<string, unknown>> => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** The account that AWS's recordings were made on, with a second account to enter. */
export const identityScenario: Scenario = {
  organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
  root: {
    id: 'r-ex01',
    children: [
      { account: '222222222222', name: 'member' },
      { account: '333333333333', name: 'closed to us' },
    ],
  },
  identities: {
    '111111111111': {
      aliases: ['example-corp'],
      users: [
        {
          name: 'target',
          path: '/fix/',
          groups: ['zgroup', 'agroup'],
          policies: ['shared'],
          tags: { title: 'one two' },
          inline: {
            'z-direct': policy(
              {
                Effect: 'Allow',
                Action: ['s3:GetObject', 'iam:GetUser', 'iam:PassRole', 'ec2:DescribeInstances'],
                Resource: '*',
              },
              { Effect: 'Deny', Action: 'sqs:*', Resource: '*' },
            ),
          },
        },
        { name: 'member', groups: ['zgroup'] },
        { name: 'empty' },
      ],
      groups: [
        {
          name: 'zgroup',
          policies: ['shared'],
          inline: {
            // A single object as Statement, as AWS takes it.
            'a-group': {
              Version: '2012-10-17',
              Statement: { Effect: 'Allow', Action: 'lambda:ListFunctions', Resource: '*' },
            },
          },
        },
        {
          name: 'agroup',
          inline: { 'z-group': policy({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }) },
        },
      ],
      roles: [
        {
          name: 'role',
          policies: ['shared'],
          instanceProfile: 'profile',
          boundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
          lastUsed: { daysAgo: 3, region: 'eu-west-1' },
          tags: { stage: 'test' },
        },
      ],
      policies: [
        {
          name: 'shared',
          description: 'What all may do',
          tags: { team: 'platform' },
          versions: [policy({ Effect: 'Allow', Action: ['sqs:SendMessage', 's3:GetObject'], Resource: '*' })],
        },
      ],
      use: [
        { by: 'user/target', service: 'iam', daysAgo: 3, region: 'eu-west-1', actions: { GetUser: 5 } },
        { by: 'user/member', service: 's3', daysAgo: 2 },
        { by: 'user/target', service: 's3', daysAgo: 9, 'by-policy': 'z-direct' },
        { by: 'user/member', service: 'sqs', daysAgo: 401 },
        { by: 'role/role', service: 'sqs', daysAgo: 1, region: 'us-west-2' },
      ],
    },
    '222222222222': {
      roles: [
        {
          name: 'Guarded',
          trust: policy({
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::111111111111:root' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': 'the-agreed-id' } },
          }),
        },
        { name: 'AWSServiceRoleForSupport', path: '/aws-service-role/support.amazonaws.com/' },
      ],
    },
    '333333333333': { unreachable: true },
  },
};
