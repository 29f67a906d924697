import { randomBytes } from 'node:crypto';
import type { Messenger } from '../../adapters/ports.ts';
import { notify } from '../../flow/notify.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { sweep } from '../../flow/sweep.ts';
import { recordUse } from '../../sandbox/tree.ts';
import { baseText, development } from '../flow/organization.ts';
import { anaSession, approvalOf, benUser, storyConfiguration } from '../flow/ports.ts';
import type { Story } from '../flow/story.ts';
import type { RawItem } from './raw-items.ts';

/** Writes what is stored under these partition keys, or everything, into the file of that name. */
export type Keep = (name: string, belongs?: (item: RawItem) => boolean) => Promise<void>;

const topicOf = (id: string): string => `arn:aws:sns:us-east-1:111111111111:${id}`;
const configuration = storyConfiguration({
  email: { topics: { ana: topicOf('ana'), ben: topicOf('ben'), cleo: topicOf('cleo') } },
  slack: { webhookUrl: 'arn:aws:secretsmanager:us-east-1:111111111111:secret:slack-webhook-a1B2c3' },
});
/** Mail arrives; Slack does not answer. */
const messenger: Messenger = {
  mail: async () => undefined,
  postToWebhook: async () => {
    throw new Error('the webhook did not answer within 5 s');
  },
  postAsBot: async () => 'C1 1700000000.000100',
  replyAsBot: async () => true,
  replaceAsBot: async () => undefined,
  notifyChannel: async () => undefined,
};

/** What tells people in a story: by mail, which arrives, and by Slack, which does not answer. */
export const tellingOf = ({ ports }: Story) => ({
  ...ports,
  ...{ configuration, messenger, pageUrl: 'https://approve.example.com' },
  newToken: () => randomBytes(32),
});

/** A bus or topic that takes nothing, so that what is to be said stays in the outbox. */
export const down = async (): Promise<never> => {
  throw new Error('the bus does not answer');
};

const only =
  (id: string) =>
  ({ pk }: RawItem): boolean =>
    pk === `CHANGE#${id}`;

/** An edit of an SCP from its proposal to its roll back, with everything that a review leaves behind. */
export async function playEdit(story: Story, keep: Keep): Promise<void> {
  const { ports } = story;
  const unsent = { ...ports, bus: { put: down }, topic: { publish: down } };
  const { run } = await reviewAndPublish(unsent, { scope: development }, story.configuration, {});
  const id = run.decision.changes[0]?.id ?? '';
  await keep('review-and-outbox', ({ pk }) => !String(pk).startsWith('CHANGE#'));
  await keep('proposed', only(id));
  await notify(tellingOf(story), id);
  story.advance(60 * 3600);
  await sweep(tellingOf(story));
  await keep('proposed-and-reminded', only(id));
  await story.approve(id);
  await keep('approved', only(id));
  await story
    .apply({
      onPoint: (point) => {
        if (point === 'sending-journalled') throw new Error('the process ends here');
      },
    })
    .catch(() => undefined);
  await keep('applying', only(id));
  for (let run = 0; run < 5 && (await story.load(id)).record.state.status === 'applying'; run += 1) {
    story.advance(35);
    await story.apply();
  }
  await notify(tellingOf(story), id);
  await keep('applied', only(id));
  story.advance(600);
  story.edit(`${baseText} `);
  recordUse(story.sandbox.world, { accountId: '222222222222', service: 'lex', daysAgo: 0 });
  story.advance(6 * 3600);
  await story.review();
  await keep('applied-with-drift', only(id));
  await story.rollBack(id);
  await keep('rolling-back', only(id));
  await story.apply();
  await keep('rolled-back', only(id));
}

/** A new SCP that is made and attached. */
export async function playNewPolicy(story: Story, keep: Keep): Promise<void> {
  const id = await story.approved();
  await keep('approved-new-policy', only(id));
  await story.apply();
  await keep('applied-new-policy', only(id));
}

/** A review that somebody started, a service exempted, and the exemption lifted where that exists. */
export async function playExemption(story: Story, keep: Keep): Promise<void> {
  const { ports } = story;
  const startedBy = { type: 'principal', arn: benUser } as const;
  const { run } = await reviewAndPublish(ports, { scope: development }, story.configuration, { startedBy });
  const id = run.decision.changes[0]?.id ?? '';
  const until = new Date(ports.clock.now() + 30 * 86_400_000).toISOString();
  const shown = approvalOf(await story.load(id));
  const request = { ...shown, decision: 'exempt', services: ['lex'], reason: 'comes back', until };
  await story.ask(id, { principalArn: anaSession }, request);
  await keep('exempted', ({ pk }) => only(id)({ pk }) || String(pk).startsWith('EXEMPTION#'));
}
