import { padded, widthOf, wrapped } from './text.ts';

/** One column of a table on a terminal. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** A column that may give way: its cells wrap. The others are as wide as their widest cell. */
  readonly flexible?: boolean;
}

const gap = 2;
const narrowest = 12;
const longestWordKept = 24;
const barest = 8;

/** A table no wider than the width: a line of titles, then the rows, long cells wrapped inside their column. `paintTitle` colours the titles, `paintCell` a padded cell by its column and row. */
export function renderColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: {
    readonly title: (text: string) => string;
    readonly cell: (text: string, column: number, row: number) => string;
  },
): readonly string[] {
  const widths = fittedWidths(columns, rows, width);
  const lay = (cells: readonly string[], decorate: (text: string, column: number) => string): string[] => {
    const lines = columns.map((_, index) => wrapped(cells[index] ?? '', widths[index] ?? narrowest));
    const height = Math.max(...lines.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) =>
      columns
        .map((column, index) =>
          decorate(padded(lines[index]?.[line] ?? '', widths[index] ?? 0, column.align ?? 'left'), index),
        )
        .join(' '.repeat(gap))
        .trimEnd(),
    );
  };
  const titles = columns.map((column) => column.title.toUpperCase());
  return [
    ...lay(titles, paint.title),
    ...rows.flatMap((row, index) => lay(row, (text, column) => paint.cell(text, column, index))),
  ];
}

/** Flexible columns give way a column at a time, the widest first, first down to its longest word, then, if that is not enough, into words. */
function fittedWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly number[] {
  const cells = columns.map((column, index) => [column.title, ...rows.map((row) => row[index] ?? '')]);
  const widths = cells.map((texts) => Math.max(...texts.map(widthOf)));
  const floors = cells.map((texts) => {
    const longestWord = Math.max(...texts.flatMap((text) => text.split(' ')).map(widthOf));
    return Math.max(narrowest, Math.min(longestWordKept, longestWord));
  });
  const flexible = columns.flatMap((column, index) => (column.flexible ? [index] : []));
  const total = (): number => widths.reduce((sum, each) => sum + each, 0) + gap * (columns.length - 1);
  for (const floorOf of [(index: number) => floors[index] ?? 0, () => barest]) {
    const room = (index: number): number => (widths[index] ?? 0) - floorOf(index);
    while (total() > width) {
      const roomiest = flexible.reduce((a, b) => (room(b) > room(a) ? b : a), flexible[0] ?? 0);
      if (room(roomiest) <= 0) break;
      widths[roomiest] = (widths[roomiest] ?? 0) - 1;
    }
  }
  return widths;
}
