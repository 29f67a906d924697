import { expect, test } from '@jest/globals';
import { mayHaveLedTo, servicesIn, startersIn } from '../../core/change/life/led-to.ts';
import { replay } from '../../core/change/life/life.ts';
import { bodiesOfCreation, lived } from './lives.ts';
import {
  content,
  newPolicyContent,
  proposal,
  type Replaced,
  start,
  starterNamed,
  system,
} from './samples.ts';

const one = content({ services: ['lex'], accountIds: ['222222222222'] });

test.each<[string, Replaced, boolean]>([
  ['of the same id', { id: one.id, policyId: 'p-other', services: ['dms'], accountIds: ['9'] }, true],
  [
    'of the same SCP, about another service',
    { policyId: 'p-newsvctest', services: ['dms'], accountIds: ['9'] },
    true,
  ],
  [
    'of a service below a common account',
    { policyId: 'p-other', services: ['dms', 'lex'], accountIds: ['222222222222', '9'] },
    true,
  ],
  [
    'of a new SCP with such a service',
    { policyId: null, services: ['lex'], accountIds: ['222222222222'] },
    true,
  ],
  ['of a service below other accounts', { policyId: 'p-other', services: ['lex'], accountIds: ['9'] }, false],
  [
    'of another service below the same accounts',
    { policyId: 'p-other', services: ['dms'], accountIds: ['222222222222'] },
    false,
  ],
])('a change may have led to another one %s', (_, other, expected) => {
  const record = replay([proposal(one)]);
  expect(mayHaveLedTo(content({ id: 'chg-000000000000', ...other }), record)).toBe(expected);
});

test('what an earlier revision denied counts, and so does who started it', () => {
  const first = replay([proposal(content({ services: ['dms', 'lex'] }), starterNamed('ana'))]);
  const next = content({ revision: 2, services: ['dms'] });
  const record = replay([
    ...first.history,
    { ...proposal(next, starterNamed(null), start + 5), type: 'revised', detail: 'less' },
  ]);
  const lex = content({ id: 'chg-000000000000', policyId: 'p-other', services: ['lex'] });
  expect(mayHaveLedTo(lex, record)).toBe(true);
  expect(servicesIn(record)).toEqual(['dms', 'lex']);
  expect(startersIn(record)).toEqual(starterNamed('ana'));
  expect(startersIn(record, start - 1)).toEqual({ type: 'stale' });
  // Proposed once more by the schedule: a record forgets, its history does not.
  const ended = lived(proposal(one, starterNamed('ben')), [{ type: 'expired' }]);
  const again = replay([...ended.history, { ...proposal({ ...one, revision: 2 }), actor: system }]);
  expect(again.starter).toEqual({ type: 'schedule' });
  expect(startersIn(again)).toEqual(starterNamed('ben'));
});

test('the SCP that a change made is the same SCP', () => {
  const record = lived(proposal(newPolicyContent()), bodiesOfCreation('p-made0000'));
  const edit = { id: 'chg-000000000000', services: ['dms'], accountIds: ['9'] };
  expect(mayHaveLedTo(content({ ...edit, policyId: 'p-made0000' }), record)).toBe(true);
  expect(mayHaveLedTo(content({ ...edit, policyId: 'p-else0000' }), record)).toBe(false);
  expect(mayHaveLedTo(content({ ...edit, policyId: null }), record)).toBe(false);
});
