import { afterEach, expect, test } from '@jest/globals';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import { accountWith, identities, policyOf } from '../../support/identities-on-the-wire.ts';

afterEach(closeBoxes);

/** AWS lets an account have 5,000 roles on request (IAM and AWS STS quotas). */
const roles = process.env.LONG ? 5_000 : 60;
const limit = process.env.LONG ? 1_200_000 : 60_000;
const names = Array.from({ length: roles }, (_, index) => `role-${String(index + 1).padStart(5, '0')}`);

test(
  `a review of an account with ${roles} roles asks for each report once, and its page shows every role`,
  async () => {
    const inline = { all: policyOf({ Effect: 'Allow', Action: ['s3:*', 'ec2:*', 'sqs:*'], Resource: '*' }) };
    const generate = { roles, inline, use: { service: 'ec2', every: 5 } };
    const sandbox = await openBox({ scenario: accountWith({ generate }) });
    // Suites share a process: what others left in it does not count.
    const before = process.memoryUsage().heapUsed;
    let largest = 0;
    const look = setInterval(() => {
      largest = Math.max(largest, process.memoryUsage().heapUsed);
    }, 250);
    const page = await identities('review', '--all', '--format', 'html');
    clearInterval(look);

    expect([page.code, page.errors]).toEqual([0, '']);
    const asked = sandbox
      .calls()
      .filter(({ code, operation }) => operation === 'GenerateServiceLastAccessedDetails' && code === null)
      .map(({ input }) => String(input.Arn).split('/').at(-1));
    expect(asked.filter((name) => name?.startsWith('role-')).sort()).toEqual(names);
    const shown = new Set(
      page.output.match(/<h3 [^>]*>role <bdi>role-\d{5}/g)?.map((each) => each.slice(-10)),
    );
    expect([...shown].sort()).toEqual(names);
    // What everybody uses and what nobody uses are both told of: a role in use has its two other services, an unused one all three.
    const unused = page.output.match(/role <bdi>role-\d{5}<\/bdi>: (\d) unused/g) ?? [];
    expect(unused.filter((each) => each.includes(': 2 unused'))).toHaveLength(Math.floor(roles / 5));
    // The sandbox and the page are in the same process. Of few roles, when garbage is collected says more than what is held.
    if (process.env.LONG) expect(largest - before).toBeLessThan(512 * 1024 * 1024);
  },
  limit,
);
