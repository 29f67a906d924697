import { expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import cases from '../cases/flow/approver-identities.json' with { type: 'json' };

test.each(cases)('$name', ({ approvers, channels, identityCenterRoles, problems, topics, webhookUrl }) => {
  const parsed = parseConfiguration({
    approvers: approvers.map((approver) => ({
      ...{ name: approver.id, email: `${approver.id}@example.com` },
      ...approver,
    })),
    ...(identityCenterRoles ? { identityCenterRoles } : {}),
    ...(topics ? { email: { topics } } : {}),
    // Where users are named, Slack is there.
    slack: { webhookUrl: webhookUrl ?? 'http://127.0.0.1:4100/all', ...(channels ? { channels } : {}) },
  });
  const found = parsed.ok ? [] : parsed.reasons.map(({ detail }) => detail);
  expect(found).toEqual(problems.map((problem) => expect.stringContaining(problem)));
});
