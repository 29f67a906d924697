import { isSecretArn } from './configuration-fields.ts';

/** What of the configuration decides whether people may decide in Slack. */
export interface SlackDecisionSettings {
  readonly approvers: readonly { readonly slackUserId?: string | undefined }[];
  readonly pageDomain?: { readonly mutualTls?: unknown } | null;
  readonly slack: {
    readonly botTokenSecret?: string | undefined;
    readonly signingSecret?: string | undefined;
    readonly teamId?: string | undefined;
    readonly webhookUrl?: string | undefined;
    readonly channels?: Readonly<Record<string, string>> | undefined;
  } | null;
}

/** Whether people decide in Slack too: off until the configuration names the signing secret of the app. */
export function decidesInSlack({ slack }: Pick<SlackDecisionSettings, 'slack'>): boolean {
  return slack?.signingSecret !== undefined;
}

/** Why deciding in Slack could not work as it is configured. One sentence a problem, each beginning with its key. */
export function slackDecisionProblems({
  approvers,
  pageDomain,
  slack,
}: SlackDecisionSettings): readonly string[] {
  if (slack === null) return [];
  const { botTokenSecret, channels = {}, signingSecret, teamId, webhookUrl } = slack;
  if (signingSecret === undefined)
    return teamId === undefined
      ? []
      : ['slack.teamId: nothing is decided in Slack without slack.signingSecret: add it, or take teamId out'];
  const problems: string[] = [];
  if (approvers.every(({ slackUserId }) => slackUserId === undefined))
    problems.push(
      'slack.signingSecret: no approver has a slackUserId, so nobody could decide in Slack: add one, or take it out',
    );
  if (pageDomain?.mutualTls)
    problems.push(
      'slack.signingSecret: Slack has no certificate for pageDomain.mutualTls and could not call: take one of the two out',
    );
  const others = [botTokenSecret, webhookUrl, ...Object.values(channels)].filter(
    (place) => place !== undefined && isSecretArn(place),
  );
  if (others.includes(signingSecret))
    problems.push(
      'slack.signingSecret: this secret holds something else as well: each secret holds one text, so give it one of its own',
    );
  return problems;
}
