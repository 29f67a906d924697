import { html } from 'hono/html';
import { counted } from '../../core/base/counted.ts';
import { visibleText } from '../../core/message/words/visible-text.ts';
import { each, escaped, escapedName } from './lean.ts';
import type { Markup } from './markup.ts';

/** So many services are read at a glance; longer lists are folded. */
const shortList = 24;
const previewed = 8;

/** Services as namespace and name in columns; a long list is folded behind its count and its first namespaces. A service without a name is its namespace alone. */
export function servicesList(services: readonly (readonly [string, string | null])[]): Markup {
  const list = html`<ul class="services">${each(services, ([namespace, name]) => `<li><code>${escaped(namespace)}</code>${name === null ? '' : ` <span>${escapedName(name)}</span>`}</li>`)}</ul>`;
  if (services.length <= shortList) return list;
  const first = services.slice(0, previewed).map(([namespace]) => visibleText(namespace));
  return html`<details><summary>All ${counted(services.length, 'service')} (${first.join(', ')} …)</summary>${list}</details>`;
}
