/** How a rendering is to look. */
export interface Look {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Whether ANSI colours may be used. */
  readonly colour: boolean;
}

const widest = 120;

/** A look no narrower than this many columns, and no wider than people like to read. */
export function atLeast(narrowest: number, { colour, columns }: Look): Look {
  return { colour, columns: Math.min(widest, Math.max(narrowest, columns)) };
}

/** A line with a title, over a part of a rendering. */
export function section(title: string, { columns }: Look, paint: Paint): string {
  return paint.faint(`── ${title} ${'─'.repeat(Math.max(0, columns - title.length - 4))}`);
}

/** Colours by what they say; without colour each is the identity. */
export interface Paint {
  readonly heading: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly care: (text: string) => string;
}

/** The paint for a look. */
export function paintOf(colour: boolean): Paint {
  const paint =
    (code: number, end: number) =>
    (text: string): string =>
      colour && text !== '' ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return {
    heading: paint(1, 22),
    faint: paint(2, 22),
    good: paint(32, 39),
    bad: paint(31, 39),
    care: paint(33, 39),
  };
}

/** Columns that a text without escape sequences takes on a terminal: East Asian wide characters and emoji take two, combining marks none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text with spaces up to a width, at its end or, for numbers, at its start. */
export function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}

/** The text in lines no wider than the width, broken at spaces and, where a word is longer than a line, inside it. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const candidate = line === '' ? word : `${line} ${word}`;
    if (widthOf(candidate) <= width) {
      line = candidate;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = chopped(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

/** The text in lines with a lead before the first and the same indent before the others. */
export function paragraph(text: string, lead: string, columns: number): readonly string[] {
  const indent = widthOf(lead);
  const lines = wrapped(text, Math.max(20, columns - indent));
  return lines.map((line, index) => (index === 0 ? lead : ' '.repeat(indent)) + line);
}

function chopped(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let taken = 0;
  for (const character of word) {
    const wide = characterWidth(character);
    if (taken + wide > width && piece !== '') {
      pieces.push(piece);
      piece = '';
      taken = 0;
    }
    piece += character;
    taken += wide;
  }
  return [...pieces, piece];
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/\p{Mn}|\p{Me}/u.test(character)) return 0;
  return isWide(code) || /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
}

/** The blocks that Unicode's EastAsianWidth.txt calls wide or full-width. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
