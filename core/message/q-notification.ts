import { type NoticeKind, noticeWords } from './change-mail.ts';
import type { ChangeView } from './change-view.ts';
import { codeList, escapeMrkdwn } from './mrkdwn.ts';
import { plural } from './words.ts';

/** A custom notification of Amazon Q Developer in chat applications (administrator guide, "Custom notifications"): title 250 characters, description 8,000, a next step 350, a keyword 75. */
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

const most = { title: 250, sentence: 2_000, name: 200, services: 40, targets: 20, keyword: 75 } as const;

/** The notification for a channel that hangs on an SNS topic. Everybody in the channel reads it, so it carries no personal link. */
export function qNotification(kind: NoticeKind, view: ChangeView): QNotification {
  const { id, policy, revision, risk, services } = view;
  const { title } = noticeWords(kind, view);
  const headline = escapeMrkdwn(`${title}: ${view.headline}`, most.title);
  const notProven = view.checks.filter((check) => check.verdict === 'not-proven').map((check) => check.name);
  return {
    version: '1.0',
    source: 'custom',
    id: `${id}-${revision}-${kind}`,
    content: {
      textType: 'client-markdown',
      title: headline,
      description: [
        escapeMrkdwn(view.statusSentence, most.sentence),
        `*Services* ${codeList(services, most.services)}`,
        `*Policy* ${escapeMrkdwn(policy.name, most.name)}: ${escapeMrkdwn(view.meaning.summary, most.sentence)}`,
        `*Risk* ${risk.level}${notProven.length > 0 ? `, not proven: ${notProven.join(', ')}` : ''}`,
        ...(view.decideBy === null ? [] : [view.ifNobodyAnswers]),
      ].join('\n'),
      nextSteps:
        view.decideBy === null
          ? []
          : [
              'Approvers have personal links by mail or direct message.',
              `With AWS credentials: npx oar changes show ${id}`,
            ],
      keywords: ['SCP', view.statusLabel, plural(view.accounts.length, 'account')].map((word) =>
        word.slice(0, most.keyword),
      ),
    },
    metadata: {
      threadId: id,
      summary: headline,
      eventType: kind,
      relatedResources: view.targets.slice(0, most.targets).map((target) => target.id),
      additionalContext: { change: id, revision: String(revision), digest: view.shortDigest },
    },
  };
}
