import { counted } from '../../base/counted.ts';
import { isoDay } from '../../base/iso-time.ts';
import type { ToldIdentities } from '../../kinds/kind.ts';
import { type ChangeView, isOver } from '../views/change-view.ts';
import { notSinceWords } from '../words/evidence-words.ts';
import { effectLines, evidenceLines as identityEvidence } from '../words/identity-words.ts';
import { oneLine } from '../words/plain-text.ts';
import { notProvenNames, riskWords } from '../words/risk-words.ts';
import { mrkdwn, type SlackBlock, section, slackDate } from './block-kit.ts';
import { code, codeBlock, codeList, joined, type Marked, marked, said } from './mrkdwn.ts';

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
} as const;

/** What there is to know of a change in a few words, as fields of a label and a text each. */
export function factFields(view: ChangeView): SlackBlock {
  return {
    type: 'section',
    fields: fieldsOf(view).map(([label, value]) => mrkdwn(marked`*${label}*\n${value}`)),
  };
}

/** What is taken from whom and why nobody should miss it, then what is edited. */
export function evidenceSections(view: ChangeView): readonly SlackBlock[] {
  const { identities } = view.told;
  return [
    section(serviceLines(view)),
    section(identities ? identityLines(identities, view.whole) : differenceLines(view)),
  ];
}

function fieldsOf(view: ChangeView): readonly (readonly [string, string | Marked])[] {
  const { edits, noun } = view.told;
  const named = edits.slice(0, most.targets).map(({ id, name }) => {
    const shown = said(name, most.name);
    if (view.told.identities) return shown;
    return id === null ? marked`new ${noun} ${shown}` : marked`${shown} ${code(id)}`;
  });
  const notProven = notProvenNames(view);
  const doubts = notProven.length > 0 ? `; not proven: ${notProven.join(', ')}` : '';
  const young = view.youngAccounts.length > 0 ? `, ${view.youngAccounts.length} of them young` : '';
  const targets = view.targets
    .slice(0, most.targets)
    .map((target) => marked`${said(target.name, most.place)} ${code(target.id)}`);
  const left = view.targets.length - targets.length;
  return [
    ['Where', marked`${joined(targets, ', ')}${left > 0 ? ` and ${left} more` : ''}`],
    view.told.identities
      ? ['Who loses something', view.told.extent]
      : [
          'Accounts',
          `${counted(view.accounts.length, 'account')}${young}${isOver(view.status) || view.told.sign === '-' ? '' : ' (new ones inherit)'}`,
        ],
    ...(named.length === 0 ? [] : [['Policy', joined(named, ', ')] as const]),
    ['Risk', said(`${riskWords(view, view.risk.level)}${doubts}`, most.sentence)],
    ...(view.decideBy === null ? [] : [['Decide by', slackDate(view.decideBy)] as const]),
    ...(view.applyNotBefore === null ? [] : [['Applied after', slackDate(view.applyNotBefore)] as const]),
    ...(view.rollBackUntil === null ? [] : [['Roll back until', slackDate(view.rollBackUntil)] as const]),
    [
      'Approvals',
      said(
        `${view.approvals.given.length} of ${view.approvals.required}${view.approvals.why === null ? '' : `. ${view.approvals.why}`}`,
        most.sentence,
      ),
    ],
    ['Digest', code(view.shortDigest)],
  ];
}

function serviceLines(view: ChangeView): Marked {
  const lines = [marked`*Unused for more than ${view.thresholdDays} days*`];
  lines.push(...bullets(identityEvidence(view.told.identities?.evidence ?? [], view.whole), view.whole));
  for (const entry of view.lapsed.slice(0, most.lapsed)) {
    const { lastAccessedAccount: account, lastAccessedAt: at } = entry;
    const where = account ? marked`, last in ${said(account.name, most.name)}` : '';
    lines.push(
      marked`• ${code(entry.serviceNamespace)} ${said(entry.serviceName, most.name)}: ${entry.daysUnused ?? 0} days${where}${at === null ? '' : ` (${isoDay(at)})`}`,
    );
  }
  const left = view.lapsed.length - most.lapsed;
  if (left > 0) lines.push(marked`_and ${left} more ${view.whole}_`);
  const never = view.neverUsed.map((entry) => entry.serviceNamespace);
  if (never.length > 0)
    lines.push(
      marked`• ${counted(never.length, 'service')} never used in ${view.trackingDays} days: ${codeList(never, most.neverUsed)}`,
    );
  for (const entry of view.notSince.slice(0, most.lapsed))
    lines.push(
      marked`• ${code(entry.serviceNamespace)} ${said(entry.serviceName, most.name)}: ${said(notSinceWords(entry), most.sentence)}`,
    );
  const others = view.notSince.length - most.lapsed;
  if (others > 0) lines.push(marked`_and ${others} more ${view.whole}_`);
  return joined(lines, '\n');
}

/** As many as a section holds: its text is bounded before it is made. */
function bullets(all: readonly string[], whole: string): readonly Marked[] {
  const shown = all.slice(0, most.bullets);
  const left = all.length - shown.length;
  const lines = shown.map((line) => marked`• ${said(line, most.bullet)}`);
  return left > 0 ? [...lines, marked`_and ${left} more ${whole}_`] : lines;
}

function identityLines({ effects, notes }: ToldIdentities, whole: string): Marked {
  const known = notes.length === 0 ? [] : [marked`*To know*`, ...bullets(notes, whole)];
  return joined([marked`*Who loses what*`, ...bullets(effectLines(effects), whole), ...known], '\n');
}

function differenceLines(view: ChangeView): Marked {
  const shown = view.services.slice(0, most.differences).map((service) => `${view.told.sign} ${service}:*`);
  const left = view.services.length - shown.length;
  const lines = [...shown, ...(left > 0 ? [`(+${left} more)`] : [])];
  const summary = view.told.edits.map(({ meaning }) => meaning.summary).join('; ');
  return marked`${said(summary, most.sentence)}\n${codeBlock(lines.map((line) => oneLine(line)))}`;
}
