import { isSecretArn } from './configuration-fields.ts';
import { mailbox } from './mailbox.ts';
import { sha256 } from './sha256.ts';

/** Where the configuration says whom it tells, and how. */
export interface ReachSettings {
  /** The account that the file is for; null or absent: any. */
  readonly account?: string | null;
  readonly mode: 'approve' | 'observe';
  readonly approvers: readonly {
    readonly id: string;
    readonly email: string;
    readonly slackUserId?: string | undefined;
  }[];
  readonly operators: readonly string[] | 'none';
  readonly deployment?: { readonly kmsKeyArn: string | null };
  readonly email: { readonly topics: Readonly<Record<string, string>> } | null;
  readonly slack: {
    readonly botTokenSecret?: string | undefined;
    readonly signingSecret?: string | undefined;
    readonly webhookUrl?: string | undefined;
    readonly channels?: Readonly<Record<string, string>> | undefined;
    readonly amazonQTopicArn?: string | undefined;
  } | null;
}

/** What reaches nobody wherever it is read. One sentence a problem, each beginning with its key. */
export function unreachable({ approvers, slack }: ReachSettings): string[] {
  if (slack === null)
    return approvers.flatMap(({ slackUserId }, index) =>
      slackUserId === undefined
        ? []
        : [
            `approvers.${index}.slackUserId: there is no "slack", so nothing would be sent to ${slackUserId}: add "slack": {"botTokenSecret": "arn:…"}, or take slackUserId out`,
          ],
    );
  const { amazonQTopicArn, botTokenSecret, channels = {}, webhookUrl } = slack;
  const needsBot = botUsers({ approvers, slack }).length > 0;
  if (!needsBot && botTokenSecret !== undefined)
    return [
      'slack.botTokenSecret: no approver has a slackUserId and no channel is written to by the bot, so it would never be used',
    ];
  const reaches =
    needsBot || webhookUrl !== undefined || amazonQTopicArn !== undefined || Object.keys(channels).length > 0;
  return reaches
    ? []
    : [
        'slack: it names nobody to write to: give a webhook, a channel or an approver with a slackUserId, or take "slack" out',
      ];
}

/**
 * Why proposals of an installation would reach nobody: for what stores, proposes or deploys, never for what only reads. One
 * sentence a problem, each beginning with its key. Where nothing is proposed (`observe`) nobody has to be reached.
 */
export function reachesNobody(settings: ReachSettings): readonly string[] {
  const { approvers, mode, operators } = settings;
  if (mode === 'observe') return [];
  return [
    ...(approvers.length === 0
      ? [
          'approvers: nobody could approve what is proposed: name at least one, or set "mode": "observe" for findings only',
        ]
      : []),
    ...(operators.length === 0
      ? [
          'operators: nobody would hear of an alarm: give the e-mail addresses of those who run this, or write "operators": "none"',
        ]
      : []),
  ];
}

/** Why what stores, proposes or deploys must not go on with credentials of this account; empty where it may. */
export function wrongAccount(
  { account }: Pick<ReachSettings, 'account'>,
  accountId: string,
): readonly string[] {
  return account && account !== accountId
    ? [
        `account: the file is for ${account}, and these credentials are of ${accountId}: sign in there, or change the key`,
      ]
    : [];
}

/** Where a stack is deployed. */
export interface Deployment {
  readonly accountId: string;
  readonly region: string;
}

/** Why a deployment would reach nobody, or not everybody: as `reachesNobody`, and what the functions of a stack could not use. */
export function deploymentProblems(
  settings: ReachSettings,
  { accountId, region }: Deployment,
): readonly string[] {
  const problems = [...reachesNobody(settings), ...wrongAccount(settings, accountId)];
  const users = botUsers(settings);
  if (users.length > 0 && settings.slack?.botTokenSecret === undefined)
    problems.push(
      `slack.botTokenSecret: the bot is to write to ${users.join(', ')}, and deployed functions have its token from AWS Secrets Manager alone: give the ARN of the secret`,
    );
  else if (settings.slack?.signingSecret !== undefined && settings.slack.botTokenSecret === undefined)
    problems.push(
      'slack.botTokenSecret: who decides in Slack is shown the change by the bot: give the ARN of the secret with its token',
    );
  for (const { arn, key } of namedOfStack(settings)) {
    const [, , , inRegion, ofAccount] = arn.split(':');
    if (ofAccount !== accountId)
      problems.push(`${key}: ${arn} belongs to account ${ofAccount}, and the stack to ${accountId}`);
    else if (inRegion !== region)
      problems.push(`${key}: ${arn} is in the Region ${inRegion}, and the stack in ${region}`);
  }
  return problems;
}

/** How the topic that the stack makes for an approver ends: another person has another topic, also where he takes over an id. */
export function approverTopicEnd({ email, id }: { readonly id: string; readonly email: string }): string {
  // Names of topics have no dots (SNS API reference, CreateTopic).
  return `${id.replaceAll('.', '_')}-${sha256(`${id}|${mailbox(email)}`).slice(0, 8)}`;
}

/** The configuration with the mail topic of every approver: his own, else the one that the stack made, whose ARN begins so. */
export function withApproverTopics<Settings extends ReachSettings>(
  settings: Settings,
  topicPrefix: string | null,
): Settings {
  if (topicPrefix === null) return settings;
  const made = settings.approvers.map((approver) => [
    approver.id,
    `${topicPrefix}${approverTopicEnd(approver)}`,
  ]);
  return { ...settings, email: { topics: { ...Object.fromEntries(made), ...settings.email?.topics } } };
}

/** The secrets that the configuration names, each once. */
export function namedSecrets({ slack }: Pick<ReachSettings, 'slack'>): readonly string[] {
  if (slack === null) return [];
  const { botTokenSecret, channels = {}, webhookUrl } = slack;
  const named = [botTokenSecret, webhookUrl, ...Object.values(channels)];
  return [...new Set(named.flatMap((value) => (value !== undefined && isSecretArn(value) ? [value] : [])))];
}

/** What the configuration names and the stack uses in its own account and Region, with the names of the settings. */
function namedOfStack({
  deployment,
  email,
  slack,
}: Pick<ReachSettings, 'deployment' | 'email' | 'slack'>): readonly {
  readonly key: string;
  readonly arn: string;
}[] {
  const { amazonQTopicArn } = slack ?? {};
  const { kmsKeyArn = null } = deployment ?? {};
  return [
    ...(kmsKeyArn === null ? [] : [{ key: 'deployment.kmsKeyArn', arn: kmsKeyArn }]),
    ...Object.entries(email?.topics ?? {}).map(([id, arn]) => ({ key: `email.topics.${id}`, arn })),
    ...(amazonQTopicArn === undefined ? [] : [{ key: 'slack.amazonQTopicArn', arn: amazonQTopicArn }]),
  ];
}

/** The users and channels that the bot writes to. */
export function botUsers({
  approvers,
  slack,
}: Pick<ReachSettings, 'approvers' | 'slack'>): readonly string[] {
  const places = Object.values(slack?.channels ?? {});
  const own = approvers.flatMap(({ id, slackUserId }) =>
    slackUserId === undefined || Object.hasOwn(slack?.channels ?? {}, id) ? [] : [slackUserId],
  );
  return [...own, ...places.filter((place) => !place.includes(':'))];
}
