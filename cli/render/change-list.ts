import { grouped } from '../../core/base/counted.ts';
import { minuteUtc } from '../../core/base/iso-time.ts';
import type { IamAnswer } from '../../core/message/events/iam-schemas.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { type Column, renderColumns } from './columns.ts';
import { type Look, paintOf } from './text.ts';

type Listed = IamAnswer<'changes'>['changes'][number];

/** One column of the list, with the width of the terminal below which it is left out. */
interface ListColumn extends Column {
  readonly from: number;
  readonly read: (change: Listed) => string;
  /** Left out where it says nothing of any change. */
  readonly whereKnown?: true;
}

const narrowest = 60;

const columns: readonly ListColumn[] = [
  { title: 'change', from: 0, read: ({ id }) => id },
  { title: 'status', from: 0, read: ({ status }) => status },
  { title: 'where', from: 0, flexible: true, read: ({ confirm }) => confirm },
  { title: 'what', from: 96, flexible: true, read: ({ policyName }) => policyName },
  { title: 'services', from: 110, align: 'right', read: ({ services }) => grouped(services) },
  { title: 'accounts', from: 120, align: 'right', read: ({ accounts }) => grouped(accounts) },
  { title: 'risk', from: 0, read: ({ awaited }) => awaited?.risk ?? '' },
  { title: 'approved', from: 72, read: (change) => approved(change) },
  { title: 'decide by', from: 0, flexible: true, read: (change) => deadline(change) },
  {
    title: 'exempt until',
    from: 0,
    flexible: true,
    whereKnown: true,
    read: (change) => exemptUntil(change),
  },
];

/** The changes as a table no wider than the terminal, the one that must be decided first at the top, and the command that shows it. */
export function renderChangeList(changes: readonly Listed[], look: Look): string {
  const width = Math.max(narrowest, look.columns);
  const paint = paintOf(look.colour);
  const sorted = [...changes].sort((a, b) => (dueOf(a) < dueOf(b) ? -1 : 1));
  const fitting = columns.filter(
    ({ from, read, whereKnown }) =>
      from <= width && (whereKnown !== true || sorted.some((change) => read(change) !== '')),
  );
  const cells = sorted.map((change) => fitting.map(({ read }) => visibleText(read(change))));
  const lines = renderColumns(fitting, cells, width, { title: paint.faint, cell: (text) => text });
  const [next] = sorted;
  const hint = next === undefined ? [] : ['', `next: npx --no -- oar changes show ${next.id}`];
  return `${[...lines, ...hint].join('\n')}\n`;
}

function approved({ awaited }: Listed): string {
  return awaited === undefined ? '' : `${awaited.approvals.given} of ${awaited.approvals.required}`;
}

/** How many are exempt from it for a time, and when the first of these ends. */
function exemptUntil({ exempt = [] }: Listed): string {
  const [first, ...others] = exempt;
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : ` and ${others.length} later`;
  return `${minuteUtc(Date.parse(first.endsAt))}${more}`;
}

function deadline({ awaited }: Listed): string {
  return awaited?.decideBy ? minuteUtc(Date.parse(awaited.decideBy)) : '';
}

/** Changes that wait for nobody come last, the latest first among them. */
function dueOf({ awaited, updatedAt }: Listed): string {
  return awaited?.decideBy ?? `~${(8.64e15 - Date.parse(updatedAt)).toString().padStart(16, '0')}`;
}
