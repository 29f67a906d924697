/** Longer texts are refused before they are folded, in UTF-16 units: no path of names that AWS allows is as long. */
export const longestTypedName = 2_000;

/**
 * The form in which two names are compared when a person types one of them. These do not tell names apart: letter case,
 * width, typographic quotes, dashes and ellipses, blanks (also around a slash) and invisible characters. Nor do full
 * stops at the end. A character that is shown as its code (`⟨U+200B⟩`) counts as that character. The text should be no
 * longer than `longestTypedName`.
 */
export function typedName(text: string): string {
  if (/^[A-Za-z0-9]+(?:[ ._-][A-Za-z0-9]+)*$/.test(text)) return text.toLowerCase();
  const plain = /^[\x20-\x7e]*$/.test(text) ? text : plainForm(text);
  // Upper case first: only so do `ß` and `SS`, or the two small sigmas, become one. Both mappings ignore the locale.
  return (
    plain
      .toUpperCase()
      .toLowerCase()
      // Of the capital with a dot, which Turkish has.
      .replace(/i\u0307/g, 'i')
      .replace(/`/g, "'")
      .replace(/-{2,}/g, '-')
      .replace(/ +/g, ' ')
      .replace(/ ?\/ ?/g, '/')
      // Two blanks make a phone's keyboard write a full stop.
      .replace(/(?<=[^. /])[. ]+(?=\/|$)/g, '')
      .trim()
  );
}

function plainForm(text: string): string {
  return (
    text
      .replace(/\u27e8U\+([0-9A-F]{4,6})\u27e9/g, (shown, hex: string) => characterOf(hex) ?? shown)
      // These two would fall apart in the compatibility form.
      .replaceAll('´', "'")
      .replaceAll('″', '"')
      .normalize('NFKC')
      .replace(/\u00ab\s?/g, '"')
      .replace(/\s?\u00bb/g, '"')
      .replace(/[\u2018\u2019\u201a\u201b\u2032\u02bc\u2039\u203a]/g, "'")
      .replace(/[\u201c\u201d\u201e\u201f]/g, '"')
      .replace(/[\p{Dash_Punctuation}\u2212]/gu, '-')
      .replace(/[\u2044\u2215]/g, '/')
      .replace(/[\t\n\v\f\r\u0085\p{Z}]+/gu, ' ')
      .replace(/[\p{C}\p{Default_Ignorable_Code_Point}\ufffc\ufffd]/gu, '')
      .normalize('NFC')
  );
}

function characterOf(hex: string): string | null {
  const point = Number.parseInt(hex, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : null;
}
