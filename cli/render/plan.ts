import { grouped } from '../../core/base/counted.ts';
import type { PlannedCall } from '../../core/base/planned-call.ts';
import { renderColumns } from './columns.ts';
import { type Look, paintOf } from './text.ts';

/** A planned call, and how often the last run made it; null: it did not, or nobody knows. */
type Planned = PlannedCall & { readonly lastTime?: number | null };

/** What a command will ask of AWS: a line for each operation and use. */
export function renderPlan(calls: readonly Planned[], look: Look, withLastTime = false): string {
  const paint = paintOf(look.colour);
  const columns = [
    { title: 'call' },
    { title: 'how many', flexible: true },
    { title: 'what for', flexible: true },
    ...(withLastTime ? [{ title: 'last time', align: 'right' as const }] : []),
  ];
  const rows = calls.map(({ call, howMany, lastTime, purpose }) => [
    call,
    howMany,
    purpose,
    ...(withLastTime ? [typeof lastTime === 'number' ? grouped(lastTime) : ''] : []),
  ]);
  const lines = renderColumns(columns, rows, look.columns, { title: paint.heading, cell: (text) => text });
  return `${lines.join('\n')}\n`;
}
