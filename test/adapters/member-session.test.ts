import { afterEach, expect, test } from '@jest/globals';
import { wireIdentities } from '../../adapters/wire-identities.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { closeBoxes, openBox } from './box.ts';
import { accounts, memberRoles, organizationWith } from './identity-box.ts';

const realNow = Date.now;
afterEach(async () => {
  Date.now = realNow;
  await closeBoxes();
});

/** More than the services whose users are asked for at a time, so that the session ends between two of them. */
const used = ['dynamodb', 'ec2', 'kms', 'rds', 's3', 'sns', 'sqs', 'ssm'];
const allow = { Effect: 'Allow', Action: [...used, 'lex'].map((service) => `${service}:*`), Resource: '*' };
const scenario = organizationWith({
  users: [{ name: 'paulo', groups: ['app-dev'] }],
  groups: [{ name: 'app-dev', policies: ['Development'] }],
  policies: [{ name: 'Development', versions: [{ Version: '2012-10-17', Statement: [allow] }] }],
  use: used.map((service, index) => ({ by: 'user/paulo', service, daysAgo: index + 1 })),
});
const group = `arn:aws:iam::${accounts.member}:group/app-dev`;

/** Lets an hour but four minutes go by during the first call of an operation: the session of an hour is about to end, and the SDK asks for the next one. */
function sessionEndsDuring(sandbox: Sandbox, operation: string): void {
  let passed = 0;
  Date.now = () => realNow() + passed;
  sandbox.onCall((call) => {
    if (call.operation === operation) passed = 56 * 60_000;
  });
}

const callsOf = (sandbox: Sandbox, name: string) =>
  sandbox.calls().filter(({ operation }) => operation === name);

// A report is made, polled and paged by one session (AWS answers NoSuchEntity to every other one).
test.each([
  'GenerateServiceLastAccessedDetails',
  'GetServiceLastAccessedDetails',
  'GetServiceLastAccessedDetailsWithEntities',
])(
  'the session in a member account is renewed after the first %s: the report is made anew, and whole',
  async (operation) => {
    const sandbox = await openBox({ scenario });
    const account = await wireIdentities(memberRoles).sessions.openToRead(accounts.member);
    if (account.status !== 'open') throw new Error(account.message);
    sessionEndsDuring(sandbox, operation);
    const report = await account.reports.report(group, 'service');
    account.close();

    expect(callsOf(sandbox, 'AssumeRole')).toHaveLength(2);
    expect(sandbox.calls().some(({ code }) => code === 'NoSuchEntity')).toBe(true);
    expect(callsOf(sandbox, 'GenerateServiceLastAccessedDetails')).toHaveLength(2);
    if (report.status !== 'completed') throw new Error(report.failure.message);
    const users = [...report.rows.values()].map(({ serviceNamespace, usedBy }) => {
      return [serviceNamespace, usedBy?.length] as const;
    });
    expect(new Map(users)).toEqual(
      new Map([['lex', 0], ...used.map((service) => [service, 1] as const)] as const),
    );
  },
);
