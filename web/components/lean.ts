import { raw } from 'hono/html';
import { shortened, visibleText } from '../../core/message/words/visible-text.ts';
import type { Markup } from './markup.ts';

// Long tables are written as plain text: a template a row would take several times as long.

const longestName = 128;
const harmless = /^[A-Za-z0-9 ._:/@()+,-]*$/;
const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it may stand between tags and in a quoted attribute: escaped, with what is invisible written out. */
export function escaped(text: string): string {
  if (harmless.test(text)) return text;
  return visibleText(text).replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}

/** The same for a name, cut where it is longer than AWS allows names to be. */
export function escapedName(name: string): string {
  return escaped(name.length > longestName ? shortened(name, longestName) : name);
}

/** The same, remembering names that come again and again. */
export function escapedOnce(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const now = escapedName(text);
    known.set(text, now);
    return now;
  };
}

/** One markup for each entry, joined; `write` answers markup made of `escaped` texts alone. */
export function each<T>(entries: readonly T[], write: (entry: T, index: number) => string): Markup {
  let all = '';
  for (const [index, entry] of entries.entries()) all += write(entry, index);
  return raw(all);
}
