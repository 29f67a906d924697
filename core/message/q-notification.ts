import type { ChangeView } from './change-view.ts';
import { escapeMrkdwn } from './slack-blocks.ts';
import { plural } from './words.ts';

/** A custom notification of Amazon Q Developer in chat applications (administrator guide, "Custom notifications"): title 250 characters, description 8,000, keywords 75. */
export interface QNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/** The notification for a channel that hangs on an SNS topic. Everybody in the channel reads it, so it carries no personal link. */
export function qNotification(view: ChangeView): QNotification {
  const { id, policy, revision, risk, services } = view;
  const shown = services
    .slice(0, 40)
    .map((service) => `\`${service}\``)
    .join(', ');
  const more = services.length > 40 ? ` and ${services.length - 40} more` : '';
  return {
    version: '1.0',
    source: 'custom',
    id: `${id}-${revision}-${view.status}`,
    content: {
      textType: 'client-markdown',
      title: escapeMrkdwn(view.headline).slice(0, 250),
      description:
        `${escapeMrkdwn(view.statusSentence)}\n*Services*: ${shown}${more}\n*Policy*: ${escapeMrkdwn(policy.name)}\n*Risk*: ${risk.level}`.slice(
          0,
          8_000,
        ),
      nextSteps:
        view.status === 'proposed'
          ? [
              'Approvers have personal links by mail or direct message.',
              `With AWS credentials: npx oar changes show ${id}`,
            ]
          : [],
      keywords: ['SCP', view.statusLabel, plural(view.accounts.length, 'account')].map((word) =>
        word.slice(0, 75),
      ),
    },
    metadata: {
      threadId: id,
      summary: escapeMrkdwn(view.headline).slice(0, 250),
      eventType: view.status,
      relatedResources: view.targets.slice(0, 20).map((target) => target.id),
      additionalContext: { change: id, revision: String(revision), digest: view.digest.slice(0, 12) },
    },
  };
}
