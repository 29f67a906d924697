import type { ToldIdentities } from '../kinds/kind.ts';
import { mrkdwn, type SlackBlock, section, slackDate } from './block-kit.ts';
import { type ChangeView, isOver } from './change-view.ts';
import { notSinceWords } from './evidence-words.ts';
import { effectLines, evidenceLines as identityEvidence } from './identity-words.ts';
import { codeList, escapeMrkdwn } from './mrkdwn.ts';
import { notProvenNames, riskWords } from './risk-words.ts';
import { dayUtc, plural } from './words.ts';

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
    fields: fieldsOf(view).map(([label, value]) => mrkdwn(`*${label}*\n${value}`)),
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
