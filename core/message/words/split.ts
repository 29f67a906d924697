import { messageLimits } from '../../base/limits.ts';

/** Left for what surrounds the list in an event. */
const envelopeBytes = 4_000;

/** Lists that each fit into one event. */
export function split<Item>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > room) {
      parts.push([]);
      room = messageLimits.eventBytes - envelopeBytes;
    }
    parts.at(-1)?.push(item);
    room -= bytes;
  }
  return parts;
}
