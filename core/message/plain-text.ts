import { messageLimits } from '../limits.ts';

/** One message to people: an ASCII subject of one line, a plain text body. */
export interface Message {
  readonly subject: string;
  readonly text: string;
}

const lineCharacters = 72;
/** The longest piece of a word that is too long for a line. */
const pieceCharacters = 60;

/** A subject that SNS takes: printable ASCII, one line, shorter than 100 characters. */
export function asciiSubject(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
  const most = messageLimits.subjectCharacters - 1;
  return ascii.length <= most ? ascii : `${ascii.slice(0, most - 3)}...`;
}

/** Untrusted text on one line: no control characters, none that turn the reading direction, cut at a length in UTF-16 units, never inside a character. */
export function oneLine(text: string, most = 200): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ').trim();
  return clean.length <= most ? clean : `${cutAt(clean, most - 3)}...`;
}

/** Untrusted text for a message whose reader makes links of whatever looks like one: on one line, and no address in it works. */
export function harmless(text: string, most = 200): string {
  return oneLine(text.replaceAll('://', ': //').replace(/\bwww\./gi, 'www .'), most);
}

/** Text in lines of at most 72 characters; the first and the further lines have an indent each. A longer word is cut into pieces. */
export function wrap(text: string, firstIndent: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = firstIndent;
  let isEmpty = true;
  for (const word of oneLine(text, 8_000).split(' ').flatMap(piecesOf)) {
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (longer.length > lineCharacters && !isEmpty) {
      lines.push(line.trimEnd());
      line = indent + word;
    } else line = longer;
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}

function piecesOf(word: string): readonly string[] {
  const pieces: string[] = [];
  let rest = word;
  while (rest.length > pieceCharacters) {
    const piece = cutAt(rest, pieceCharacters);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

function cutAt(text: string, most: number): string {
  const cut = text.slice(0, most);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
