import { counted } from '../../base/counted.ts';
import { isoDay, minuteUtc } from '../../base/iso-time.ts';
import type { ServiceEvidence } from '../../change/content/change.ts';
import type { AnyPurpose } from '../../change/links/links.ts';
import type { ToldIdentities } from '../../kinds/kind.ts';
import { nameWithId } from '../../organization/organization.ts';
import { nothingRolledBack } from '../views/change-status.ts';
import type { ChangeView } from '../views/change-view.ts';
import type { NoticeKind } from '../views/notice-kind.ts';
import { notSinceWords } from '../words/evidence-words.ts';
import { headlineOf, plainPlace } from '../words/headline.ts';
import { effectLines, evidenceLines as identityEvidence } from '../words/identity-words.ts';
import {
  asciiSubject,
  asciiText,
  harmless,
  harmlessName,
  type Message,
  subjectCharacters,
  wrap,
} from '../words/plain-text.ts';
import { judgesLines, riskWords } from '../words/risk-words.ts';
import { commandLines, linkLines } from '../words/way-lines.ts';

/** One message to one person: with a link of its own where there is something to do. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly view: ChangeView;
  /** Who gets it. */
  readonly to: { readonly name: string; readonly email: string };
  /** The personal link, or null where there is nothing to do. */
  readonly url: string | null;
  /** What the link is for. */
  readonly link?: { readonly purpose: AnyPurpose } | null;
  /** Where there is no page: what he may type instead, one command a line. */
  readonly commands?: readonly string[];
}

/** The words of a notice. */
export interface NoticeWords {
  /** Begins the subject: what happened, or what is asked. */
  readonly title: string;
  /** What the link leads to, or null where a notice never has one. */
  readonly action: string | null;
  /** Whether evidence and edit belong into the message. */
  readonly tellsAll: boolean;
}

const most = {
  lapsed: 12,
  namespaces: 10,
  name: 60,
  place: 160,
  line: 400,
  sentence: 1_200,
  note: 2_400,
} as const;

const words: Readonly<Record<NoticeKind, NoticeWords>> = {
  decide: { title: 'Decide', action: 'Review and decide', tellsAll: true },
  reminder: { title: 'Reminder: decide', action: 'Review and decide', tellsAll: true },
  approval: { title: 'One approval', action: null, tellsAll: false },
  question: { title: 'Question', action: 'Review and decide', tellsAll: false },
  'handed-over': { title: 'Handed over: decide', action: 'Review and decide', tellsAll: true },
  approved: { title: 'Approved', action: 'Cancel', tellsAll: true },
  applied: { title: 'Applied', action: 'Roll back', tellsAll: true },
  drift: { title: 'CHANGED SINCE, please look', action: 'Roll back', tellsAll: false },
  'denied-access': { title: 'Denied access observed', action: 'Roll back', tellsAll: false },
  'came-under': { title: 'Account came under it', action: 'Roll back', tellsAll: false },
  'apply-failed': { title: 'NOT APPLIED', action: 'Roll back what was written', tellsAll: false },
  interrupted: { title: 'INTERRUPTED, please look', action: 'Roll back what was written', tellsAll: false },
  rejected: { title: 'Rejected', action: null, tellsAll: false },
  snoozed: { title: 'Snoozed', action: null, tellsAll: false },
  expired: { title: 'Expired', action: null, tellsAll: false },
  superseded: { title: 'No longer valid', action: null, tellsAll: false },
  cancelled: { title: 'Cancelled', action: null, tellsAll: false },
  resumed: { title: 'Resumed', action: 'Cancel', tellsAll: false },
  'exemption-lifted': { title: 'Exemption lifted', action: null, tellsAll: false },
  'rolling-back': { title: 'Rolling back', action: null, tellsAll: false },
  'rolled-back': { title: 'Rolled back', action: null, tellsAll: false },
};

/** The words of a kind of notice, the same in every channel. */
export function noticeWords(kind: NoticeKind, view: ChangeView, link: Notice['link'] = null): NoticeWords {
  const isKept = kind === 'rolled-back' && view.statusLabel === nothingRolledBack;
  const said = isKept ? { ...words[kind], title: 'NOTHING ROLLED BACK, please look' } : words[kind];
  const until = asks(kind) && view.decideBy !== null ? ` by ${isoDay(view.decideBy)}` : '';
  const approvals =
    kind === 'approval' ? ` (${view.approvals.given.length} of ${view.approvals.required})` : '';
  // Whoever still has to decide is not left without the link by what else happens.
  const action =
    kind === 'exemption-lifted' && view.status === 'proposed' ? words.decide.action : said.action;
  if (link?.purpose === 'request-back') return { ...said, action: 'Ask for it back' };
  return { ...said, action, title: `${said.title}${until}${approvals}` };
}

/** Whether a notice asks for a decision. */
export function asks(kind: NoticeKind): boolean {
  return kind === 'decide' || kind === 'reminder';
}

/** Whether a notice tells what somebody wrote to the others. */
export function isNote(kind: NoticeKind): boolean {
  return kind === 'question' || kind === 'handed-over';
}

/** The e-mail of a notice: plain text, lines of at most 72 characters but for the link, which stands alone on its line. */
export function changeMail({ commands = [], kind, link, to, url, view }: Notice): Message {
  const { action, tellsAll, title } = noticeWords(kind, view, link);
  const where = view.targets
    .slice(0, most.lapsed)
    .map((target) => harmlessName(nameWithId(target), most.place))
    .join(', ');
  const more = view.targets.length > most.lapsed ? ` and ${view.targets.length - most.lapsed} more` : '';
  const { identities } = view.told;
  const told = { ...view.told, deed: harmless(view.told.deed, most.sentence) };
  const lines = [
    ...field('WHAT', `${headlineOf({ told, place: harmlessName(view.place, most.place) })}.`),
    ...field('WHERE', `${where}${more}. ${view.inheritance}`),
    // Whoever is asked first reads what is asked, in the lines below.
    ...(asks(kind) && view.approvals.given.length === 0
      ? []
      : field('STATUS', harmless(view.statusSentence, most.sentence))),
    ...(isNote(kind) && view.note !== null ? field('NOTE', harmless(view.note, most.note)) : []),
    ...(view.whyRevised === null
      ? []
      : field('NEW', `revision ${view.revision}: ${harmless(view.whyRevised, most.sentence)}`)),
    ...(asks(kind) || (isNote(kind) && (url !== null || commands.length > 0)) ? questionLines(view) : []),
    '',
    ...(tellsAll
      ? [
          ...evidenceLines(view),
          ...(identities ? identityLines(identities, view.whole) : differenceLines(view)),
        ]
      : []),
    ...linkLines(action, url, to.email, view.id),
    ...commandLines(action, commands),
    ...backLines(kind === 'denied-access' ? view.askBack : null),
    `Change ${view.id}, revision ${view.revision}, digest ${view.shortDigest}.`,
  ];
  return {
    subject: subjectOf(title, view),
    text: `${lines.join('\n')}\n`,
  };
}

/** What happened, what and where, and which change: rather than lose that, the place is cut. */
function subjectOf(title: string, view: ChangeView): string {
  const start = `[${view.told.noun}] ${title}: `;
  const end = ` (${view.id.slice(-4)} r${view.revision})`;
  const place = asciiText(harmless(plainPlace(view), Number.POSITIVE_INFINITY));
  const told = { ...view.told, deed: asciiText(harmless(view.told.deed, Number.POSITIVE_INFINITY)) };
  const headline = headlineOf({ told, place }, subjectCharacters - start.length - end.length);
  return asciiSubject(`${start}${headline}${end}`);
}

/** What whoever was denied may do himself, for the approver to pass on. */
function backLines(command: string | null): readonly string[] {
  return command === null
    ? []
    : ['WHOEVER WAS DENIED can ask for it back, with AWS credentials:', command, ''];
}

function questionLines(view: ChangeView): readonly string[] {
  const { required, why } = view.approvals;
  const risk = [`${riskWords(view, view.risk.level.toUpperCase())}.`, ...judgesLines(view)];
  const approvals = why !== null ? ` ${why}` : required > 1 ? ` ${required} people must approve.` : '';
  return [
    ...field('RISK', risk.map((line) => harmless(line, most.sentence)).join(' ')),
    ...field('DECIDE', `by ${minuteUtc(view.decideBy ?? 0)}.${approvals} ${view.ifNobodyAnswers}`),
    ...field('THEN', view.ifApproved),
  ];
}

function evidenceLines(view: ChangeView): readonly string[] {
  const basis = `unused > ${view.thresholdDays} days as of ${minuteUtc(view.asOf)}`;
  const lines = [...wrap(`EVIDENCE  (${basis})`, '', '          ')];
  for (const line of identityEvidence(view.told.identities?.evidence ?? [], view.whole))
    lines.push(...wrap(harmless(line, most.line), '  ', '    '));
  for (const entry of view.lapsed.slice(0, most.lapsed)) lines.push(...wrap(lapsedLine(entry), '  ', '    '));
  if (view.lapsed.length > most.lapsed)
    lines.push(`  and ${view.lapsed.length - most.lapsed} more ${view.whole}`);
  if (view.neverUsed.length > 0) {
    const count = counted(view.neverUsed.length, 'service');
    const names = view.neverUsed
      .slice(0, most.namespaces)
      .map((entry) => `${entry.serviceNamespace} (${harmless(entry.serviceName, most.name)})`);
    const rest = view.neverUsed.length - names.length;
    const tail = rest > 0 ? ` and ${rest} more ${view.whole}` : '';
    lines.push(
      ...wrap(`${count} never used in ${view.trackingDays} days: ${names.join(', ')}${tail}`, '  ', '    '),
    );
  }
  for (const entry of view.notSince.slice(0, most.lapsed))
    lines.push(
      ...wrap(
        `${entry.serviceNamespace} (${harmless(entry.serviceName, most.name)}): ${harmless(notSinceWords(entry), most.sentence)}`,
        '  ',
        '    ',
      ),
    );
  if (view.notSince.length > most.lapsed)
    lines.push(`  and ${view.notSince.length - most.lapsed} more ${view.whole}`);
  return [...lines, ''];
}

function lapsedLine(entry: ServiceEvidence): string {
  const account = entry.lastAccessedAccount
    ? `, account ${harmlessName(entry.lastAccessedAccount.name, most.place)} ${entry.lastAccessedAccount.id}`
    : '';
  return `${entry.serviceNamespace} (${harmless(entry.serviceName, most.name)}): last ${entry.lastAccessedAt === null ? 'never' : isoDay(entry.lastAccessedAt)}, ${entry.daysUnused} days ago${account}`;
}

function differenceLines(view: ChangeView): readonly string[] {
  const { edits, noun, sign } = view.told;
  const shown = view.services.slice(0, most.namespaces).map((service) => `${sign}${service}:*`);
  const rest = view.services.length - shown.length;
  const named = ({ id, name }: (typeof edits)[number]): string =>
    id === null ? `new ${noun} ${harmless(name, 80)}` : `${noun} ${harmless(name, 80)} (${id})`;
  return [
    ...edits.flatMap((edit) => wrap(`DIFF      ${named(edit)}: ${edit.meaning.summary}`, '', '          ')),
    ...wrap(`${shown.join('  ')}${rest > 0 ? `  and ${rest} more` : ''}`, '  ', '  '),
    '',
  ];
}

function identityLines({ effects, notes, steps }: ToldIdentities, whole: string): readonly string[] {
  const list = (title: string, all: readonly string[], first: string): readonly string[] => {
    if (all.length === 0) return [];
    const shown = all.slice(0, most.lapsed);
    const left = all.length - shown.length;
    return [
      title,
      ...shown.flatMap((line) => wrap(`${first}${harmless(line, most.line)}`, '  ', '    ')),
      ...(left > 0 ? [`  and ${left} more ${whole}`] : []),
      '',
    ];
  };
  return [
    ...list('WHO LOSES WHAT', effectLines(effects), ''),
    ...list('STEPS, IN THIS ORDER', steps, ''),
    ...list('TO KNOW', notes, '- '),
  ];
}

function field(label: string, text: string): readonly string[] {
  return wrap(`${label.padEnd(8)}${text}`, '', ' '.repeat(8));
}
