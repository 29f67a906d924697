import { messageLimits } from '../../base/limits.ts';
import { withoutAddresses } from './no-address.ts';
import { visibleText } from './visible-text.ts';
import { cutAt, cutInside } from './words.ts';

/** One message to people: an ASCII subject of one line, a plain text body. */
export interface Message {
  readonly subject: string;
  readonly text: string;
}

const lineCharacters = 72;
/** More of one text is cut, in UTF-16 units. */
const mostInLines = 8_000;
/** The longest piece of a word that is too long for a line. */
const pieceCharacters = 60;

/** The longest subject that SNS takes, in characters. */
export const subjectCharacters: number = messageLimits.subjectCharacters - 1;

/** What the compatibility form of Unicode does not make plain. */
const plainForms: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'‐‑‒–—―−'].map((dash) => [dash, '-'])),
  ...Object.fromEntries([...'‘’‚‛′ʼ´‹›'].map((quote) => [quote, "'"])),
  ...Object.fromEntries([...'“”„‟″«»'].map((quote) => [quote, '"'])),
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ı: 'i',
  '⁄': '/',
  '∕': '/',
  '×': 'x',
  '⟨': '[',
  '⟩': ']',
};

/** The text in printable ASCII on one line: typographic signs in their plain form, letters without accents, and `?` for what has no such form. */
export function asciiText(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/gu, (sign) => plainForms[sign] ?? sign)
    .normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, (sign) => plainForms[sign] ?? '?');
}

/** A subject that SNS takes: printable ASCII, one line, shorter than 100 characters, and no address in it works. */
export function asciiSubject(text: string): string {
  // Signs that only look like those of an address become these in ASCII.
  return harmless(asciiText(text), subjectCharacters);
}

/** Untrusted text on one line. Control characters and those that turn the reading direction are written out. It is cut at a length in UTF-16 units, never inside a character. */
export function oneLine(text: string, most = 200): string {
  const clean = visibleText(text).trim();
  return clean.length <= most ? clean : `${cutAt(clean, most - 3)}...`;
}

/** An untrusted name for a message: harmless, and cut in its middle where it is longer than `most` UTF-16 units. */
export function harmlessName(name: string, most: number): string {
  return cutInside(harmless(name, Number.POSITIVE_INFINITY), most);
}

/**
 * Untrusted text for a message whose reader makes links of whatever looks like one: on one line, and no address in it works. A dot
 * or an `@` that makes no address stays as it is.
 */
export function harmless(text: string, most = 200): string {
  let shown = oneLine(text, most);
  // The cut may end a word where it is a host name.
  for (;;) {
    const next = oneLine(withoutAddresses(shown), most);
    if (next === shown) return shown;
    shown = next;
  }
}

/**
 * Text in lines of at most 72 characters; the first and the further lines have an indent each. A longer word is cut into pieces.
 * Whatever it quotes, no address in it works: links and commands of ours are lines of their own.
 */
export function wrap(text: string, firstIndent: string, indent: string): readonly string[] {
  const words = harmless(text, mostInLines).split(' ').flatMap(piecesOf);
  // A piece may end where it is a host name.
  return inLines(words.map(withoutAddresses), firstIndent, indent);
}

/** The same for words that nobody but us and the configuration wrote: an address in it works. */
export function wrapAsIs(text: string, firstIndent: string, indent: string): readonly string[] {
  return inLines(oneLine(text, mostInLines).split(' ').flatMap(piecesOf), firstIndent, indent);
}

function inLines(words: readonly string[], firstIndent: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = firstIndent;
  let isEmpty = true;
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
