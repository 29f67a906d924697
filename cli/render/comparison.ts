import { counted, grouped } from '../../core/base/counted.ts';
import { minuteUtc } from '../../core/base/iso-time.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import type { Comparison, Pair, Side } from '../../core/review/compare-reviews.ts';
import { renderColumns } from './columns.ts';
import { type Look, paintOf, paragraph } from './text.ts';

const columns = [
  { title: 'entity', flexible: true },
  { title: 'service', flexible: true },
  { title: 'kind' },
  { title: 'last attempted' },
] as const;

/** What a later review found beside an earlier one: what is new, what is gone, what is unknown, and how much is still open. `names`: entities by id. */
export function renderComparison(
  comparison: Comparison,
  names: ReadonlyMap<string, string>,
  look: Look,
): string {
  const { earlier, gone, later, new: added, open, unknown } = comparison;
  const paint = paintOf(look.colour);
  const table = (title: string, pairs: readonly Pair[]): readonly string[] => {
    if (pairs.length === 0) return [];
    const rows = pairs.map((pair) =>
      [
        names.get(pair.entityId) ?? pair.entityId,
        `${pair.serviceName} (${pair.serviceNamespace})`,
        pair.kind,
        pair.lastAccessedAt?.slice(0, 10) ?? 'never',
      ].map(visibleText),
    );
    const lines = renderColumns(columns, rows, look.columns, { title: paint.faint, cell: (text) => text });
    return ['', paint.heading(`${title} (${grouped(pairs.length)})`), ...lines];
  };
  const lines = [
    ...sideLines('earlier', earlier, look),
    ...sideLines('later', later, look),
    ...warnings(comparison).flatMap((text) => paragraph(text, '', look.columns).map(paint.care)),
    '',
    ...paragraph(
      `${counted(added.length, 'finding')} new, ${gone.length} gone, ${open.length} still there, ${unknown.length} not judged by the later review.`,
      '',
      look.columns,
    ),
    ...table('New', added),
    ...table('Gone: used again, denied since, or not listed by AWS any more', gone),
    ...table('Not judged by the later review: unknown, not gone', unknown),
  ];
  return `${lines.join('\n')}\n`;
}

function sideLines(
  which: 'earlier' | 'later',
  { asOf, found, proposed, reviewId, scope, status, thresholdDays }: Side,
  { columns: width }: Look,
): readonly string[] {
  const text = `${reviewId} of ${scope}, as of ${minuteUtc(Date.parse(asOf))}, ${thresholdDays} days, ${status}: ${counted(found, 'finding')}, ${proposed} proposed`;
  return paragraph(visibleText(text), which.padEnd(9), width);
}

function warnings({ earlier, later }: Comparison): readonly string[] {
  return [
    ...(earlier.thresholdDays === later.thresholdDays
      ? []
      : ['The thresholds differ: what is new or gone may be so for that alone.']),
    ...(later.status === 'completed' ? [] : ['The later review is not whole: see what it did not judge.']),
    ...(Date.parse(earlier.asOf) <= Date.parse(later.asOf)
      ? []
      : ['The first of the two is the later one by its date.']),
  ];
}
