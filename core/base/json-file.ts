/** The value of a JSON file that a person wrote: a byte order mark, which editors of Windows put in front, is no part of it. Throws as `JSON.parse` does. */
export function parseJsonFile(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''));
}
