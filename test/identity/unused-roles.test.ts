import { describe, expect, test } from '@jest/globals';
import { dayMilliseconds } from '../../core/base/limits.ts';
import type { Role } from '../../core/identity/account-identities.ts';
import { parseConfigRuleEvent } from '../../core/identity/config-rule-event.ts';
import { parseWhitelist, verdictOfRole } from '../../core/identity/unused-roles.ts';
import events from '../cases/identity/config-rule-events.json' with { type: 'json' };
import verdicts from '../cases/identity/role-verdicts.json' with { type: 'json' };

const asOf = Date.parse('2026-11-28T12:00:00Z');
const ago = (days: number): number => asOf - days * dayMilliseconds;

interface RoleCase {
  readonly name: string;
  readonly path?: string;
  readonly role?: string;
  readonly createdDaysAgo?: number;
  /** Absent: no record. */
  readonly lastUsedDaysAgo?: number;
  readonly region?: string | null;
  /** Absent: 60. */
  readonly thresholdDays?: number;
  readonly unseenRegions?: readonly string[];
  /** Actions that its inline policy allows. */
  readonly allows?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  /** `COMPLIANCE: annotation` */
  readonly says: string;
}

function roleOf({
  allows = [],
  createdDaysAgo = 900,
  lastUsedDaysAgo,
  path = '/',
  region = null,
  role = 'worker',
  tags = {},
}: RoleCase): Role {
  return {
    ...{ type: 'role', name: role, path, arn: `arn:aws:iam::111111111111:role${path}${role}`, id: 'AROA1' },
    ...{ createdAt: ago(createdDaysAgo), attached: [], trust: '{}', tags, boundary: null },
    inline: allows.length === 0 ? [] : [{ name: 'own', text: textOf(allows) }],
    lastUsed: lastUsedDaysAgo === undefined ? null : { at: ago(lastUsedDaysAgo), region },
    instanceProfiles: [],
  };
}

const textOf = (actions: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
const memberRoles = { read: 'OrgAccessReviewerRead', write: 'OrgAccessReviewerWrite' };

describe('a role', () => {
  const whitelist = parseWhitelist(verdicts.whitelist);
  test.each(verdicts.roles as readonly RoleCase[])('$name', (given) => {
    const { says, thresholdDays = 60, unseenRegions = [] } = given;
    if (!whitelist.ok) throw new Error('a wrong whitelist');
    const threshold = { asOf, thresholdDays, unseenRegions, memberRoles };
    const verdict = verdictOfRole(roleOf(given), whitelist.value, threshold);
    expect([verdict.compliance, verdict.annotation].filter(Boolean).join(': ')).toBe(says);
  });

  test('has an annotation of no more than 256 characters, whatever the Regions', () => {
    const unseenRegions = Array.from({ length: 40 }, (_, index) => `ap-southeast-${index}`);
    const verdict = verdictOfRole(roleOf({ name: '', says: '' }), [], {
      asOf,
      thresholdDays: 60,
      unseenRegions,
    });
    expect(verdict.annotation).toHaveLength(256);
  });
});

interface EventCase {
  readonly name: string;
  readonly event?: object;
  readonly invoking?: object;
  readonly parameters?: object;
  readonly gives?: object;
  readonly refuses?: string;
}

describe('an event of AWS Config', () => {
  // AWS Config Developer Guide, "Example events for AWS Config rules": a scheduled evaluation.
  const eventOf = ({ event, invoking, parameters }: EventCase): object => ({
    invokingEvent: JSON.stringify({
      awsAccountId: '111111111111',
      notificationCreationTime: '2026-11-28T12:00:00.000Z',
      messageType: 'ScheduledNotification',
      recordVersion: '1.0',
      ...invoking,
    }),
    ...(parameters === undefined ? {} : { ruleParameters: JSON.stringify(parameters) }),
    resultToken: 'token',
    eventLeftScope: false,
    executionRoleArn: 'arn:aws:iam::111111111111:role/config-role',
    configRuleArn: 'arn:aws:config:us-east-1:111111111111:config-rule/config-rule-0123ab',
    configRuleName: 'unused-roles',
    configRuleId: 'config-rule-0123ab',
    accountId: '111111111111',
    version: '1.0',
    ...event,
  });

  test.each(events as readonly EventCase[])('with $name', (given) => {
    const parsed = parseConfigRuleEvent(eventOf(given));
    if (given.refuses === undefined)
      expect(parsed).toMatchObject({
        ok: true,
        value: {
          accountId: '111111111111',
          ruleName: 'unused-roles',
          resultToken: 'token',
          orderedAt: asOf,
          ...given.gives,
        },
      });
    else expect(parsed).toEqual({ ok: false, reasons: [{ code: 'BAD_EVENT', detail: given.refuses }] });
  });

  test.each([[null], ['text'], [[]], [{}]])('that is %j is refused', (input) => {
    expect(parseConfigRuleEvent(input).ok).toBe(false);
  });
});
