/** A cell of a row: a text, or a day as epoch milliseconds. */
export type PlainCell = string | number;

/** The cells of a page's rows, as plain data. */
export interface PlainPage {
  readonly services: readonly (readonly PlainCell[])[];
  readonly accounts: readonly (readonly PlainCell[])[];
}

/** What `plainPage` does, in words. */
export const plainPageFormula =
  'one loop that writes a table row of escaped cells for each of the same services and accounts, and nothing else of the page';

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Writes the rows: the least that any page with these rows has to do. */
export function plainPage({ accounts, services }: PlainPage): string {
  return `<table>${rowsOf(services)}</table><table>${rowsOf(accounts)}</table>`;
}

function rowsOf(rows: PlainPage['services']): string {
  let text = '';
  for (const row of rows) {
    text += '<tr>';
    for (const cell of row) text += `<td>${escaped(cell)}</td>`;
    text += '</tr>';
  }
  return text;
}

function escaped(cell: PlainCell): string {
  const text = typeof cell === 'number' ? new Date(cell).toISOString().slice(0, 10) : cell;
  return text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}
