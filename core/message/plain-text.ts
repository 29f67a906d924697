import { messageLimits } from '../limits.ts';

/** One message to people: an ASCII subject of one line, a plain text body. */
export interface Message {
  readonly subject: string;
  readonly text: string;
}

const lineCharacters = 72;

/** A subject that SNS takes: printable ASCII, one line, shorter than 100 characters. */
export function asciiSubject(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
  const most = messageLimits.subjectCharacters - 1;
  return ascii.length <= most ? ascii : `${ascii.slice(0, most - 3)}...`;
}

/** Untrusted text on one line: no control characters, none that turn the reading direction, cut at a length. */
export function oneLine(text: string, most = 200): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  return clean.length <= most ? clean : `${clean.slice(0, most - 3)}...`;
}

/** Text in lines of at most 72 characters; the first and the further lines have an indent each. A longer word is cut into pieces. */
export function wrap(text: string, firstIndent: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = firstIndent;
  let isEmpty = true;
  const words = oneLine(text, 8_000)
    .split(' ')
    .flatMap((word) => word.match(/.{1,60}/gu) ?? ['']);
  for (const word of words) {
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (longer.length > lineCharacters && !isEmpty) {
      lines.push(line.trimEnd());
      line = indent + word;
    } else line = longer;
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}
