import { describe, expect, test } from '@jest/globals';
import { createAnonymizer } from '../../smoke/anonymous.ts';
import { readSmokeOptions } from '../../smoke/options.ts';
import { lookAt, outcomeOf } from '../../smoke/points.ts';
import { refusalOf } from '../../smoke/write-guard.ts';
import writes from '../cases/smoke/writes.json' with { type: 'json' };

const own = { ouId: 'ou-ab12-smoke000', made: new Set(['p-made000000']) };

describe('a call that is about something that the test did not make', () => {
  test.each(writes.cases)('$operation $input: sent $sent', ({ input, operation, sent }) => {
    expect(refusalOf(operation, input, own) === null).toBe(sent);
  });
});

describe('what tells whose organization it is', () => {
  test('is replaced, the same by the same word, and what the test chose stays', () => {
    const { of } = createAnonymizer();
    const told = of([
      { Id: '222222222222', Name: 'Payments', Email: 'pay@bank.example', JoinedTimestamp: new Date(0) },
      { Arn: 'arn:aws:organizations::111111111111:account/o-exampleorg1/222222222222' },
      { Paths: ['o-exampleorg1/r-ex01/ou-ex01-workloads/222222222222/'], Type: 'SERVICE_CONTROL_POLICY' },
      { Name: 'oar-smoke-20261128', Content: '{"Statement":[]}', Id: 'p-abcdefgh12' },
      { Id: 'p-FullAWSAccess', Arn: 'arn:aws:iam::aws:policy/p-FullAWSAccess' },
      { message: 'arn:aws:sts::111111111111:assumed-role/Ops/ana may not touch Payments' },
      { ServiceName: 'Amazon S3', ServiceNamespace: 's3', TotalAuthenticatedEntities: 0 },
    ]);
    expect(told).toEqual([
      { Id: '(account 1)', Name: '(name 1)', Email: '(name 2)', JoinedTimestamp: '1970-01-01T00:00:00.000Z' },
      { Arn: 'arn:aws:organizations::(account 2):account/(organization 1)/(account 1)' },
      { Paths: ['(organization 1)/(root 1)/(ou 1)/(account 1)/'], Type: 'SERVICE_CONTROL_POLICY' },
      { Name: 'oar-smoke-20261128', Content: '(a text of 16 characters)', Id: '(policy 1)' },
      { Id: 'p-FullAWSAccess', Arn: 'arn:aws:iam::aws:policy/p-FullAWSAccess' },
      { message: 'arn:aws:sts::(account 2):assumed-role/(principal 1) may not touch (name 1)' },
      { ServiceName: 'Amazon S3', ServiceNamespace: 's3', TotalAuthenticatedEntities: 0 },
    ]);
  });
});

test('a point that differs is told from one of which nothing is known, because the caller may not ask', async () => {
  const point = { name: 'x', assumed: 'accepted', look: () => outcomeOf(Promise.reject(refusal)) };
  const refusal = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  expect(await lookAt([point, { ...point, needs: 'states:X' }], null)).toMatchObject([
    { verdict: 'differs', seen: 'refused: AccessDeniedException' },
    { verdict: 'not tried', seen: 'the caller may not states:X' },
  ]);
});

describe('the options', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['without an OU', ['--i-mean-it'], /^--ou: give the id of an OU/],
    ['with a root for an OU', ['--ou', 'r-ab12', '--i-mean-it'], /^--ou: /],
    ['without meaning it', ['--ou', 'ou-ab12-34cd56ef'], /^--i-mean-it: /],
    ['with a reuse of no length', ['--ou', 'ou-ab12-34cd56ef', '--i-mean-it', '--reuse', 'x'], /^--reuse: /],
  ])('%s are refused', (_, args, message) => {
    expect(() => readSmokeOptions(args)).toThrow(message);
  });
});
