import * as z from 'zod/mini';
import {
  accountId,
  certificateArn,
  chatPlace,
  checkName,
  deployerArn,
  domainName,
  emailAddress,
  entityPattern,
  exemptPrincipal,
  externalId,
  httpsUrl,
  identitySource,
  isoTime,
  jobBudget,
  keyArn,
  logRetentionDays,
  namespace,
  nonEmptyText,
  policyArn,
  principalAdvice,
  principalArn,
  roleName,
  roleNameOrArn,
  rolePath,
  secretArn,
  servicePattern,
  tagsByKey,
  timeBudget,
  topicArn,
  truststoreUri,
  upTo,
  webhookPlace,
  webUrl,
} from './configuration-fields.ts';
import { logGroupName, scheduleExpression, slackTeamId, visibleName } from './configuration-texts.ts';
import { trailTable } from './configured-trail.ts';
import { organizationsLimits, simulationLimits } from './limits.ts';

/** Every key of `reviewer.config.json`, with its default. What each key means stands in configuration-words.ts and in docs/configure.md. */
export const configurationSchema = z.strictObject({
  // For editors alone: where the JSON Schema of this file is.
  $schema: z.optional(z.string()),
  account: z._default(z.nullable(accountId), null),
  thresholdDays: z._default(upTo(399), 180),
  minimumThresholdDays: z._default(upTo(399), 90),
  schedule: z._default(scheduleExpression, 'cron(0 6 ? * MON *)'),
  scope: z._default(z.nullable(entityPattern), null),
  depth: z._default(z.enum(['ou', 'account']), 'ou'),
  jobBudget: z._default(z.nullable(jobBudget), null),
  timeBudget: z._default(z.nullable(timeBudget), null),
  kinds: z._default(z.array(z.enum(['lapsed', 'never-used'])).check(z.minLength(1)), [
    'lapsed',
    'never-used',
  ]),
  protectedServices: z._default(
    z.strictObject({
      add: z._default(z.array(namespace), []),
      remove: z._default(z.array(z.strictObject({ service: namespace, owner: nonEmptyText })), []),
    }),
    { add: [], remove: [] },
  ),
  exemptions: z._default(
    z.array(
      z.strictObject({
        entity: entityPattern,
        service: servicePattern,
        reason: nonEmptyText,
        owner: nonEmptyText,
        until: isoTime,
      }),
    ),
    [],
  ),
  exemptPrincipals: z._default(z.array(exemptPrincipal), []),
  breakGlass: z._default(z.array(exemptPrincipal), []),
  identityCenterRoles: z._default(
    z.array(
      z.string().check(z.regex(roleNameOrArn, 'must be the name or the ARN of a role, without wildcards')),
    ),
    [],
  ),
  editablePolicies: z._default(z.array(visibleName), ['*']),
  foreignPolicies: z._default(z.array(visibleName), []),
  placement: z._default(z.strictObject({ root: z._default(z.boolean(), false) }), { root: false }),
  changesPerReview: z._default(upTo(1000), 10),
  youngAccounts: z._default(z.enum(['include', 'hold']), 'include'),
  approvers: z._default(
    z.array(
      z.strictObject({
        id: z
          .string()
          .check(z.regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes')),
        name: visibleName,
        email: emailAddress,
        slackUserId: z.optional(
          z.string().check(z.regex(/^[UW][A-Z0-9]+$/, 'must be the id of a user such as "U012ABCDEF"')),
        ),
        principals: z.optional(z.array(z.string().check(z.regex(principalArn, principalAdvice)))),
        // An empty list would read as nobody's and mean everything.
        scopes: z.optional(
          z
            .array(entityPattern)
            .check(z.minLength(1, 'name at least one, or leave scopes out for the whole organization')),
        ),
      }),
    ),
    [],
  ),
  // Who is told of alarms: nobody only where that is written out.
  operators: z._default(z.union([z.array(emailAddress), z.literal('none')]), []),
  // Who may change the topics of approvers and subscribe to them; CloudFormation in anybody's name where nobody is listed.
  deployers: z._default(z.array(deployerArn), []),
  tags: z._default(tagsByKey, {}),
  requiredApprovals: z._default(upTo(20), 1),
  highRisk: z._default(
    z.strictObject({
      accounts: z._default(upTo(1_000_000), 500),
      services: z._default(upTo(1_000_000), 50),
      principals: z._default(upTo(1_000_000), 25),
      approvals: z._default(upTo(20), 2),
    }),
    { accounts: 500, services: 50, principals: 25, approvals: 2 },
  ),
  // Services that are never taken from users, groups and roles: protectedServices says so for SCPs.
  identities: z._default(
    z.strictObject({
      keepServices: z._default(z.array(namespace), []),
      // Accounts that a review of the organization's identities is in at a time.
      accountsSideBySide: z._default(upTo(200), 40),
    }),
    { keepServices: [], accountsSideBySide: 40 },
  ),
  memberRoles: z._default(
    z.strictObject({
      read: z._default(roleName, 'OrgAccessReviewerRead'),
      write: z._default(z.nullable(roleName), 'OrgAccessReviewerWrite'),
      externalId: z._default(z.nullable(externalId), null),
    }),
    { read: 'OrgAccessReviewerRead', write: 'OrgAccessReviewerWrite', externalId: null },
  ),
  unusedRoles: z._default(
    z.strictObject({ action: z._default(z.enum(['report', 'quarantine']), 'report') }),
    { action: 'report' },
  ),
  configRule: z._default(z.strictObject({ enabled: z._default(z.boolean(), false) }), { enabled: false }),
  // What else a proof may ask of AWS. Each needs permissions of its own, so none is asked unless that is said.
  sources: z._default(
    z.strictObject({
      regions: z._default(z.boolean(), false),
      cost: z._default(z.boolean(), false),
      simulate: z._default(z.boolean(), false),
      simulatedCalls: z._default(upTo(100_000), simulationLimits.callsByDefault),
      replay: z._default(z.nullable(trailTable), null),
    }),
    {
      regions: false,
      cost: false,
      simulate: false,
      simulatedCalls: simulationLimits.callsByDefault,
      replay: null,
    },
  ),
  requireProven: z._default(z.array(checkName), []),
  mode: z._default(z.enum(['approve', 'observe']), 'approve'),
  coolingMinutes: z._default(upTo(43_200, 0), 240),
  linkHours: z._default(upTo(8760), 72),
  approvalMaxAgeDays: z._default(upTo(365), 14),
  rollBackDays: z._default(upTo(3650), 90),
  rejectionDays: z._default(upTo(3650), 90),
  slack: z._default(
    z.nullable(
      z.strictObject({
        // Secrets: ARNs of AWS Secrets Manager. On one machine SLACK_BOT_TOKEN stands above the first.
        botTokenSecret: z.optional(secretArn),
        // With it people decide in Slack too: the stack gets the function and the route that Slack calls.
        signingSecret: z.optional(secretArn),
        teamId: z.optional(slackTeamId),
        webhookUrl: z.optional(webhookPlace),
        apiUrl: z.optional(webUrl),
        // By entity id, name or approver id: a webhook (the ARN of its secret), else a channel that the bot posts to.
        channels: z.optional(z.record(visibleName, chatPlace)),
        amazonQTopicArn: z.optional(topicArn),
      }),
    ),
    null,
  ),
  email: z._default(
    z.nullable(z.strictObject({ topics: z._default(z.record(nonEmptyText, topicArn), {}) })),
    null,
  ),
  quotas: z._default(
    z.strictObject({
      scpCharacters: z._default(upTo(organizationsLimits.scpCharacters), organizationsLimits.scpCharacters),
      scpsPerTarget: z._default(upTo(organizationsLimits.scpsPerTarget), organizationsLimits.scpsPerTarget),
    }),
    { scpCharacters: organizationsLimits.scpCharacters, scpsPerTarget: organizationsLimits.scpsPerTarget },
  ),
  page: z._default(z.enum(['public', 'none']), 'public'),
  // In front of the page and of all that it answers; the address that API Gateway gives is closed then.
  pageDomain: z._default(
    z.nullable(
      z.strictObject({
        domainName,
        certificateArn,
        mutualTls: z.optional(z.strictObject({ truststoreUri, truststoreVersion: z.optional(nonEmptyText) })),
        jwt: z.optional(
          z.strictObject({
            issuer: httpsUrl,
            audience: z.array(nonEmptyText).check(z.minLength(1)),
            identitySource: z._default(identitySource, '$request.header.Authorization'),
          }),
        ),
      }),
    ),
    null,
  ),
  // How the stack is made, where an organization has rules for that.
  deployment: z._default(
    z.strictObject({
      permissionsBoundary: z._default(z.nullable(policyArn), null),
      rolePath: z._default(rolePath, '/'),
      logRetentionDays: z._default(logRetentionDays, 90),
      kmsKeyArn: z._default(z.nullable(keyArn), null),
      trailLogGroup: z._default(z.nullable(logGroupName), null),
    }),
    { permissionsBoundary: null, rolePath: '/', logRetentionDays: 90, kmsKeyArn: null, trailLogGroup: null },
  ),
  reportFreshnessHours: z._default(upTo(720), 24),
  evidenceDays: z._default(upTo(3650), 400),
});
