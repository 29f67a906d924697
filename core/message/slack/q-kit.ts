import { type Marked, said } from './mrkdwn.ts';

/** A custom notification of Amazon Q Developer in chat applications (administrator guide, "Custom notifications"). At most: title 250 characters, description 8,000, a next step 350, a keyword 75. */
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

/** The bounds of a notification, in characters. */
export const qLimits = { title: 250, description: 8_000, nextStep: 350, keyword: 75 } as const;

/** A notification of texts that hold nobody's marks but ours. They are bounded by whoever made them. */
export function notificationOf({
  description,
  id,
  keywords,
  metadata,
  nextSteps,
  title,
}: {
  readonly id: string;
  readonly title: Marked;
  readonly description: Marked;
  readonly nextSteps: readonly Marked[];
  readonly keywords: readonly string[];
  readonly metadata: Omit<QNotification['metadata'], 'summary'>;
}): QNotification {
  return {
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: title.mrkdwn,
      description: description.mrkdwn,
      nextSteps: nextSteps.map(({ mrkdwn }) => mrkdwn),
      keywords: keywords.map((word) => said(word, qLimits.keyword).mrkdwn),
    },
    metadata: { ...metadata, summary: title.mrkdwn },
  };
}
