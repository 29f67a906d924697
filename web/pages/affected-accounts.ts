import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import type { AffectedAccount } from '../../core/change/content/change.ts';
import type { ChangeView } from '../../core/message/views/change-view.ts';
import { each, escaped, escapedName, escapedOnce } from '../components/lean.ts';
import type { Markup } from '../components/markup.ts';

/** So many accounts are read at a glance; longer lists are folded behind their places. */
const shortList = 12;
const mostPlaces = 12;

/** Who is affected: the places with their numbers, and every account. */
export function affectedSection({ accounts, inheritance, targets }: ChangeView): Markup {
  const isShort = accounts.length <= shortList;
  return html`<section aria-labelledby="affected"><h2 id="affected">Who is affected</h2>
<p>${counted(accounts.length, 'account')} below ${counted(targets.length, 'target')}. ${inheritance} The management account and service-linked roles are bound by no SCP.</p>
${isShort ? null : places(accounts)}
<details${isShort ? html` open` : null}><summary>${accounts.length === 1 ? 'The account' : `All ${counted(accounts.length, 'account')}`}</summary>
${accountTable(accounts)}</details>
</section>`;
}

function accountTable(accounts: readonly AffectedAccount[]): Markup {
  const place = escapedOnce();
  return html`<table><caption>Accounts that the change reaches.</caption>
<thead><tr><th scope="col">Account</th><th scope="col">Id</th><th scope="col">Place</th></tr></thead>
<tbody>${each(
    accounts,
    (account) =>
      `<tr><th scope="row"><bdi>${escapedName(account.name)}</bdi>${account.young ? ' <span class="badge care">joined after the cut-off</span>' : ''}</th><td data-title="Id"><code>${escaped(account.id)}</code></td><td data-title="Place"><bdi>${place(account.place)}</bdi></td></tr>`,
  )}</tbody></table>`;
}

function places(accounts: readonly AffectedAccount[]): Markup {
  const counts = new Map<string, number>();
  for (const { place } of accounts) counts.set(place, (counts.get(place) ?? 0) + 1);
  const largest = [...counts].sort(([, a], [, b]) => b - a);
  const rest = largest.length - mostPlaces;
  return html`<ul class="plain">${each(
    largest.slice(0, mostPlaces),
    ([place, count]) => `<li><bdi>${escapedName(place)}</bdi>: ${counted(count, 'account')}</li>`,
  )}${rest > 0 ? html`<li>and ${counted(rest, 'more place')}</li>` : null}</ul>`;
}
