import { expect, test } from '@jest/globals';
import { knownActions } from '../../core/policy/known-actions.ts';
import { sampledActions } from '../../core/policy/sampled-actions.ts';
import { simulateQuestions } from '../../core/review/simulate-questions.ts';
import { subject } from '../proof/good-edit.ts';

test.each<[readonly string[], readonly string[]]>([
  [
    ['BatchDeleteImage', 'BatchGetImage', 'CreateRepository', 'ListImages', 'PutImage'],
    ['BatchDeleteImage', 'BatchGetImage', 'CreateRepository'],
  ],
  [
    ['x:GetA', 'x:GetB', 'x:GetC', 'x:PutA'],
    ['x:PutA', 'x:GetA', 'x:GetB'],
  ],
  [['GetA'], ['GetA']],
  [[], []],
])('of %j are tried %j', (names, sampled) => {
  expect(sampledActions(names)).toEqual(sampled);
});

test('of each service with names of both kinds a read and a write are tried', () => {
  const plain = /^(Get|List|Describe|BatchGet)/;
  for (const [namespace, names] of knownActions()) {
    const some = sampledActions(names);
    expect([namespace, some.length]).toEqual([namespace, Math.min(3, names.length)]);
    if (names.some((name) => plain.test(name))) {
      const isBoth = names.some((name) => /^(Create|Delete|Put|Update)/.test(name));
      const isRead = (name: string) =>
        !/^(Create|Delete|Put|Update|Batch(Create|Delete|Put|Update))/.test(name);
      expect([namespace, some.some(isRead)]).toEqual([namespace, true]);
      if (isBoth) expect([namespace, some.some((name) => !plain.test(name))]).toEqual([namespace, true]);
    }
  }
});

test.each<[readonly string[], readonly number[]]>([
  [
    ['lex', 'dms'],
    [3, 3, 1],
  ],
  [
    ['lex', 's3'],
    [1, 3, 1],
  ],
  [
    ['lex', 'iam'],
    [3, 1, 1],
  ],
])(
  'of what is in use or protected three actions are tried, of what is denied (%j) one',
  (services, counts) => {
    const given = subject({ settings: { sources: { simulate: true } }, edit: { services } });
    const actions = simulateQuestions([given], new Map()).flatMap((question) => question.actions);
    const of = (service: string) =>
      new Set(actions.filter((action) => action.startsWith(`${service}:`))).size;
    expect([of('s3'), of('iam'), of('lex')]).toEqual(counts);
  },
);

test('of a service in use the actions that texts tell apart are tried as well, one a pattern', () => {
  const settings = { sources: { simulate: true } };
  const [edited, ...others] = subject({ settings }).policies;
  if (edited === undefined) throw new Error('the subject has no SCP');
  const Statement = {
    Effect: 'Deny',
    Action: ['s3:PutObject', 's3:GetObject*', 's3:*', 'lex:*'],
    Resource: '*',
  };
  const guardrail = {
    ...edited,
    id: 'p-guard',
    name: 'Guard',
    text: JSON.stringify({ Version: '2012-10-17', Statement }),
  };
  const given = subject({ settings, policies: [edited, ...others, guardrail] });
  const actions = simulateQuestions([given], new Map()).flatMap((question) => question.actions);
  expect(actions).toEqual(expect.arrayContaining(['s3:PutObject', 's3:GetObject']));
});
