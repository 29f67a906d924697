import { expect, test } from '@jest/globals';
import { groupsOf } from '../../core/change/content/service-groups.ts';
import { parseDecision } from '../../core/change/deciding/decision-fields.ts';
import cases from '../cases/change/service-groups.json' with { type: 'json' };
import { evidenceOf } from '../web/sample-changes.ts';
import { content, day, start } from './samples.ts';

const used = { codestar: 400, dynamodb: null, lex: 213, polly: null, rds: 300 } as const;
const sample = content({
  services: Object.keys(used),
  evidence: Object.entries(used).map(([name, days]) => evidenceOf(name, days)),
});

test('lapsed before never used, then by what their loss would stop', () => {
  const shown = groupsOf(sample.evidence).map(({ count, id, levels }) => [
    id,
    count,
    ...levels.map((level) => [level.id, ...level.entries.map(({ serviceNamespace }) => serviceNamespace)]),
  ]);
  expect(shown).toEqual([
    ['lapsed', 3, ['lapsed-high', 'rds'], ['lapsed-medium', 'lex'], ['lapsed-low', 'codestar']],
    ['never-used', 2, ['never-used-high', 'dynamodb'], ['never-used-medium', 'polly']],
  ]);
});

test.each(cases)('exempting $name', ({ exempted, groups, services }) => {
  const until = new Date(start + 30 * day).toISOString();
  const input = { decision: 'exempt', confirm: sample.confirm, reason: 'a pilot', until, groups, services };
  const parsed = parseDecision(input, sample, [], start);
  if (exempted === null) {
    expect('refusals' in parsed && parsed.refusals.map(({ field }) => field)).toEqual(['services']);
  } else {
    expect('decision' in parsed && parsed.decision).toMatchObject({ decision: 'exempt', services: exempted });
  }
});
