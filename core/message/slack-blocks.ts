import type { ToldIdentities } from '../kinds/kind.ts';
import {
  blockLimits,
  messageOf,
  mrkdwn,
  type SlackBlock,
  type SlackMessage,
  section,
  slackDate,
} from './block-kit.ts';
import { asks, isNote, noticeWords } from './change-mail.ts';
import { type ChangeView, isOver } from './change-view.ts';
import { notSinceWords } from './evidence-words.ts';
import { headlineOf } from './headline.ts';
import { effectLines, evidenceLines as identityEvidence } from './identity-words.ts';
import { codeList, escapeMrkdwn } from './mrkdwn.ts';
import type { NoticeKind } from './notice-kind.ts';
import { oneLine } from './plain-text.ts';
import { notProvenNames, riskWords } from './risk-words.ts';
import { dayUtc, plural } from './words.ts';

/** What a Slack message is made from. `url` is the reader's own link, or null. */
export interface SlackNotice {
  readonly kind: NoticeKind;
  readonly view: ChangeView;
  readonly url: string | null;
  /** Where there is no page: what a reader who may decide types instead, one command a line. */
  readonly commands?: readonly string[];
}

const most = {
  lapsed: 12,
  neverUsed: 10,
  differences: 10,
  targets: 6,
  name: 80,
  place: 200,
  bullets: 6,
  bullet: 230,
  sentence: 900,
  note: 2_400,
} as const;

/** The message of a notice. The personal link is a text link: a button with a URL would need a listener, and a button's value would be no place for a token. */
export function slackMessage({ commands = [], kind, url, view }: SlackNotice): SlackMessage {
  const { action, tellsAll, title } = noticeWords(kind, view);
  const heading = oneLine(
    `${title}: ${headlineOf(view, blockLimits.headerCharacters - title.length - 2)}`,
    blockLimits.headerCharacters,
  );
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: heading, emoji: false } },
    section(escapeMrkdwn(view.statusSentence, most.sentence)),
    {
      type: 'section',
      fields: fieldsOf(view).map(([label, value]) => mrkdwn(`*${label}*\n${value}`)),
    },
  ];
  if (isNote(kind) && view.note !== null) blocks.push(section(escapeMrkdwn(view.note, most.note)));
  if (view.whyRevised !== null)
    blocks.push(
      section(`*New in revision ${view.revision}*\n${escapeMrkdwn(view.whyRevised, most.sentence)}`),
    );
  const { identities } = view.told;
  if (tellsAll)
    blocks.push(
      section(serviceLines(view)),
      section(identities ? identityLines(identities, view.whole) : differenceLines(view)),
    );
  if (url !== null && action !== null)
    blocks.push(section(`<${url}|${action}>\nThe link is personal; opening it changes nothing.`));
  else if (commands.length > 0 && action !== null)
    blocks.push(section(`*${action}* with AWS credentials of your own:\n\`\`\`${commands.join('\n')}\`\`\``));
  else if (asks(kind))
    blocks.push(
      section(
        `Approvers have personal links. With AWS credentials, in a checkout of this reviewer: \`npx --no -- oar changes show ${view.id}\``,
      ),
    );
  blocks.push(footer(view, asks(kind) ? ` ${view.ifNobodyAnswers} ${view.ifApproved}` : ''));
  return messageOf(`${heading}. ${oneLine(view.statusSentence, most.sentence)}`, blocks);
}

/** Whether news in a thread must be seen by everybody in the channel as well: somebody has to look. */
export function isUrgent(kind: NoticeKind): boolean {
  return kind === 'drift' || kind === 'denied-access' || kind === 'apply-failed' || kind === 'interrupted';
}

/** What takes the place of a message that a newer one overtook: what it asked, how that stands now, and no link. What nobody will do any more is struck out. `revision` is that of the message. */
export function closedSlackMessage(view: ChangeView, revision: number): SlackMessage {
  const isReplaced = revision !== view.revision;
  const label = isReplaced
    ? `revision ${revision} was replaced by revision ${view.revision}`
    : view.statusLabel;
  const headline = escapeMrkdwn(
    isReplaced ? `${view.told.noun} change ${view.id}` : headlineOf(view, blockLimits.headerCharacters),
    2 * blockLimits.headerCharacters,
  );
  const isMoot = isReplaced || isOver(view.status);
  const more = isReplaced ? '' : ` ${escapeMrkdwn(view.statusSentence, most.sentence)}`;
  return messageOf(
    `${isReplaced ? `${view.told.noun} change ${view.id}` : oneLine(view.headline, 400)}: ${label}`,
    [
      section(`${isMoot ? `~${headline}~` : headline}\n*${label}*.${more}`),
      footer(view, ' The newest message about it holds.'),
    ],
  );
}

function fieldsOf(view: ChangeView): readonly (readonly [string, string])[] {
  const { edits, noun } = view.told;
  const named = edits.slice(0, most.targets).map(({ id, name }) => {
    const escaped = escapeMrkdwn(name, most.name);
    if (view.told.identities) return escaped;
    return id === null ? `new ${noun} ${escaped}` : `${escaped} \`${id}\``;
  });
  const notProven = notProvenNames(view);
  const doubts = notProven.length > 0 ? `; not proven: ${notProven.join(', ')}` : '';
  const young = view.youngAccounts.length > 0 ? `, ${view.youngAccounts.length} of them young` : '';
  const targets = view.targets
    .slice(0, most.targets)
    .map((target) => `${escapeMrkdwn(target.name, most.place)} \`${target.id}\``);
  const left = view.targets.length - targets.length;
  return [
    ['Where', `${targets.join(', ')}${left > 0 ? ` and ${left} more` : ''}`],
    view.told.identities
      ? ['Who loses something', view.told.extent]
      : [
          'Accounts',
          `${plural(view.accounts.length, 'account')}${young}${isOver(view.status) || view.told.sign === '-' ? '' : ' (new ones inherit)'}`,
        ],
    ...(named.length === 0 ? [] : [['Policy', named.join(', ')] as const]),
    ['Risk', `${riskWords(view, view.risk.level)}${doubts}`],
    ...(view.decideBy === null ? [] : [['Decide by', slackDate(view.decideBy)] as const]),
    ...(view.applyNotBefore === null ? [] : [['Applied after', slackDate(view.applyNotBefore)] as const]),
    ...(view.rollBackUntil === null ? [] : [['Roll back until', slackDate(view.rollBackUntil)] as const]),
    [
      'Approvals',
      `${view.approvals.given.length} of ${view.approvals.required}${view.approvals.why === null ? '' : `. ${view.approvals.why}`}`,
    ],
    ['Digest', `\`${view.shortDigest}\``],
  ];
}

function serviceLines(view: ChangeView): string {
  const lines = [`*Unused for more than ${view.thresholdDays} days*`];
  lines.push(...bullets(identityEvidence(view.told.identities?.evidence ?? [], view.whole), view.whole));
  for (const entry of view.lapsed.slice(0, most.lapsed)) {
    const { lastAccessedAccount: account, lastAccessedAt: at } = entry;
    const where = account ? `, last in ${escapeMrkdwn(account.name, most.name)}` : '';
    lines.push(
      `• \`${entry.serviceNamespace}\` ${escapeMrkdwn(entry.serviceName, most.name)}: ${entry.daysUnused} days${where}${at === null ? '' : ` (${dayUtc(at)})`}`,
    );
  }
  const left = view.lapsed.length - most.lapsed;
  if (left > 0) lines.push(`_and ${left} more ${view.whole}_`);
  const never = view.neverUsed.map((entry) => entry.serviceNamespace);
  if (never.length > 0)
    lines.push(
      `• ${plural(never.length, 'service')} never used in ${view.trackingDays} days: ${codeList(never, most.neverUsed)}`,
    );
  for (const entry of view.notSince.slice(0, most.lapsed))
    lines.push(
      `• \`${entry.serviceNamespace}\` ${escapeMrkdwn(entry.serviceName, most.name)}: ${escapeMrkdwn(notSinceWords(entry), most.sentence)}`,
    );
  const others = view.notSince.length - most.lapsed;
  if (others > 0) lines.push(`_and ${others} more ${view.whole}_`);
  return lines.join('\n');
}

/** As many as a section holds: its text is bounded before it is made. */
function bullets(all: readonly string[], whole: string): readonly string[] {
  const shown = all.slice(0, most.bullets);
  const left = all.length - shown.length;
  const lines = shown.map((line) => `• ${escapeMrkdwn(line, most.bullet)}`);
  return left > 0 ? [...lines, `_and ${left} more ${whole}_`] : lines;
}

function identityLines({ effects, notes }: ToldIdentities, whole: string): string {
  const known = notes.length === 0 ? [] : ['*To know*', ...bullets(notes, whole)];
  return ['*Who loses what*', ...bullets(effectLines(effects), whole), ...known].join('\n');
}

function differenceLines(view: ChangeView): string {
  const shown = view.services.slice(0, most.differences).map((service) => `${view.told.sign} ${service}:*`);
  const left = view.services.length - shown.length;
  const lines = [...shown, ...(left > 0 ? [`(+${left} more)`] : [])];
  const summary = view.told.edits.map(({ meaning }) => meaning.summary).join('; ');
  return `${escapeMrkdwn(summary, most.sentence)}\n\`\`\`${lines.join('\n')}\`\`\``;
}

function footer(view: ChangeView, more: string): SlackBlock {
  const text = `Change ${view.id}, revision ${view.revision}, digest ${view.shortDigest}.${more}`;
  return { type: 'context', elements: [mrkdwn(text)] };
}
