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

const lift = (approverId: string, service: string, more = {}) => ({
  ...{ at: start + 9, revision: 2, actor: { type: 'principal', id: `arn:${approverId}` } },
  ...{ type: 'exemption-lifted', approverId, service, exemptionId: 'exm-1', entityId: 'ou-1', reason: 'no' },
  ...more,
});
const exempted = { approverId: 'ben', services: ['lex'], reason: 'so', until: 1, exemptionIds: ['exm-1'] };
test.each<[string, object, object, readonly string[], string | null]>([
  ['somebody else', exempted, lift('ana', 'lex'), ['lex'], 'ana'],
  ['somebody else, of another service', exempted, lift('ana', 'lex'), ['dms'], null],
  ['who had decided it', exempted, lift('ben', 'lex'), ['lex'], null],
  [
    'who had decided it, by an older event',
    { ...exempted, exemptionIds: undefined },
    lift('ben', 'lex'),
    ['lex'],
    null,
  ],
  [
    'who had decided another one',
    { ...exempted, exemptionIds: ['exm-2'] },
    lift('ben', 'lex'),
    ['lex'],
    'ben',
  ],
  [
    'who has the id of who had decided it',
    { ...exempted, mailbox: 'one' },
    lift('ben', 'lex', { mailbox: 'two' }),
    ['lex'],
    'ben',
  ],
])('an exemption is lifted by %s', (_, decision, lifted, services, expected) => {
  const event = { at: start, actor: system, revision: 1, type: 'services-exempted', ...decision };
  const history = [event, lifted] as unknown as ReturnType<typeof replay>['history'];
  expect(startersIn({ history, id: 'chg-1' }, undefined, { id: 'chg-1', services })).toMatchObject(
    expected === null ? { type: 'stale' } : { approverId: expected, arn: `arn:${expected}` },
  );
  expect(startersIn({ history, id: 'chg-1' }, start + 1)).toEqual({ type: 'stale' });
});

test('the SCP that a change made is the same SCP', () => {
  const record = lived(proposal(newPolicyContent()), bodiesOfCreation('p-made0000'));
  const edit = { id: 'chg-000000000000', services: ['dms'], accountIds: ['9'] };
  expect(mayHaveLedTo(content({ ...edit, policyId: 'p-made0000' }), record)).toBe(true);
  expect(mayHaveLedTo(content({ ...edit, policyId: 'p-else0000' }), record)).toBe(false);
  expect(mayHaveLedTo(content({ ...edit, policyId: null }), record)).toBe(false);
});

test('who asked services back as no approver led to that give-back, and to no other change', () => {
  const asker = { name: 'Mia', verified: false, reason: 'payroll' };
  const record = lived({ ...proposal(content(), { type: 'unknown' }), asker }, []);
  const { id, services } = record.content;
  expect(startersIn(record, undefined, { id, services })).toEqual({ type: 'unknown' });
  expect(startersIn(record, undefined, { id: 'chg-000000000000', services })).toEqual({ type: 'stale' });
});
