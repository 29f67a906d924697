import { describe, expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { requestedEvent } from '../../core/message/events/requested-event.ts';
import { requestedReview } from '../../core/review/requested-review.ts';
import { unknownEvents } from '../flow/event-schemas.ts';

const now = Date.parse('2026-11-24T09:00:00Z');
const minute = 60_000;
const john = 'arn:aws:sts::111111111111:assumed-role/Engineers/john@example.com';
const parsed = parseConfiguration({});
if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
const configuration = parsed.value;

function asked(input: unknown, by = john, at = now) {
  const request = requestedReview(input, by, configuration, at);
  if (!request.ok) throw new Error(request.reasons[0].detail);
  return request.value;
}

describe('a review that somebody asks for', () => {
  test('is one request, however often it is sent within ten minutes; of another person, or of other things, another', () => {
    const first = asked({ scope: 'ou-ab12-34cd56ef', thresholdDays: 200 });
    expect(first).toMatchObject({ requestedBy: john, requestedAt: now });
    expect(
      asked({ thresholdDays: 200, scope: 'ou-ab12-34cd56ef', dryRun: false }, john, now + minute).id,
    ).toBe(first.id);
    const others = [
      asked({ scope: 'ou-ab12-34cd56ef', thresholdDays: 201 }),
      asked({ scope: 'ou-ab12-34cd56ef', thresholdDays: 200 }, 'arn:aws:iam::111111111111:user/ana'),
      asked({ scope: 'ou-ab12-34cd56ef', thresholdDays: 200 }, john, now + 11 * minute),
      asked({}),
    ];
    expect(new Set([first, ...others].map(({ id }) => id)).size).toBe(5);
  });

  test.each<[string, unknown, string]>([
    ['a dry run', { dryRun: true }, 'dryRun: a dry run answers whoever runs it'],
    ['another time to judge from', { dryRun: true, asOf: '2026-01-01T00:00:00Z' }, 'dryRun: '],
    ['what no review takes', { scope: '' }, 'scope: '],
    ['who starts it', { requestedBy: 'arn:aws:iam::111111111111:user/ana' }, 'requestedBy: is not a field'],
    ['no object', 7, 'event: '],
  ])('%s cannot be asked for', (_, input, words) => {
    const request = requestedReview(input, john, configuration, now);
    expect(request.ok ? 'taken' : request.reasons[0].detail).toContain(words);
  });

  test('is told to the bus with its id, as its schema says', () => {
    const whole = {
      scope: 'r-ab12',
      thresholdDays: 200,
      depth: 'account',
      kinds: ['lapsed'],
      policyId: 'p-0abc1234',
    };
    for (const input of [{}, whole]) {
      const request = asked(input);
      const event = requestedEvent(request);
      expect(unknownEvents([{ ...event, id: '', eventBusName: '', source: '', time: '' }])).toEqual([]);
      expect(event.detail).toMatchObject({
        actor: { type: 'principal', id: john },
        data: { requestId: request.id, ...input },
      });
    }
  });
});
