import { counted } from '../../base/counted.ts';
import { isoDay } from '../../base/iso-time.ts';
import { isNote, noticeWords } from '../mails/change-mail.ts';
import { namedIn, nounsOf, type Question, standingOf } from '../mails/digest.ts';
import type { ChangeView } from '../views/change-view.ts';
import type { NoticeKind } from '../views/notice-kind.ts';
import { headlineOf } from '../words/headline.ts';
import { effectLines, evidenceLines as identityEvidence } from '../words/identity-words.ts';
import { notProvenNames, riskWords } from '../words/risk-words.ts';
import { cutAt } from '../words/words.ts';
import { code, codeList, joined, type Marked, marked, said, typed } from './mrkdwn.ts';
import { notificationOf, type QNotification, qLimits } from './q-kit.ts';
import { wholeLines } from './whole-lines.ts';

const most = {
  headline: 180,
  sentence: 1_000,
  name: 200,
  services: 20,
  shown: 6,
  targets: 20,
  /** A next step with its words around it takes 350. */
  command: 320,
} as const;

/** The notification for a channel that hangs on an SNS topic. Everybody in the channel reads it, so it carries no personal link. */
export function qNotification(
  kind: NoticeKind,
  view: ChangeView,
  commands: readonly string[] = [],
): QNotification {
  const { id, revision, risk, told } = view;
  const { action, title } = noticeWords(kind, view);
  const headline = said(`${title}: ${headlineOf(view, most.headline)}`, qLimits.title);
  const notProven = notProvenNames(view);
  const targets = view.targets
    .slice(0, most.shown)
    .map((target) => marked`${said(target.name, most.name)} ${code(target.id)}`);
  const moreTargets = view.targets.length - targets.length;
  const lines = [
    said(view.statusSentence, most.sentence),
    marked`*Where* ${joined(targets, ', ')}${moreTargets > 0 ? ` and ${moreTargets} more` : ''}: ${told.extent}. ${view.inheritance}`,
    ...(isNote(kind) && view.note !== null ? [said(view.note, most.sentence)] : []),
    ...(view.whyRevised === null
      ? []
      : [marked`*New in revision ${revision}* ${said(view.whyRevised, most.sentence)}`]),
    ...evidenceLines(view),
    ...identityLines(told, view.whole),
    ...(told.identities ? [] : told.edits).map(
      ({ meaning, name }) =>
        marked`*Policy* ${said(name, most.name)}: ${said(meaning.summary, most.sentence)}`,
    ),
    marked`*Risk* ${said(riskWords(view, risk.level), most.sentence)}${notProven.length > 0 ? `; not proven: ${notProven.join(', ')}` : ''}`,
    ...(view.decideBy === null ? [] : [said(`${view.ifNobodyAnswers} ${view.ifApproved}`, most.sentence)]),
  ];
  return notificationOf({
    id: `${id}-${revision}-${kind}`,
    title: headline,
    description: joined(lines, '\n'),
    nextSteps: [
      ...nextSteps(view, action === null ? [] : commands),
      ...(kind === 'denied-access' && view.askBack !== null
        ? [marked`Whoever was denied can ask for it back: ${typed(cutAt(view.askBack, most.command))}`]
        : []),
    ],
    keywords: [told.noun, view.statusLabel, told.extent],
    metadata: {
      threadId: view.reviewId,
      eventType: kind,
      relatedResources: view.targets.slice(0, most.targets).map((target) => target.id),
      additionalContext: { change: id, revision: String(revision), digest: view.shortDigest },
    },
  });
}

/** The notification about all that waits, in the same thread as the news that follow. Everybody in the channel reads it: it carries no link. */
export function qDigest(questions: readonly [Question, ...Question[]]): QNotification {
  const [{ view: first }] = questions;
  const by = first.decideBy === null ? '' : `, the first by ${isoDay(first.decideBy)}`;
  const lines = questions.map(({ view }) =>
    joined(
      [
        marked`*${said(headlineOf(view, most.headline), qLimits.title)}*: ${said(namedIn(view), most.name)}`,
        marked`risk ${said(riskWords(view, view.risk.level), most.name)}`,
        ...standingOf(view).map((sentence) => said(sentence, most.name)),
        marked`${code(view.id)} revision ${view.revision}, digest ${code(view.shortDigest)}`,
      ],
      '; ',
    ),
  );
  return notificationOf({
    id: `${first.id}-${first.revision}-digest`,
    title: said(`Decide on ${counted(questions.length, 'change')}${by}`, qLimits.title),
    description: wholeLines(lines, qLimits.description),
    nextSteps: [
      marked`Approvers have personal links by mail or direct message.`,
      marked`With AWS credentials, in a checkout of this reviewer: ${typed('npx --no -- oar changes list')}`,
    ],
    keywords: [nounsOf(questions), first.statusLabel],
    metadata: {
      threadId: first.reviewId,
      eventType: 'decide',
      relatedResources: questions.slice(0, most.targets).map(({ view }) => view.id),
      additionalContext: { changes: String(questions.length) },
    },
  });
}

/** What an approver does next: by his link, or by the commands where there is no page. */
function nextSteps(view: ChangeView, commands: readonly string[]): readonly Marked[] {
  if (commands.length > 0)
    return commands.map((command) => marked`With AWS credentials: ${typed(cutAt(command, most.command))}`);
  if (view.decideBy === null) return [];
  return [
    marked`Approvers have personal links by mail or direct message.`,
    marked`With AWS credentials, in a checkout of this reviewer: ${typed(`npx --no -- oar changes show ${view.id}`)}`,
  ];
}

function identityLines({ identities }: ChangeView['told'], whole: string): readonly Marked[] {
  if (identities === null) return [];
  const told = [...effectLines(identities.effects), ...identities.notes];
  const shown = told.slice(0, most.services).map((line) => said(line, most.name));
  const left = told.length - shown.length;
  return [marked`*Who loses what*`, ...shown, ...(left > 0 ? [marked`and ${left} more ${whole}`] : [])];
}

function evidenceLines(view: ChangeView): readonly Marked[] {
  const lines = [marked`*Unused for more than ${view.thresholdDays} days*`];
  for (const line of identityEvidence(view.told.identities?.evidence ?? [], view.whole).slice(0, most.shown))
    lines.push(said(line, most.name));
  for (const entry of view.lapsed.slice(0, most.shown)) {
    const { lastAccessedAccount: account, lastAccessedAt: at } = entry;
    const where = account ? marked`, last in ${said(account.name, most.name)}` : '';
    const when = at === null ? '' : ` (${isoDay(at)})`;
    lines.push(
      marked`${code(entry.serviceNamespace)} ${said(entry.serviceName, most.name)}: ${entry.daysUnused ?? 0} days${where}${when}`,
    );
  }
  const left = view.lapsed.length - most.shown;
  if (left > 0) lines.push(marked`and ${left} more that were used before`);
  const never = view.neverUsed.map((entry) => entry.serviceNamespace);
  if (never.length > 0)
    lines.push(
      marked`${counted(never.length, 'service')} never used in ${view.trackingDays} days: ${codeList(never, most.services)}`,
    );
  const others = view.notSince.map((entry) => entry.serviceNamespace);
  if (others.length > 0)
    lines.push(
      marked`${counted(others.length, 'service')} not used within the threshold (what was before, an entity above does not tell): ${codeList(others, most.services)}`,
    );
  return lines;
}
