import { html } from 'hono/html';
import type { TextEdit } from '../../core/kinds/kind.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { code } from '../components/badge.ts';
import { exactText, policyDiff } from '../components/diff.ts';
import type { Content, Markup } from '../components/markup.ts';
import { servicesList } from '../components/services.ts';

/** The edit, by its meaning and as text, with the digests that people compare. */
export function policySection(view: ChangeView): Markup {
  const isTextless = view.told.edits.length === 0;
  return html`<section aria-labelledby="policy"><h2 id="policy">Policy difference</h2>
${isTextless ? html`<p>No policy text changes: the steps above are all.</p>` : null}
${view.told.edits.map((edit) => difference(view.told.noun, edit))}
<dl class="facts">
<div><dt>Digest of what is decided; its first characters are in every message</dt><dd>${code(view.shortDigest)}</dd></div>
<div><dt>Digest of what it was drafted on</dt><dd>${code(view.baseDigest.slice(0, 12))}</dd></div>
</dl>
<details><summary>Whole digest</summary><p>${code(view.digest)}</p></details>
</section>`;
}

function difference(noun: string, { after, before, meaning, name }: TextEdit): Markup {
  if (after === null)
    return html`<p><strong>${visibleText(meaning.summary)}.</strong></p>${before === null ? null : exactText('before', before)}`;
  return html`<p><strong>${visibleText(meaning.summary)}.</strong></p>
${listed('Denied from then on', servicesList(meaning.added.map((pattern) => [pattern, null])), meaning.added)}
${listed('Denied to others than before: the text says to whom', bullets(meaning.toOthers), meaning.toOthers)}
${listed('Taken away', bullets(meaning.removed), meaning.removed)}
${listed('Changed otherwise', bullets(meaning.otherwiseChanged), meaning.otherwiseChanged)}
<h3>As text</h3>
${policyDiff(`the ${noun} ${visibleText(name)}`, before, after)}`;
}

function listed(title: string, list: Content, entries: readonly string[]): Markup | null {
  return entries.length === 0 ? null : html`<h3>${title}</h3>${list}`;
}

function bullets(lines: readonly string[]): Markup {
  return html`<ul class="plain">${lines.map((line) => html`<li>${visibleText(line)}</li>`)}</ul>`;
}
