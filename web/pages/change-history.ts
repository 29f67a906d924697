import { html } from 'hono/html';
import { isoTime, minuteUtc } from '../../core/base/iso-time.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { shortened, visibleText } from '../../core/message/words/visible-text.ts';
import { each, escaped } from '../components/lean.ts';
import type { Markup } from '../components/markup.ts';

const longest = 2_000;

/** Who did what when, oldest first, and whom no message reached. */
export function historySection({ history, notReached }: ChangeView): Markup {
  const line = ({ at, what, who }: ChangeView['history'][number]): string =>
    `<tr><th scope="row"><time datetime="${isoTime(at)}">${minuteUtc(at)}</time></th><td data-title="Who"><bdi>${escaped(who)}</bdi></td><td data-title="What">${escaped(shortened(what, longest))}</td></tr>`;
  return html`<section aria-labelledby="history"><h2 id="history">History</h2>
${notReached.length > 0 ? html`<div class="notice"><p>Not reached yet, tried again:</p><ul class="plain">${notReached.map((text) => html`<li>${shortened(visibleText(text), longest)}</li>`)}</ul></div>` : null}
<table class="history"><caption>What happened to this change, oldest first.</caption>
<thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th></tr></thead>
<tbody>${each(history, line)}</tbody></table>
</section>`;
}
