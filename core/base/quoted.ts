import { grouped } from './counted.ts';

/** So many characters of what is wrong are repeated: an ARN of usual length stands whole, and no error is as long as what somebody pasted. */
const most = 200;

/** A value as an error repeats it: in quotation marks, and cut with its length where it is long. */
export function quoted(value: unknown): string {
  const characters = Array.from(String(value));
  if (characters.length <= most) return `"${characters.join('')}"`;
  return `"${clipped(String(value))}" (${grouped(characters.length)} characters)`;
}

/** The same without quotation marks, for keys and parts of ARNs. */
export function clipped(text: string): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`;
}
