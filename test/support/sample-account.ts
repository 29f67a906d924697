import type { Scenario } from '../../sandbox/scenario.ts';
import { accountOf, allowing, exampleOrganization, fullAccessOn } from './worlds.ts';

/** The member account whose IAM the samples are about. */
export const sampleAccountId = '222222222222';

const used = (by: string, service: string, daysAgo: number) => ({ by, service, daysAgo });

/** A small account in which one review drafts every kind of edit. It lies in the past, so that a test can play a sample on from where it was made. */
export const sampleAccount: Scenario = {
  now: '2026-03-03T09:00:00Z',
  organization: exampleOrganization,
  root: { id: 'r-ex01', children: [accountOf(sampleAccountId, 'orders', {})] },
  policies: [fullAccessOn('r-ex01', sampleAccountId)],
  identities: {
    [sampleAccountId]: {
      users: [
        { name: 'maria', inline: { administration: allowing('iam:*') } },
        { name: 'li', groups: ['developers'], inline: { messages: allowing('sqs:*', 'sns:*') } },
        { name: 'mateo', groups: ['developers', 'auditors'], policies: ['Reports'] },
        { name: 'saanvi', groups: ['auditors'] },
      ],
      groups: [
        { name: 'developers', policies: ['Storage'] },
        { name: 'auditors', policies: ['Trails'] },
      ],
      roles: [
        {
          ...{ name: 'exporter', policies: ['arn:aws:iam::aws:policy/DataExchange'] },
          lastUsed: { daysAgo: 2, region: 'us-east-1' },
        },
        { name: 'old-migration', policies: ['Trails'] },
      ],
      policies: [
        { name: 'Storage', versions: [allowing('s3:*', 'ec2:*', 'lex:*'), allowing('s3:*', 'ec2:*')] },
        { name: 'Reports', path: '/teams/', versions: [allowing('athena:*')], tags: { team: 'orders' } },
        { name: 'Trails', versions: [allowing('cloudtrail:*')] },
        { name: 'DataExchange', awsManaged: true, versions: [allowing('kinesis:*', 'firehose:*')] },
      ],
      use: [
        ...[used('user/maria', 'iam', 0.2), used('user/li', 's3', 2), used('user/li', 'sqs', 3)],
        ...[used('user/mateo', 's3', 4), used('user/saanvi', 'cloudtrail', 1)],
        used('role/exporter', 'kinesis', 2),
      ],
    },
  },
};

/** The review that drafts every kind of edit there. */
export const sampleReview = { all: true, thresholdDays: 90, quarantine: true } as const;

/** What the change is called that has three steps: a copy made, attached, and the broad policy detached. */
export const copyTitle = 'Replace DataExchange by a narrower copy';
