import { visibleJson } from '../../core/message/words/visible-text.ts';

/** A value as JSON for people and programs, ending in a line break; what could drive a terminal is escaped, which changes no value. */
export function renderJson(value: unknown): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}
