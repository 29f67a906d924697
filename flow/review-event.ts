import type { Configuration } from '../core/base/configuration.ts';
import { parseReviewEvent, type ReviewEvent } from '../core/review/review-event.ts';
import { BadEvent } from './bad-event.ts';

/** Reads the event, throwing `BadEvent` for one that cannot be carried out. */
export function readReviewEvent(input: unknown, configuration: Configuration, now: number): ReviewEvent {
  const parsed = parseReviewEvent(eventIn(input), configuration, now);
  if (!parsed.ok) throw new BadEvent(parsed.reasons.map((reason) => reason.detail).join('\n'));
  return parsed.value;
}

/** The framework hands on as a text whatever it cannot parse: an event with a byte order mark in front. */
function eventIn(input: unknown): unknown {
  if (typeof input !== 'string' || !input.startsWith('\uFEFF')) return input;
  try {
    return JSON.parse(input.slice(1));
  } catch (error) {
    throw new BadEvent(`event: ${error instanceof Error ? error.message : String(error)}`);
  }
}
