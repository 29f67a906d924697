import type { Line, Verdict } from '../../core/doctor/check.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { type Look, padded, paintOf, paragraph } from './text.ts';

const verdictWidth = 'not checked'.length;

/** One line a check, and below it the way out. */
export function renderDoctor(lines: readonly Line[], look: Look): string {
  const paint = paintOf(look.colour);
  const colours: Readonly<Record<Verdict, (text: string) => string>> = {
    ok: paint.good,
    warn: paint.care,
    fail: paint.bad,
    'not checked': paint.faint,
  };
  const checkWidth = Math.max(0, ...lines.map(({ check }) => check.length));
  const indent = ' '.repeat(verdictWidth + checkWidth + 4);
  const rendered = lines.flatMap(({ check, said, verdict, wayOut }) => {
    const lead = `${padded(verdict, verdictWidth)}  ${padded(check, checkWidth)}  `;
    const [first = '', ...others] = paragraph(visibleText(said), lead, look.columns);
    const painted = colours[verdict](first.slice(0, verdictWidth)) + first.slice(verdictWidth);
    const way =
      wayOut === undefined ? [] : paragraph(visibleText(wayOut), `${indent}way out: `, look.columns);
    return [painted, ...others, ...way.map(paint.faint)];
  });
  return `${rendered.join('\n')}\n\n${summaryOf(lines)}\n`;
}

function summaryOf(lines: readonly Line[]): string {
  const count = (wanted: Verdict): number => lines.filter(({ verdict }) => verdict === wanted).length;
  return `${count('ok')} ok, ${count('warn')} warned, ${count('fail')} failed, ${count('not checked')} not checked`;
}
