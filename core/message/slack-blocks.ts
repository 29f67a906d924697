import type { Notice } from './change-mail.ts';
import type { ChangeView } from './change-view.ts';
import { oneLine } from './plain-text.ts';
import { dayUtc, minuteUtc, plural } from './words.ts';

/** One block of Slack's Block Kit: only those that we make. */
export type SlackBlock =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string } }
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } }
  | {
      readonly type: 'section';
      readonly fields: readonly { readonly type: 'mrkdwn'; readonly text: string }[];
    }
  | {
      readonly type: 'context';
      readonly elements: readonly { readonly type: 'mrkdwn'; readonly text: string }[];
    };

/** A Slack message: blocks, and the text for notifications and screen readers. Links are never unfurled: a fetched link would be a robot's visit. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

// Block Kit limits, in characters (Slack's reference of blocks): header 150, section text 3,000, a field 2,000.
const limits = { header: 150, section: 3_000, field: 2_000, services: 12 } as const;

/** The message of a notice. The personal link is a text link: a button with a URL would need a listener, and a button's value would be no place for a token. */
export function slackMessage({ kind, url, view }: Omit<Notice, 'to'>): SlackMessage {
  const isQuestion = kind === 'decide' || kind === 'reminder';
  const title = `${isQuestion ? 'Decide' : sentence(view.statusLabel)}: ${view.headline}`;
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(oneLine(title, 400), limits.header) } },
    { type: 'section', text: mrkdwn(view.statusSentence) },
    {
      type: 'section',
      fields: fields(view).map(([label, value]) => mrkdwn(`*${label}*\n${value}`, limits.field)),
    },
  ];
  if (isQuestion || kind === 'approved' || kind === 'applied')
    blocks.push({ type: 'section', text: mrkdwn(serviceLines(view)) });
  const action =
    { approved: 'Cancel', applied: 'Roll back', 'apply-failed': 'Roll back what was written' }[
      kind as string
    ] ?? 'Review and decide';
  if (url !== null)
    blocks.push({
      type: 'section',
      text: mrkdwn(`<${url}|${action}>\nThe link is personal; opening it changes nothing.`),
    });
  blocks.push({
    type: 'context',
    elements: [
      mrkdwn(
        `Change ${view.id}, revision ${view.revision}, digest ${view.digest.slice(0, 12)}. ${isQuestion ? view.ifNobodyAnswers : ''}`,
      ),
    ],
  });
  return {
    text: oneLine(`${title}. ${view.statusSentence}`, 1_000).replace(/[&<>]/g, escapeSign),
    blocks,
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Text that somebody else wrote, safe in mrkdwn: nothing in it can mention, link or format (Slack's reference "Formatting text"). */
export function escapeMrkdwn(text: string): string {
  return oneLine(text, 1_000)
    .replace(/[&<>]/g, escapeSign)
    .replace(/([*_~`])/g, '\u200b$1');
}

function fields(view: ChangeView): readonly (readonly [string, string])[] {
  const policy =
    view.policy.id === null
      ? `new SCP ${escapeMrkdwn(view.policy.name)}`
      : `${escapeMrkdwn(view.policy.name)} \`${view.policy.id}\``;
  const notProven = view.checks.filter((check) => check.verdict === 'not-proven').length;
  return [
    [
      'Where',
      view.targets
        .slice(0, 8)
        .map((target) => `${escapeMrkdwn(target.name)} \`${target.id}\``)
        .join(', '),
    ],
    ['Accounts', `${plural(view.accounts.length, 'account')} (new ones inherit)`],
    ['Policy', policy],
    [
      'Risk',
      notProven > 0 ? `${view.risk.level}, ${plural(notProven, 'check')} not proven` : view.risk.level,
    ],
    ...(view.decideBy === null ? [] : [['Decide by', slackDate(view.decideBy)] as const]),
    ['Approvals', `${view.approvals.given.length} of ${view.approvals.required}`],
  ];
}

function serviceLines(view: ChangeView): string {
  const lines = [`*Unused for more than ${view.thresholdDays} days*`];
  for (const entry of view.lapsed.slice(0, limits.services)) {
    const account = entry.lastAccessedAccount
      ? `, last in ${escapeMrkdwn(entry.lastAccessedAccount.name)}`
      : '';
    lines.push(
      `• \`${entry.serviceNamespace}\` ${entry.daysUnused} days${account} (${entry.lastAccessedAt === null ? '' : dayUtc(entry.lastAccessedAt)})`,
    );
  }
  const never = view.neverUsed.map((entry) => `\`${entry.serviceNamespace}\``);
  if (never.length > 0)
    lines.push(
      `• never used: ${never.slice(0, 30).join(', ')}${never.length > 30 ? ` and ${never.length - 30} more` : ''}`,
    );
  const left = view.lapsed.length - limits.services;
  if (left > 0) lines.push(`_and ${left} more on the page_`);
  return lines.join('\n');
}

function slackDate(at: number): string {
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${minuteUtc(at)}>`;
}

function mrkdwn(
  text: string,
  most: number = limits.section,
): { readonly type: 'mrkdwn'; readonly text: string } {
  return { type: 'mrkdwn', text: cut(text, most) };
}

function escapeSign(sign: string): string {
  return sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;';
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
