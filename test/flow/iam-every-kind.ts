import type { Scenario } from '../../sandbox/scenario.ts';
import { accountWith, policyOf } from '../support/identities-on-the-wire.ts';

const allow = (...actions: readonly string[]) =>
  policyOf({ Sid: 'Some', Effect: 'Allow', Action: actions, Resource: '*' });

/** What a review of the whole account asks for. */
export const everyKindEvent = { all: true, thresholdDays: 90, quarantine: true } as const;

/** The title of the change of each kind of step that a review of this account proposes. */
export const everyKind = {
  membership: 'Take user nell out of group security',
  inline: 'Narrow the inline policy own of user ola',
  copy: 'Replace ExampleBroadAccess by a narrower copy',
  quarantine: 'Quarantine role sleeper',
  version: 'Narrow Building',
  deletion: 'Detach Ex+am=ple,Un.used@tra-n_s from user ola and delete it',
} as const;

/** An account whose review proposes a change of each kind of step. */
export const everyKindScenario: Scenario = accountWith({
  users: [
    { name: 'rosa', policies: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
    { name: 'ines', policies: ['arn:aws:iam::aws:policy/ExampleBroadAccess'] },
    { name: 'tom', path: '/teams/', policies: ['arn:aws:iam::aws:policy/ExampleBroadAccess'] },
    { name: 'nell', groups: ['security'] },
    { name: 'efua', groups: ['security'] },
    { name: 'uma', groups: ['builders'] },
    { name: 'ben' },
    {
      name: 'ola',
      policies: ['Ex+am=ple,Un.used@tra-n_s'],
      // A single object as Statement, in a layout of its own.
      inline: {
        own: '{ "Version": "2012-10-17",\n  "Statement": { "Effect": "Allow", "Action": ["s3:*", "lambda:*"], "Resource": "*" } }',
      },
    },
  ],
  groups: [
    { name: 'security', policies: ['Security-Audit'] },
    { name: 'builders', policies: ['Building'] },
  ],
  roles: [{ name: 'sleeper', path: '/a+b/' }],
  policies: [
    { name: 'ExampleBroadAccess', awsManaged: true, versions: [allow('s3:*', 'sqs:*')] },
    { name: 'Security-Audit', versions: [allow('cloudtrail:*', 'config:*')] },
    { name: 'Building', versions: [allow('codebuild:*', 'sqs:*')] },
    {
      name: 'Ex+am=ple,Un.used@tra-n_s',
      path: '/a+b/c=d/',
      versions: [allow('elastictranscoder:*')],
      tags: { team: 'media' },
      description: 'for pictures',
    },
  ],
  use: [
    { by: 'user/rosa', service: 'iam', daysAgo: 0.2 },
    { by: 'user/ines', service: 's3', daysAgo: 2 },
    { by: 'user/tom', service: 's3', daysAgo: 5 },
    { by: 'user/efua', service: 'cloudtrail', daysAgo: 4 },
    { by: 'user/uma', service: 'codebuild', daysAgo: 3 },
    { by: 'user/efua', service: 'config', daysAgo: 4 },
    { by: 'user/ola', service: 's3', daysAgo: 1, 'by-policy': 'own' },
  ],
});
