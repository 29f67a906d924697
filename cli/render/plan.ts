import type { PlannedCall } from '../../core/base/planned-call.ts';
import { renderColumns } from './columns.ts';
import { type Look, paintOf } from './text.ts';

/** What a command will ask of AWS: a line for each operation and use. */
export function renderPlan(calls: readonly PlannedCall[], look: Look): string {
  const paint = paintOf(look.colour);
  const columns = [
    { title: 'call' },
    { title: 'how many', flexible: true },
    { title: 'what for', flexible: true },
  ];
  const rows = calls.map(({ call, howMany, purpose }) => [call, howMany, purpose]);
  const lines = renderColumns(columns, rows, look.columns, { title: paint.heading, cell: (text) => text });
  return `${lines.join('\n')}\n`;
}
