import { check, doubtful, type Finding, fine, unchecked, wrong } from '../check.ts';
import type { BotReading, SlackReading } from '../readings.ts';

/** Whether Slack knows the bot (`auth.test`), and whether requests of Slack can be verified. A webhook can be tried by a message alone. */
export const slack = check({
  name: 'slack',
  reads: ['slack'],
  judge: ({ slack: { bot, decisions, webhooks } }) => [
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
    ...(decisions === null ? [] : decided(decisions, bot)),
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

function decided(
  { refusal, teamId }: NonNullable<SlackReading['decisions']>,
  bot: BotReading | null,
): readonly Finding[] {
  const ids = bot === null || bot.refusal !== null ? [] : bot.teamIds;
  const secret =
    refusal === null
      ? fine('the signing secret can be read, so that people decide in Slack')
      : wrong(
          `nobody can decide in Slack: ${refusal}`,
          'put the signing secret of the app (Basic Information) into the secret slack.signingSecret',
        );
  if (teamId === null)
    return [
      secret,
      doubtful(
        'decisions are taken from every workspace that the app is installed in',
        `set slack.teamId${ids.length > 0 ? `, which is ${ids.join(' or ')} of the bot` : ''}`,
      ),
    ];
  if (ids.length === 0 || ids.includes(teamId)) return [secret];
  return [
    secret,
    wrong(`slack.teamId is ${teamId}, and the bot belongs to ${ids.join(', ')}`, 'correct slack.teamId'),
  ];
}
