import { parseConfiguration } from '../../../core/base/configuration.ts';
import { dayMilliseconds } from '../../../core/base/limits.ts';
import type { AccountIdentities, User } from '../../../core/identity/account-identities.ts';
import { noControls } from '../../../core/identity/administration-reading.ts';
import type { IdentityReport, IdentityServiceRow } from '../../../core/identity/identity-report.ts';
import type { IdentitySubject } from '../../../core/proof/identity/subject.ts';

/** The instant of these tests. */
const now = Date.parse('2026-11-28T00:00:00Z');
/** So many days before it, in epoch milliseconds. */
export const daysAgo = (days: number): number => now - days * dayMilliseconds;
const old = daysAgo(900);

/** The ARN of something in the account of these tests. */
export const arn = (rest: string): string => `arn:aws:iam::222222222222:${rest}`;
export const policyArn = arn('policy/Builders');

const statements = (actions: readonly string[]) => [
  { Sid: 'Work', Effect: 'Allow', Action: actions, Resource: '*' },
  { Sid: 'Never', Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' },
];

/** A policy text with these actions allowed and one denied. */
export const text = (actions: readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements(actions) });
export const beforeText = text(['s3:*', 'lex:*']);
export const afterText = text(['s3:*']);

/** A user of the group that bears the policy. */
export function user(name: string, more: Partial<User> = {}): User {
  return {
    type: 'user',
    name,
    arn: arn(`user/${name}`),
    id: `AIDA${name}`,
    path: '/',
    createdAt: old,
    inline: [],
    attached: [],
    groups: ['builders'],
    boundary: null,
    tags: {},
    ...more,
  };
}

/** One row of a report; `days` null: never used. */
export function row(
  serviceNamespace: string,
  days: number | null,
  usedBy: readonly string[] = [],
): IdentityServiceRow {
  const lastAccessedAt = days === null ? null : daysAgo(days);
  return {
    serviceNamespace,
    serviceName: serviceNamespace,
    lastAccessedAt,
    lastAccessedBy: usedBy[0] ?? null,
    lastAccessedRegion: null,
    entitiesEverUsed: usedBy.length,
    actions: null,
    usedBy: usedBy.map((each) => ({ arn: each, lastAccessedAt })),
  };
}

/** A finished report of a subject. */
export function report(subjectArn: string, rows: readonly IdentityServiceRow[]): IdentityReport {
  return {
    status: 'completed',
    subjectArn,
    level: 'service',
    jobId: 'job',
    createdAt: now,
    completedAt: now,
    rows: new Map(rows.map((each) => [each.serviceNamespace, each])),
  };
}

const account: AccountIdentities = {
  accountId: '222222222222',
  partition: 'aws',
  users: [user('ana'), user('ben'), user('root-of-all', { groups: [], attached: [arn('policy/Admin')] })],
  groups: [
    {
      type: 'group',
      name: 'builders',
      arn: arn('group/builders'),
      id: 'AGPA1',
      path: '/',
      createdAt: old,
      inline: [],
      attached: [policyArn],
    },
  ],
  roles: [],
  policies: [
    managed('Builders', beforeText),
    managed('Admin', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'),
  ],
  quotas: null,
  readAt: now,
};

/** A customer-managed policy of one old version. */
export function managed(name: string, content: string) {
  return {
    name,
    arn: arn(`policy/${name}`),
    id: `ANPA${name}`,
    path: '/',
    isAwsManaged: false,
    defaultVersionId: 'v1',
    versions: [{ id: 'v1', text: content, createdAt: old }],
    boundaryUses: 0,
    description: null,
    tags: {},
    createdAt: old,
  };
}

/** The configuration of these tests, with these settings beside the defaults. */
export function configured(settings: object = {}) {
  const parsed = parseConfiguration({ thresholdDays: 90, ...settings });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

/** An edit in which everything holds: nobody used Lex by the policy, so it goes. */
export const goodEdit: IdentitySubject = {
  account,
  place: [
    { id: 'r-ex01', name: 'Root', path: 'o-exampleorg1/r-ex01' },
    { id: 'ou-ex01-dev', name: 'Dev', path: 'o-exampleorg1/r-ex01/ou-ex01-dev' },
    { id: '222222222222', name: 'dev-1', path: 'o-exampleorg1/r-ex01/ou-ex01-dev/222222222222' },
  ],
  steps: [{ resource: { type: 'managed-policy', arn: policyArn }, before: beforeText, after: afterText }],
  intent: 'narrow',
  services: ['lex'],
  actions: [],
  meant: null,
  reports: [report(policyArn, [row('s3', 2, [arn('user/ana')]), row('lex', null)])],
  knownActions: new Map([
    ['s3', ['GetObject', 'DeleteBucket', 'PutObject']],
    ['lex', ['GetBot', 'PutBot']],
    ['iam', ['PassRole', 'CreateUser']],
  ]),
  // A stored review shows who bears the policy: its versions alone are dated.
  grantedSince: new Map(
    ['ana', 'ben']
      .map((name) => `user/${name}/member/builders`)
      .concat(`group/builders/attached/${policyArn}`)
      .map((key) => [key, daysAgo(120)]),
  ),
  configuration: configured(),
  controls: noControls,
  care: { configuration: configured(), ownRoleArns: [], managementAccountId: '111111111111' },
  cutOff: daysAgo(90),
  thresholdDays: 90,
  asOf: now,
  readAt: now,
};
