import type { Row } from './figure.ts';

const widest = 60;

/** The rows as a table for a terminal; what each is measured against stands below its name, wrapped. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ name, value, unit, goal, ok }) => [
    name,
    `${value.toLocaleString('en-US', { maximumFractionDigits: 3 })} ${unit}`,
    goal,
    goal === 'information' ? '' : ok ? 'ok' : 'MISSED',
  ]);
  const titles = ['figure', 'value', 'goal', ''];
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const body = cells.flatMap((row, index) => [
    line(row),
    ...wrapped(`against ${rows[index]?.against ?? ''}`).map((text) => `    ${text}`),
  ]);
  return [line(titles), ...body].join('\n');
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < widest * 2)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
