import { counted, grouped } from '../../core/base/counted.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { type MatrixRow, matrixOf, saysMore } from '../../web/report/matrix.ts';
import { type Column, renderColumns } from './columns.ts';
import { type Look, type Paint, paragraph } from './text.ts';

/** One column of the table, with the width of the terminal below which it is left out. */
interface MatrixColumn extends Column {
  readonly from: number;
  readonly read: (row: MatrixRow) => string;
}

const columns: readonly MatrixColumn[] = [
  { title: 'entity', from: 0, flexible: true, read: ({ entity }) => shownName(entity) },
  { title: 'accounts', from: 84, align: 'right', read: ({ entity }) => figure(entity.accounts) },
  { title: 'lapsed', from: 0, align: 'right', read: (row) => known(row, row.own.kinds.lapsed) },
  { title: 'never used', from: 0, align: 'right', read: (row) => known(row, row.own.kinds['never-used']) },
  {
    title: 'from above',
    from: 70,
    align: 'right',
    read: ({ above }) => figure(above.lapsed + above.neverUsed),
  },
  { title: 'proposed', from: 0, align: 'right', read: ({ own }) => figure(own.outcomes.proposed) },
  { title: 'changes', from: 84, align: 'right', read: ({ changes }) => figure(changes.length) },
  { title: 'risk', from: 0, read: ({ risk }) => risk ?? '' },
];

/** A line for each entity that has findings of its own or a change; the others are counted below it. */
export function renderMatrix(result: ReviewResult, look: Look, paint: Paint): readonly string[] {
  const rows = matrixOf(result);
  const shown = rows.filter(saysMore);
  if (shown.length === 0) return [];
  const fitting = columns.filter(({ from }) => from <= look.columns);
  const cells = shown.map((row) => fitting.map(({ read }) => read(row)));
  const lines = renderColumns(fitting, cells, look.columns, {
    title: paint.faint,
    cell: (text, column, row) => (column === fitting.length - 1 ? riskPaint(shown[row], paint)(text) : text),
  });
  return [...lines, ...leftOut(rows).flatMap((text) => paragraph(text, '', look.columns).map(paint.faint))];
}

function known({ evidence }: MatrixRow, count: number): string {
  return evidence === 'unknown' ? '?' : figure(count);
}

function leftOut(rows: readonly MatrixRow[]): readonly string[] {
  const notJudged = rows.filter(({ evidence }) => evidence === 'not judged');
  const others = rows.filter((row) => !saysMore(row) && row.evidence === 'known');
  return [
    ...(others.length === 0
      ? []
      : [`${counted(others.length, 'more entity has', 'more entities have')} only the findings from above.`]),
    ...(notJudged.length === 0
      ? []
      : [
          `Not judged, without an active account: ${notJudged.map(({ entity }) => shownName(entity)).join(', ')}.`,
        ]),
  ];
}

function riskPaint(row: MatrixRow | undefined, paint: Paint): (text: string) => string {
  if (row?.risk === 'high') return paint.bad;
  return row?.risk === 'medium' ? paint.care : (text) => text;
}

function figure(count: number): string {
  return count === 0 ? '' : grouped(count);
}
