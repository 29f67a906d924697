import { html } from 'hono/html';
import type { Content, Markup } from './markup.ts';

/** One column of a table. */
export interface TableColumn {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly numeric?: boolean;
}

/** A table with a caption and scoped headings; the first cell of each row is its heading. On a narrow screen every row becomes a block whose cells carry their column's title. */
export function table(
  caption: Content,
  columns: readonly TableColumn[],
  rows: readonly (readonly Content[])[],
): Markup {
  return html`<table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, numeric }) => html`<th scope="col"${classOf(numeric)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell, index) => tableCell(cell, index, columns[index]))}</tr>`)}</tbody>
</table>`;
}

/** Facts with their labels. */
export function facts(entries: readonly (readonly [string, Content])[]): Markup {
  return html`<dl class="facts">${entries.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function tableCell(cell: Content, index: number, column: TableColumn | undefined): Markup {
  if (index === 0) return html`<th scope="row">${cell}</th>`;
  return html`<td data-title="${column?.title ?? ''}"${classOf(column?.numeric)}>${cell}</td>`;
}

function classOf(numeric: boolean | undefined): Markup | null {
  return numeric ? html` class="number"` : null;
}
