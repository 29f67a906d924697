import { html } from 'hono/html';
import { page } from '../components/page.ts';

/** A page that only says something. */
export function messagePage(title: string, text: string): string {
  return page(title, html`<main><h1>${title}</h1><p class="lead">${text}</p></main>`);
}
