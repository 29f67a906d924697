// Names come from whoever may create an account or an OU: control characters could drive a terminal, and what has
// no picture or turns the reading direction could make one name look like another. Unicode says which these are: a list
// written here would miss some. After a pictograph, the two selectors of its style stay.
const hidden =
  /(?![\ufe0e\ufe0f])[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\u202f\u2800\ufffc\ufffd]|(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f]/gu;

/** The text with every control character, invisible character and mark of reading direction written out (`⟨U+202E⟩`); line breaks and tabs become spaces. */
export function visibleText(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(hidden, codePoint);
}

/** The same for a text of several lines: line breaks and tabs stay, but for a carriage return alone, which would write over its line. */
export function visibleLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(hidden, (character) => (/[\n\t]/.test(character) ? character : codePoint(character)));
}

/** JSON text in which nothing can drive or deceive a terminal: such characters are escaped, which changes no value. */
export function visibleJson(json: string): string {
  return json.replace(hidden, (character) =>
    character === '\n' ? character : character.replace(/[\s\S]/g, unitEscape),
  );
}

/** The text cut to so many characters, saying how long it was. */
export function shortened(text: string, limit: number): string {
  const characters = Array.from(text);
  if (characters.length <= limit) return text;
  return `${characters.slice(0, limit).join('')}… (${characters.length} characters)`;
}

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟨U+${hex}⟩`;
}
