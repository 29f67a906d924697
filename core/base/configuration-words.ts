/** What each key of the configuration is for, by its path; `[]` stands for the entries of a list, `{}` for those of a map. Editors show it. */
export const configurationWords: Readonly<Record<string, string>> = {
  $schema: 'Where this schema is, so that editors complete and check the file. Nothing else reads it.',
  account:
    'The management account that this file is for: deployments, stored reviews and the smoke test are refused in another; null: any.',
  thresholdDays: 'A service is unused if it was not used for more than so many days.',
  minimumThresholdDays: 'A review that stores or proposes refuses a threshold of fewer days.',
  schedule: 'When to review: an expression of EventBridge Scheduler, in UTC.',
  scope: 'The root, OU or account to review, by id, name or path of names; null: the root.',
  depth: 'How deep findings go: "account" judges every account by itself.',
  jobBudget:
    'How many access reports one review may ask of AWS; the rest is left for the next one, longest left first. null: all.',
  timeBudget: 'For how many minutes one review may ask for access reports; null: without an end.',
  kinds:
    '"lapsed": used before, but not within the threshold. "never-used": not in the 400 days that AWS remembers.',
  protectedServices: 'Changes to the list of services that are never denied.',
  'protectedServices.add': 'Namespaces that are never denied here, such as "lex".',
  'protectedServices.remove':
    'Services of the shipped list that may be denied here, each with who answers for it.',
  'protectedServices.remove[].service': 'A namespace of the shipped list.',
  'protectedServices.remove[].owner': 'Who answers for taking it off the list.',
  exemptions: 'What is never drafted while the exemption holds.',
  'exemptions[].entity': 'An OU or account: its id, path or name; "*" stands for any part.',
  'exemptions[].service': 'A namespace, or a pattern with "*".',
  'exemptions[].reason': 'Why it is exempt.',
  'exemptions[].owner': 'Who answers for it.',
  'exemptions[].until': 'When it ends: an ISO date or time.',
  exemptPrincipals:
    'Patterns for aws:PrincipalArn that every deny of ours leaves out: users, roles with their path, root, federated users.',
  breakGlass: 'The same for principals that must keep working: a check of the certificate looks at them.',
  identityCenterRoles:
    'Names or ARNs of roles that IAM Identity Center alone hands out: only of these may two approvers each name a session.',
  editablePolicies: 'Names or ids of SCPs that may be edited; an exact id also overrules the mark of a tool.',
  foreignPolicies: 'Names or ids of SCPs that belong to somebody else: they are never edited.',
  placement: 'Where a denial may be put.',
  'placement.root': 'Whether an SCP may be attached to the root itself.',
  changesPerReview: 'How many new changes one review proposes, largest first; the rest is deferred.',
  youngAccounts: '"hold" keeps findings back where accounts are younger than the threshold.',
  approvers: 'The people who may decide.',
  'approvers[].id': 'A short name for this person, never given to another.',
  'approvers[].name': 'The name that others read.',
  'approvers[].email': 'The address of this person alone.',
  'approvers[].slackUserId':
    'The Slack user that the bot writes to, and by whom this person decides in Slack, such as "U012ABCDEF".',
  'approvers[].principals':
    'Whole ARNs of the users, roles or role sessions by which this person decides with AWS credentials.',
  'approvers[].scopes': 'OUs or accounts for which this person may decide; left out: the whole organization.',
  operators:
    'E-mail addresses of those who run this: they hear of alarms. "none": nobody is to hear of them.',
  deployers:
    "ARNs of the roles or users that deploy: nobody else may change the topics of approvers and operators, or subscribe to them. Left out: CloudFormation in anybody's name.",
  tags: 'Tags of the stack, and of SCPs that a change makes.',
  'tags{}': 'The value of the tag.',
  requiredApprovals: 'How many people must approve a change.',
  highRisk: 'Beyond these sizes a change needs more approvals.',
  'highRisk.accounts': 'Accounts that a change affects.',
  'highRisk.services': 'Services that a change denies.',
  'highRisk.principals': 'Principals that an edit inside an account affects.',
  'highRisk.approvals': 'How many people must approve such a change.',
  identities: 'Reviews of users, groups, roles and policies.',
  'identities.keepServices': 'Namespaces that such a review never takes away, such as "support".',
  'identities.accountsSideBySide': 'How many accounts a review of the whole organization is in at a time.',
  memberRoles: 'The roles by which member accounts are entered (deploy/member-roles.yml).',
  'memberRoles.read': 'Name of the role to read.',
  'memberRoles.write':
    'Name of the role to write one step of an approved change; null: member accounts are never written.',
  'memberRoles.externalId': 'The external id that both roles ask for.',
  unusedRoles: 'What becomes of roles that nobody uses.',
  'unusedRoles.action': '"quarantine" also drafts the Deny that stops an unused role.',
  configRule: 'The AWS Config rule for unused roles (docs/config-rule.md).',
  'configRule.enabled': 'Whether the stack has the rule.',
  sources:
    'What a proof asks of AWS beside access reports (docs/sources.md). A check without its source is not proven.',
  'sources.regions':
    'Whether the enabled Regions of the accounts that a change affects are read: AWS keeps no last accessed data for some. Needs trusted access for Account Management.',
  'sources.cost':
    'Whether the cost of the accounts that a change affects is read from Cost Explorer, which costs money too: resources may run without a call that IAM sees.',
  'sources.simulate':
    "Whether AWS's own policy simulator judges the SCPs before and after, too: a sample of actions under every distinct chain of SCPs.",
  'sources.simulatedCalls':
    'How many calls of the simulator a review, or a change when it is applied, may make at most.',
  'sources.replay':
    "The organization's trail, which Athena is asked for calls that a change would have denied (docs/replay.md); null: not asked. Each query costs what it scans.",
  'sources.replay.database': 'The database of the table, in the Region of the stack.',
  'sources.replay.table': "The table of the trail's records.",
  'sources.replay.workgroup': 'The workgroup of Athena that queries run in. Its limit bounds what one scans.',
  'sources.replay.trailLocation': 'Where the records lie: s3://bucket/AWSLogs/o-exampleorg1/.',
  'sources.replay.outputLocation':
    'Where results are written, if that is a bucket of yours: s3://bucket/folder/. null: Athena keeps them itself.',
  'sources.replay.keyArns': 'The keys of yours that encrypt the records or the results.',
  'sources.replay.days': 'Calls of so many days count.',
  'sources.replay.accountColumn': 'The partition column of account ids; null: the table has none.',
  'sources.replay.dateColumn': 'The partition column of days or months; null: the table has none.',
  'sources.replay.dateFormat': 'How its values are written: yyyy/MM or yyyy/MM/dd.',
  requireProven: 'Checks of the certificate that an approver must accept by name where they are not proven.',
  mode: '"observe": findings and messages about them, nothing is proposed or written. "approve": changes are proposed.',
  coolingMinutes: 'Minutes between the approval and the write.',
  linkHours: 'How many hours a proposal waits for a decision.',
  approvalMaxAgeDays: 'After so many days an approval that could not be carried out is stale.',
  rollBackDays: 'For how many days an applied change can be rolled back.',
  rejectionDays:
    'For how many days a rejected service is not proposed again; one that was denied and rolled back or given back rests for thresholdDays at least.',
  slack: 'Messages by Slack and Amazon Q Developer; null: none.',
  'slack.botTokenSecret': 'The ARN of the secret that holds the token of the bot (xoxb-…).',
  'slack.signingSecret':
    'The ARN of the secret that holds the signing secret of the Slack app: with it people decide in Slack too (docs/slack.md).',
  'slack.teamId':
    'The workspace (T…), or the Enterprise Grid organization (E…), from which decisions are taken; left out: any that the app is installed in.',
  'slack.webhookUrl':
    'The webhook of a channel that many read, by the ARN of the secret that holds its URL. It gets no links.',
  'slack.apiUrl': "The address of Slack's API, where it is not Slack's own.",
  'slack.channels': 'Places by OU id, OU name or approver id: a webhook, or a channel or user for the bot.',
  'slack.channels{}':
    'The ARN of the secret that holds the URL of a webhook, the id of a channel, or a user (U…).',
  'slack.amazonQTopicArn': 'The SNS topic that a channel of Amazon Q Developer hangs on.',
  email: 'Messages by mail. The stack makes a topic for each approver; here are own ones.',
  'email.topics': 'SNS topics of approvers that the stack does not make, by approver id.',
  'email.topics{}': 'The ARN of a standard topic that this approver alone reads.',
  quotas: 'Quotas of AWS Organizations, where yours are lower.',
  'quotas.scpCharacters': 'Characters of one SCP.',
  'quotas.scpsPerTarget': 'SCPs attached to one root, OU or account.',
  page: '"public": approvers decide on a page or with AWS credentials. "none": with AWS credentials alone; messages carry the commands.',
  pageDomain:
    'A domain of your own with mutual TLS or a JWT authorizer in front of the page; null: the address that API Gateway gives.',
  'pageDomain.domainName': 'The name under which the page is reached, such as access.example.com.',
  'pageDomain.certificateArn':
    'The certificate of that name in AWS Certificate Manager, in the Region of the stack.',
  'pageDomain.mutualTls':
    'Only who has a certificate that the truststore knows may connect, for AWS credentials too.',
  'pageDomain.mutualTls.truststoreUri':
    'The certificates of the authorities, as an object in Amazon S3: s3://bucket/truststore.pem.',
  'pageDomain.mutualTls.truststoreVersion': 'The version of that object.',
  'pageDomain.jwt':
    'The page takes only requests with a token of this issuer; AWS credentials work as before.',
  'pageDomain.jwt.issuer': 'The issuer of the tokens: https://…',
  'pageDomain.jwt.audience': 'The audiences, of which a token must name one.',
  'pageDomain.jwt.identitySource':
    'Where the token is in a request: $request.header.NAME or $request.querystring.NAME.',
  deployment: 'How the stack is made.',
  'deployment.permissionsBoundary':
    'The ARN of the managed policy that bounds every role of the stack; null: none.',
  'deployment.rolePath': 'The path of every role of the stack, such as "/security/".',
  'deployment.logRetentionDays': 'For how many days CloudWatch keeps the logs of the functions.',
  'deployment.trailLogGroup':
    "The log group of the organization's trail in CloudWatch Logs, in this account and Region: calls that a change denies are told with their principal. null: not watched.",
  'deployment.kmsKeyArn':
    'The key of yours that encrypts table, topics, queues, bus, logs and state machines (docs/deploy.md); null: keys of AWS, and one of the stack for its topics.',
  reportFreshnessHours: 'Access reports that are older than so many hours prove nothing.',
  evidenceDays: 'For how many days reports and trees are kept.',
};
