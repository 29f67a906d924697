import type { ReviewResult } from '../../core/review-result.ts';

// JSON escapes the control characters below U+0020 itself; these may drive or deceive a terminal too.
const delicate = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The result itself as JSON, ending in a line break; what could drive a terminal is escaped, which changes no value. */
export function renderJson(result: ReviewResult): string {
  const text = JSON.stringify(result, null, 2);
  return `${text.replace(delicate, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
