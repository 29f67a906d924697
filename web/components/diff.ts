import { html } from 'hono/html';
import type { Markup } from './markup.ts';
import { countLines, laidOut, type PolicyLine, policyLines } from './policy-lines.ts';
import { counted } from './visible-text.ts';

/** A policy's text before and after as a difference in words and colours, with both exact texts below. `label` names the policy. */
export function policyDiff(label: string, before: string | null, after: string): Markup {
  const lines = policyLines(before, after);
  const { added, removed } = countLines(lines);
  const summary =
    before === null
      ? `A new policy of ${counted(after.length, 'character')}.`
      : `${counted(added, 'line')} added, ${removed} removed; ${counted(before.length, 'character')} before, ${after.length.toLocaleString('en-US')} after. Layout is not compared.`;
  return html`<p class="note">${summary}</p>
<div class="diff" role="region" tabindex="0" aria-label="Difference of ${label}">${lines.map(diffLine)}</div>
${before === null ? null : exactText('before', before)}${exactText('after', after)}`;
}

function diffLine({ kind, text }: PolicyLine): Markup {
  switch (kind) {
    case 'added':
      return html`<ins><span class="mark">added</span><span class="line">${text}</span></ins>`;
    case 'removed':
      return html`<del><span class="mark">removed</span><span class="line">${text}</span></del>`;
    case 'gap':
      return html`<div class="gap"><span class="mark"></span><span class="line">… ${text}</span></div>`;
    case 'same':
      return html`<div><span class="mark"></span><span class="line">${text}</span></div>`;
  }
}

function exactText(which: 'before' | 'after', text: string): Markup {
  return html`<details><summary>Whole text ${which}</summary><pre tabindex="0">${laidOut(text)}</pre></details>`;
}
