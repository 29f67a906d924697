import { harmless, oneLine } from '../words/plain-text.ts';

/**
 * A text in Slack's mrkdwn that holds no mark, link or mention but ours. Only the functions of this file make one, and
 * every message is made of these: whatever is a bare string, our own words too, is escaped on its way in.
 */
export interface Marked {
  readonly mrkdwn: string;
}

/** Words that may quote somebody else, safe: never longer than `most` characters. */
export function said(text: string, most = 400): Marked {
  return { mrkdwn: escapeMrkdwn(text, most) };
}

/** A template whose literal words are ours and may hold marks: strings in it are escaped, what is marked already stays. */
export function marked(
  words: TemplateStringsArray,
  ...values: readonly (string | number | Marked)[]
): Marked {
  const parts = values.map((value, index) => `${textOf(value)}${words[index + 1] ?? ''}`);
  return { mrkdwn: `${words[0] ?? ''}${parts.join('')}` };
}

/** Several texts as one, with words of ours between them. */
export function joined(parts: readonly Marked[], between: string): Marked {
  return { mrkdwn: parts.map(({ mrkdwn }) => mrkdwn).join(between) };
}

/** A link of ours with words of ours. */
export function linked(url: string, words: string): Marked {
  return { mrkdwn: `<${url}|${escapeMrkdwn(words)}>` };
}

/** A name or id in a code span, as it is copied into a command: nothing in it can end the span, mention or link. */
export function code(text: string): Marked {
  return { mrkdwn: `\`${asTyped(oneLine(text))}\`` };
}

/** A command of ours in a code span, as it is typed. */
export function typed(command: string): Marked {
  return { mrkdwn: `\`${asTyped(command)}\`` };
}

/** Commands of ours, one a line, as they are typed. */
export function codeBlock(lines: readonly string[]): Marked {
  return { mrkdwn: `\`\`\`${lines.map(asTyped).join('\n')}\`\`\`` };
}

/** Names in code spans, as many as fit, and how many more there are. */
export function codeList(names: readonly string[], most: number): Marked {
  const shown = joined(names.slice(0, most).map(code), ', ');
  const left = names.length - most;
  return left > 0 ? marked`${shown} and ${left} more` : shown;
}

function textOf(value: string | number | Marked): string {
  if (typeof value === 'object') return value.mrkdwn;
  if (typeof value === 'number') return String(value);
  // A blank at either end parts it from the words around it.
  return `${/^ /.test(value) ? ' ' : ''}${escapeMrkdwn(value)}${/\S $/.test(value) ? ' ' : ''}`;
}

/**
 * Text that somebody else wrote, safe in Slack's mrkdwn. Nothing in it can mention, link or format (Slack's reference "Formatting text"). What comes out is never longer than `most` characters nor ends inside an escape.
 */
export function escapeMrkdwn(text: string, most = 400): string {
  let escaped = '';
  for (const sign of harmless(text, most)) {
    const safe = escapes[sign] ?? sign;
    // A word that is cut at a dot's name may be a host name.
    if (escaped.length + safe.length > most - 1)
      return `${escaped.replace(/[.\u3002\uff0e\uff61]\p{L}*$/u, '')}…`;
    escaped += safe;
  }
  return escaped;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

// A sign after an invisible space formats nothing. Mentions and channels are only parsed between < and >: our texts are verbatim.
const escapes: Readonly<Record<string, string>> = {
  ...entities,
  ...Object.fromEntries(['*', '_', '~', '`'].map((sign) => [sign, `\u200b${sign}`])),
};

// A code span has no escape for the sign that ends it: it becomes its look-alike, which means nothing to a shell.
function asTyped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign).replaceAll('`', '\u02cb');
}
