import { counted } from '../../core/message/visible-text.ts';
import { shownName } from '../../core/organization/organization.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { type MatrixRow, matrixOf, saysMore } from '../../web/report/matrix.ts';
import { type Column, renderColumns } from './columns.ts';
import { type Look, type Paint, paragraph } from './text.ts';

const columns: readonly Column[] = [
  { title: 'entity', flexible: true },
  { title: 'accounts', align: 'right' },
  { title: 'lapsed', align: 'right' },
  { title: 'never used', align: 'right' },
  { title: 'from above', align: 'right' },
  { title: 'proposed', align: 'right' },
  { title: 'changes', align: 'right' },
  { title: 'risk' },
];

/** A line for each entity that has findings of its own or a change; the others are counted below it. */
export function renderMatrix(result: ReviewResult, look: Look, paint: Paint): readonly string[] {
  const rows = matrixOf(result);
  const shown = rows.filter(saysMore);
  if (shown.length === 0) return [];
  const lines = renderColumns(columns, shown.map(cellsOf), look.columns, {
    title: paint.faint,
    cell: (text, column, row) => (column === columns.length - 1 ? riskPaint(shown[row], paint)(text) : text),
  });
  return [...lines, ...leftOut(rows).flatMap((text) => paragraph(text, '', look.columns).map(paint.faint))];
}

function cellsOf({ above, changes, entity, evidence, own, risk }: MatrixRow): readonly string[] {
  const { kinds, outcomes } = own;
  return [
    shownName(entity),
    figure(entity.accounts),
    ...(evidence === 'unknown' ? ['?', '?'] : [figure(kinds.lapsed), figure(kinds['never-used'])]),
    figure(above.lapsed + above.neverUsed),
    figure(outcomes.proposed),
    figure(changes.length),
    risk ?? '',
  ];
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
  return count === 0 ? '' : count.toLocaleString('en-US');
}
