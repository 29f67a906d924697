import { html } from 'hono/html';
import type { Markup } from './markup.ts';

/** A day, with the instant behind it (`iso`, in UTC) for machines. */
export function day(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`;
}

/** A minute in UTC, with the instant behind it for machines. */
export function minute(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}
