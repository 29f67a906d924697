import type { ServiceEvidence } from '../change/change.ts';
import type { ChangeView } from './change-view.ts';
import { asciiSubject, type Message, oneLine, wrap } from './plain-text.ts';
import { dayUtc, minuteUtc, plural } from './words.ts';

/** What a message is about: what happened to the change, or that it still waits. */
export type NoticeKind =
  | 'decide'
  | 'reminder'
  | 'approved'
  | 'applied'
  | 'apply-failed'
  | 'rejected'
  | 'snoozed'
  | 'expired'
  | 'superseded'
  | 'cancelled'
  | 'rolled-back';

/** One message to one person: with a link of its own where there is something to do. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly view: ChangeView;
  /** Who gets it. */
  readonly to: { readonly name: string; readonly email: string };
  /** The personal link, or null where there is nothing to do. */
  readonly url: string | null;
}

const most = { lapsed: 12, namespaces: 40 } as const;

const subjects: Readonly<Record<NoticeKind, (view: ChangeView) => string>> = {
  decide: (view) => `Decide by ${dayUtc(view.decideBy ?? 0)}: ${view.headline}`,
  reminder: (view) => `Reminder, decide by ${dayUtc(view.decideBy ?? 0)}: ${view.headline}`,
  approved: (view) => `Approved: ${view.headline}`,
  applied: (view) => `Applied: ${view.headline}`,
  'apply-failed': (view) => `NOT APPLIED: ${view.headline}`,
  rejected: (view) => `Rejected: ${view.headline}`,
  snoozed: (view) => `Snoozed: ${view.headline}`,
  expired: (view) => `Expired: ${view.headline}`,
  superseded: (view) => `No longer valid: ${view.headline}`,
  cancelled: (view) => `Cancelled: ${view.headline}`,
  'rolled-back': (view) => `Rolled back: ${view.headline}`,
};

const actions: Readonly<Partial<Record<NoticeKind, string>>> = {
  decide: 'REVIEW AND DECIDE (opens a page; opening it changes nothing):',
  reminder: 'REVIEW AND DECIDE (opens a page; opening it changes nothing):',
  approved: 'CANCEL (opens a page; opening it changes nothing):',
  applied: 'ROLL BACK (opens a page; opening it changes nothing):',
  'apply-failed': 'ROLL BACK WHAT WAS WRITTEN (opens a page; opening it changes nothing):',
};

/** The e-mail of a notice: plain text, lines of at most 72 characters but for the link, which stands alone on its line. */
export function changeMail({ kind, to, url, view }: Notice): Message {
  const isQuestion = kind === 'decide' || kind === 'reminder';
  const lines = [
    ...field('WHAT', `${view.headline}. Nothing is removed.`),
    ...field(
      'WHERE',
      `${view.targets.map((target) => `${oneLine(target.name, 60)} (${target.id})`).join(', ')}; new accounts inherit`,
    ),
    ...field('STATUS', view.statusSentence),
    ...(isQuestion ? questionLines(view) : []),
    '',
    ...(isQuestion || kind === 'approved' || kind === 'applied'
      ? [...evidenceLines(view), ...differenceLines(view)]
      : []),
    ...linkLines(kind, url, to.email),
    `Change ${view.id}, revision ${view.revision}, digest ${view.digest.slice(0, 12)}.`,
  ];
  return { subject: asciiSubject(`[SCP] ${subjects[kind](view)}`), text: `${lines.join('\n')}\n` };
}

function questionLines(view: ChangeView): readonly string[] {
  const notProven = view.checks.filter((check) => check.verdict === 'not-proven').map((check) => check.name);
  const doubts = notProven.length > 0 ? ` Not proven: ${notProven.join(', ')}.` : '';
  const approvals = view.approvals.required > 1 ? ` ${view.approvals.required} people must approve.` : '';
  return [
    ...field('RISK', `${view.risk.level}.${doubts}`),
    ...field('DECIDE', `by ${minuteUtc(view.decideBy ?? 0)}.${approvals} ${view.ifNobodyAnswers}`),
    ...field('THEN', view.ifApproved),
  ];
}

function evidenceLines(view: ChangeView): readonly string[] {
  const lines = [
    `EVIDENCE  (unused for more than ${view.thresholdDays} days, judged from ${minuteUtc(view.asOf)})`,
  ];
  for (const entry of view.lapsed.slice(0, most.lapsed)) lines.push(...wrap(lapsedLine(entry), '  ', '    '));
  if (view.lapsed.length > most.lapsed)
    lines.push(`  and ${view.lapsed.length - most.lapsed} more on the page`);
  if (view.neverUsed.length > 0) {
    const names = view.neverUsed.slice(0, most.namespaces).map((entry) => entry.serviceNamespace);
    const rest = view.neverUsed.length - names.length;
    const tail = rest > 0 ? ` and ${rest} more on the page` : '';
    lines.push(...wrap(`never used in ${view.trackingDays} days: ${names.join(', ')}${tail}`, '  ', '    '));
  }
  return [...lines, ''];
}

function lapsedLine(entry: ServiceEvidence): string {
  const account = entry.lastAccessedAccount
    ? `, account ${oneLine(entry.lastAccessedAccount.name, 40)} ${entry.lastAccessedAccount.id}`
    : '';
  return `${entry.serviceNamespace}: last ${entry.lastAccessedAt === null ? 'never' : dayUtc(entry.lastAccessedAt)}, ${entry.daysUnused} days${account}`;
}

function differenceLines(view: ChangeView): readonly string[] {
  const shown = view.services.slice(0, most.namespaces).map((service) => `+ ${service}:*`);
  const rest = view.services.length - shown.length;
  const policy =
    view.policy.id === null
      ? `new SCP ${oneLine(view.policy.name, 80)}`
      : `SCP ${oneLine(view.policy.name, 80)} (${view.policy.id})`;
  return [
    ...wrap(`DIFF      ${policy}: ${plural(view.services.length, 'service')} denied`, '', '          '),
    ...wrap(`${shown.join('  ')}${rest > 0 ? `  and ${rest} more` : ''}`, '  ', '  '),
    '',
  ];
}

function linkLines(kind: NoticeKind, url: string | null, email: string): readonly string[] {
  const action = actions[kind];
  if (url === null || action === undefined) return [];
  return [
    action,
    url,
    '',
    ...wrap(
      `This link is personal to ${oneLine(email, 200)}. Do not forward this mail: AWS's unsubscribe link below works for anyone who has it. With AWS credentials instead: npx oar changes.`,
      '',
      '',
    ),
    '',
  ];
}

function field(label: string, text: string): readonly string[] {
  return wrap(`${label.padEnd(8)}${text}`, '', ' '.repeat(8));
}
