import { check, fine, unchecked, wrong } from '../check.ts';

/** Whether Slack knows the bot (`auth.test`). A webhook can be tried by a message alone. */
export const slack = check({
  name: 'slack',
  reads: ['slack'],
  judge: ({ slack: { bot, webhooks } }) => [
    ...(bot === null
      ? []
      : [
          bot.refusal === null
            ? fine(`the bot is ${bot.user} of ${bot.team}`)
            : wrong(
                `the bot cannot write: ${bot.refusal}`,
                'put a valid bot token (xoxb-…) with chat:write and im:write into the secret slack.botTokenSecret',
              ),
        ]),
    ...(webhooks === 0
      ? []
      : [
          unchecked(
            `${webhooks} webhooks: they can be tried by a message alone`,
            'oar doctor --send APPROVER tries those of people',
          ),
        ]),
    ...(bot === null && webhooks === 0 ? [fine('nobody is written to in Slack')] : []),
  ],
});
