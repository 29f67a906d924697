import { html } from 'hono/html';
import type { Content, Markup } from './markup.ts';

/** What a badge says beside its word, by colour; the word alone must do. */
export type Tone = 'plain' | 'good' | 'care' | 'bad';

/** A short word set apart: a status, a verdict, a level. */
export function badge(word: Content, tone: Tone = 'plain'): Markup {
  return html`<span class="badge ${tone}">${word}</span>`;
}

/** A namespace, an id or another thing that machines read. */
export function code(text: string): Markup {
  return html`<code>${text}</code>`;
}

/** A name that somebody gave, kept from changing the direction of what stands around it. */
export function named(name: string): Markup {
  return html`<bdi>${name}</bdi>`;
}
