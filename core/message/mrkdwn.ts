import { harmless } from './plain-text.ts';

/**
 * Text that somebody else wrote, safe in Slack's mrkdwn. Nothing in it can mention, link or format (Slack's reference "Formatting text"). What comes out is never longer than `most` characters nor ends inside an escape.
 */
export function escapeMrkdwn(text: string, most = 400): string {
  let escaped = '';
  for (const sign of harmless(text, most)) {
    const safe = escapes[sign] ?? sign;
    if (escaped.length + safe.length > most - 1) return `${escaped}…`;
    escaped += safe;
  }
  return escaped;
}

// A sign after an invisible space formats nothing. Mentions and channels are only parsed between < and >: our texts are verbatim.
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  ...Object.fromEntries(['*', '_', '~', '`'].map((sign) => [sign, `\u200b${sign}`])),
};

/** Names in code spans, as many as fit, and how many more there are. */
export function codeList(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map((name) => `\`${name}\``);
  const left = names.length - shown.length;
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
