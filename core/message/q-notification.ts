import { isNote, noticeWords } from './change-mail.ts';
import type { ChangeView } from './change-view.ts';
import { namedIn, nounsOf, type Question, standingOf } from './digest.ts';
import { headlineOf } from './headline.ts';
import { effectLines, evidenceLines as identityEvidence } from './identity-words.ts';
import { codeList, escapeMrkdwn } from './mrkdwn.ts';
import type { NoticeKind } from './notice-kind.ts';
import { notProvenNames, riskWords } from './risk-words.ts';
import { wholeLines } from './whole-lines.ts';
import { dayUtc, plural } from './words.ts';

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

const most = {
  title: 250,
  headline: 180,
  description: 8_000,
  sentence: 1_000,
  name: 200,
  services: 20,
  shown: 6,
  targets: 20,
  keyword: 75,
  nextStep: 350,
} as const;

/** The notification for a channel that hangs on an SNS topic. Everybody in the channel reads it, so it carries no personal link. */
export function qNotification(
  kind: NoticeKind,
  view: ChangeView,
  commands: readonly string[] = [],
): QNotification {
  const { id, revision, risk, told } = view;
  const { action, title } = noticeWords(kind, view);
  const headline = escapeMrkdwn(`${title}: ${headlineOf(view, most.headline)}`, most.title);
  const notProven = notProvenNames(view);
  const targets = view.targets
    .slice(0, most.shown)
    .map((target) => `${escapeMrkdwn(target.name, most.name)} \`${target.id}\``);
  const moreTargets = view.targets.length - targets.length;
  return {
    version: '1.0',
    source: 'custom',
    id: `${id}-${revision}-${kind}`,
    content: {
      textType: 'client-markdown',
      title: headline,
      description: [
        escapeMrkdwn(view.statusSentence, most.sentence),
        `*Where* ${targets.join(', ')}${moreTargets > 0 ? ` and ${moreTargets} more` : ''}: ${told.extent}. ${view.inheritance}`,
        ...(isNote(kind) && view.note !== null ? [escapeMrkdwn(view.note, most.sentence)] : []),
        ...(view.whyRevised === null
          ? []
          : [`*New in revision ${revision}* ${escapeMrkdwn(view.whyRevised, most.sentence)}`]),
        ...evidenceLines(view),
        ...identityLines(told, view.whole),
        ...(told.identities ? [] : told.edits).map(
          ({ meaning, name }) =>
            `*Policy* ${escapeMrkdwn(name, most.name)}: ${escapeMrkdwn(meaning.summary, most.sentence)}`,
        ),
        `*Risk* ${riskWords(view, risk.level)}${notProven.length > 0 ? `; not proven: ${notProven.join(', ')}` : ''}`,
        ...(view.decideBy === null ? [] : [`${view.ifNobodyAnswers} ${view.ifApproved}`]),
      ].join('\n'),
      nextSteps: [
        ...nextSteps(view, action === null ? [] : commands),
        ...(kind === 'denied-access' && view.askBack !== null
          ? [`Whoever was denied can ask for it back: ${view.askBack}`.slice(0, most.nextStep)]
          : []),
      ],
      keywords: [told.noun, view.statusLabel, told.extent].map((word) => word.slice(0, most.keyword)),
    },
    metadata: {
      threadId: view.reviewId,
      summary: headline,
      eventType: kind,
      relatedResources: view.targets.slice(0, most.targets).map((target) => target.id),
      additionalContext: { change: id, revision: String(revision), digest: view.shortDigest },
    },
  };
}

/** The notification about all that waits, in the same thread as the news that follow. Everybody in the channel reads it: it carries no link. */
export function qDigest(questions: readonly [Question, ...Question[]]): QNotification {
  const [{ view: first }] = questions;
  const by = first.decideBy === null ? '' : `, the first by ${dayUtc(first.decideBy)}`;
  const title = `Decide on ${plural(questions.length, 'change')}${by}`;
  const lines = questions.map(({ view }) =>
    [
      `*${escapeMrkdwn(headlineOf(view, most.headline), most.title)}*: ${escapeMrkdwn(namedIn(view), most.name)}`,
      `risk ${escapeMrkdwn(riskWords(view, view.risk.level), most.name)}`,
      ...standingOf(view).map((sentence) => escapeMrkdwn(sentence, most.name)),
      `\`${view.id}\` revision ${view.revision}, digest \`${view.shortDigest}\``,
    ].join('; '),
  );
  return {
    version: '1.0',
    source: 'custom',
    id: `${first.id}-${first.revision}-digest`,
    content: {
      textType: 'client-markdown',
      title,
      description: wholeLines(lines, most.description),
      nextSteps: [
        'Approvers have personal links by mail or direct message.',
        'With AWS credentials, in a checkout of this reviewer: npx --no -- oar changes list',
      ],
      keywords: [nounsOf(questions), first.statusLabel].map((word) => word.slice(0, most.keyword)),
    },
    metadata: {
      threadId: first.reviewId,
      summary: title,
      eventType: 'decide',
      relatedResources: questions.slice(0, most.targets).map(({ view }) => view.id),
      additionalContext: { changes: String(questions.length) },
    },
  };
}

/** What an approver does next: by his link, or by the commands where there is no page. */
function nextSteps(view: ChangeView, commands: readonly string[]): readonly string[] {
  if (commands.length > 0)
    return commands.map((command) => `With AWS credentials: \`${command}\``.slice(0, most.nextStep));
  if (view.decideBy === null) return [];
  return [
    'Approvers have personal links by mail or direct message.',
    `With AWS credentials, in a checkout of this reviewer: npx --no -- oar changes show ${view.id}`,
  ];
}

function identityLines({ identities }: ChangeView['told'], whole: string): readonly string[] {
  if (identities === null) return [];
  const told = [...effectLines(identities.effects), ...identities.notes];
  const shown = told.slice(0, most.services).map((line) => escapeMrkdwn(line, most.name));
  const left = told.length - shown.length;
  return ['*Who loses what*', ...shown, ...(left > 0 ? [`and ${left} more ${whole}`] : [])];
}

function evidenceLines(view: ChangeView): readonly string[] {
  const lines = [`*Unused for more than ${view.thresholdDays} days*`];
  for (const line of identityEvidence(view.told.identities?.evidence ?? [], view.whole).slice(0, most.shown))
    lines.push(escapeMrkdwn(line, most.name));
  for (const entry of view.lapsed.slice(0, most.shown)) {
    const { lastAccessedAccount: account, lastAccessedAt: at } = entry;
    const where = account ? `, last in ${escapeMrkdwn(account.name, most.name)}` : '';
    const when = at === null ? '' : ` (${dayUtc(at)})`;
    lines.push(
      `\`${entry.serviceNamespace}\` ${escapeMrkdwn(entry.serviceName, most.name)}: ${entry.daysUnused} days${where}${when}`,
    );
  }
  const left = view.lapsed.length - most.shown;
  if (left > 0) lines.push(`and ${left} more that were used before`);
  const never = view.neverUsed.map((entry) => entry.serviceNamespace);
  if (never.length > 0)
    lines.push(
      `${plural(never.length, 'service')} never used in ${view.trackingDays} days: ${codeList(never, most.services)}`,
    );
  const others = view.notSince.map((entry) => entry.serviceNamespace);
  if (others.length > 0)
    lines.push(
      `${plural(others.length, 'service')} not used within the threshold (what was before, an entity above does not tell): ${codeList(others, most.services)}`,
    );
  return lines;
}
