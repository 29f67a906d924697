import { html } from 'hono/html';
import { counted, grouped } from '../../core/base/counted.ts';
import { visibleLines } from '../../core/message/words/visible-text.ts';
import { each, escaped } from './lean.ts';
import type { Markup } from './markup.ts';
import { countLines, type PolicyLine, policyLines } from './policy-lines.ts';

/** A policy's text before and after as a difference in words and colours, with both exact texts below. `label` names the policy. */
export function policyDiff(label: string, before: string | null, after: string): Markup {
  const lines = policyLines(before, after);
  const { added, removed } = countLines(lines);
  const summary =
    before === null
      ? `A new policy of ${counted(after.length, 'character')}.`
      : `${counted(added, 'line')} added, ${removed} removed; ${counted(before.length, 'character')} before, ${grouped(after.length)} after. White space and line breaks are not compared here; the exact texts are below.`;
  return html`<p class="note">${summary}</p>
<div class="diff" role="region" tabindex="0" aria-label="Difference of ${label}">${each(lines, diffLine)}</div>
${before === null ? null : exactText('before', before)}${exactText('after', after)}`;
}

function diffLine({ kind, text }: PolicyLine): string {
  const line = escaped(text);
  switch (kind) {
    case 'added':
      return `<ins><span class="mark">added</span><span class="line">${line}</span></ins>`;
    case 'removed':
      return `<del><span class="mark">removed</span><span class="line">${line}</span></del>`;
    case 'gap':
      return `<div class="gap"><span class="mark"></span><span class="line">… ${line}</span></div>`;
    case 'same':
      return `<div><span class="mark"></span><span class="line">${line}</span></div>`;
  }
}

/** A policy's text to the letter, folded. */
export function exactText(which: 'before' | 'after', text: string): Markup {
  return html`<details><summary>Whole text ${which}, exactly as it ${which === 'before' ? 'was read' : 'is sent'}</summary><pre tabindex="0">${visibleLines(text)}</pre></details>`;
}
