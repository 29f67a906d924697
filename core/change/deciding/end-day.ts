import { dayMilliseconds } from '../../base/limits.ts';
import { type DecisionRefusal, missingField, wrongField } from '../links/refusal.ts';

const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** The end (epoch ms) of the last day that a person typed, or of the exact time; or why it cannot be taken. It lies at most `days` ahead. */
export function parseUntil(until: string | undefined, now: number, days: number): number | DecisionRefusal {
  const text = until?.trim() ?? '';
  if (text === '') return missingField('until', 'Give the last day, such as 2027-01-31');
  if (!isoDate.test(text) && !isoTime.test(text))
    return wrongField('until', 'Give the last day as a date such as 2027-01-31');
  const start = Date.parse(text);
  if (Number.isNaN(start) || !isRealDay(text))
    return wrongField('until', `There is no day ${text.slice(0, 10)}`);
  const end = isoDate.test(text) ? start + dayMilliseconds : start;
  if (end <= now) return wrongField('until', 'The last day must lie in the future');
  if (end > now + (days + 1) * dayMilliseconds)
    return wrongField('until', `The last day lies at most ${days} days ahead`);
  return end;
}

// `Date.parse` turns 31 February into a day in March.
function isRealDay(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day;
}
