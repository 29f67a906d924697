import { expect, test } from '@jest/globals';
import { knownActions } from '../../core/policy/known-actions.ts';
import table from '../../core/replay/event-actions.json' with { type: 'json' };
import { actionsOfEvent, eventActionsDate } from '../../core/replay/event-actions.ts';

const isKnown = (action: string): boolean => {
  const [namespace = '', name = ''] = action.split(':');
  return knownActions().get(namespace)?.includes(name) === true;
};

test('every namespace and every action of the table exists, and the table says of when it is', () => {
  const namespaces = Object.values(table.sources).flatMap((names) => names.split(' '));
  expect(namespaces.filter((namespace) => !knownActions().has(namespace))).toEqual([]);
  const actions = [
    ...Object.values(table.names).flatMap((names) => names.split(' ')),
    ...table.withoutPermission,
  ];
  expect(actions.filter((action) => !isKnown(action))).toEqual([]);
  expect(Object.keys(table.names).filter((event) => !knownActions().has(event.split(':')[0] ?? ''))).toEqual(
    [],
  );
  expect(eventActionsDate()).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test('no exception says of a call what its name says already', () => {
  const folded = new Set(
    [...knownActions()].flatMap(([namespace, names]) =>
      names.map((name) => `${namespace}:${name}`.toLowerCase()),
    ),
  );
  expect(Object.keys(table.names).filter((event) => folded.has(event.toLowerCase()))).toEqual([]);
});

test.each([
  ['ec2.amazonaws.com', 'RunInstances', [[{ namespace: 'ec2', name: 'RunInstances' }]]],
  ['ec2.amazonaws.com.cn', 'RunInstances', [[{ namespace: 'ec2', name: 'RunInstances' }]]],
  ['memorydb.amazonaws.com', 'CreateACL', [[{ namespace: 'memorydb', name: 'CreateAcl' }]]],
  ['lambda.amazonaws.com', 'Invoke20150331', [[{ namespace: 'lambda', name: 'InvokeFunction' }]]],
  [
    'cloudfront.amazonaws.com',
    'CreateDistribution2020_05_31',
    [[{ namespace: 'cloudfront', name: 'CreateDistribution' }]],
  ],
  ['apigateway.amazonaws.com', 'CreateRestApi', [[{ namespace: 'apigateway', name: null }]]],
  ['amazonmq.amazonaws.com', 'CreateBroker', [[{ namespace: 'mq', name: 'CreateBroker' }]]],
  ['sts.amazonaws.com', 'GetCallerIdentity', [[]]],
  ['__proto__.amazonaws.com', 'CreateBot', null],
  ['constructor.amazonaws.com', 'constructor', null],
  ['lex.example.com', 'CreateBot', null],
  ['lex', 'CreateBot', null],
])('%s %s', (source, name, expected) => {
  expect(actionsOfEvent(source, name)).toEqual(expected);
});
