import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../core/policy/document.ts';
import { knownActions, matchedNames } from '../../core/policy/known-actions.ts';
import { trackedActions, wasTrackedAt } from '../../core/policy/tracked-actions.ts';
import { nothingButUnseen, unseenByRecord } from '../../core/policy/unseen-by-record.ts';
import { isUnseen, unseenServices } from '../../core/policy/unseen-use.ts';

const earlier = Date.parse('2023-06-29');
const then = Date.parse('2023-06-30');
const later = Date.parse('2026-11-28');

describe('wasTrackedAt', () => {
  test.each([
    ['an action of the table, on its day', 's3', 'GetBucketPolicy', then, true],
    ['in any letter case', 's3', 'getbucketpolicy', later, true],
    ['before its day', 's3', 'GetBucketPolicy', earlier, false],
    ['an action of a younger part only', 'kms', 'ListKeys', then, false],
    ['an action that AWS does not track', 's3', 'GetObject', later, false],
    ['the action that nobody can see', 'iam', 'PassRole', later, false],
    ['a service that the table does not have', 'sns', 'Publish', later, false],
  ])('%s', (_, namespace, name, at, expected) => {
    expect(wasTrackedAt(namespace, name, at)).toBe(expected);
  });
});

test('every tracked action is a known one', () => {
  const unknown = [...knownActions().keys()].flatMap((namespace) => {
    const known = new Set(matchedNames(`${namespace}:*`, namespace));
    return trackedActions(namespace).filter((name) => !known.has(name));
  });
  expect(unknown).toEqual([]);
  expect(trackedActions('ec2')).toContain('CreateFleet');
});

test('every service with unseen use is a known one and has a source', () => {
  for (const { namespace, why } of unseenServices) {
    expect(knownActions().has(namespace)).toBe(true);
    expect(why).toMatch(/\(.*(Guide|Reference).*\)/);
    expect(isUnseen(namespace)).toBe(true);
  }
  expect(isUnseen('s3')).toBe(false);
});

const statementOf = (actions: readonly string[]) => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
  });
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error('no policy');
  return parsed.value.statements;
};

// What the job functions of AWS (ViewOnlyAccess, SecurityAudit) name of these services are calls that AWS records.
test.each<[readonly string[], readonly string[]]>([
  [['ec2:*', 'elasticfilesystem:DescribeFileSystems'], []],
  [['es:ListDomainNames', 'es:Describe*', 'dax:Describe*', 'dax:ListTags', 'appsync:List*'], []],
  [['dsql:GetCluster', 'aoss:BatchGetCollection', 'a*:Describe*'], []],
  [['es:*'], ['es']],
  [['es:ESHttpGet', 'ec2:*'], ['es']],
  [['es:E*'], ['es']],
  [['elasticfilesystem:Client*'], ['elasticfilesystem']],
  [['elasticfilesystem:*Mount*'], ['elasticfilesystem']],
  [['e*:Client*'], ['ec2messages', 'elasticfilesystem']],
  [['execute-api:Invoke'], ['execute-api']],
  [['execute-api:ManageConnections'], ['execute-api']],
  [['rds-db:connect'], ['rds-db']],
  [
    ['dax:Query', 'aoss:APIAccessAll', 'aoss:DashboardsAccessAll'],
    ['aoss', 'dax'],
  ],
  [['appsync:EventPublish'], ['appsync']],
  [
    ['kafka-cluster:DescribeTopic', 'neptune-db:GetEngineStatus'],
    ['kafka-cluster', 'neptune-db'],
  ],
  [['kms:Decrypt'], []],
  [['*', '*:*'], []],
])('of %j the record of a role may not show %j', (actions, unseen) => {
  expect(unseenByRecord(statementOf(actions))).toEqual(unseen);
});

test('silence tells something where any call that is allowed is recorded', () => {
  expect(nothingButUnseen(statementOf(['kms:Decrypt', 'iam:PassRole']))).toEqual(['iam:PassRole', 'kms']);
  expect(nothingButUnseen(statementOf(['kms:Decrypt', 'kms:ListKeys']))).toEqual([]);
  expect(nothingButUnseen(statementOf(['es:ESHttpGet', 'es:ListDomainNames']))).toEqual([]);
});

test('every action that may be unseen is a known one, and every row has some', () => {
  for (const { actions, namespace } of unseenServices)
    for (const action of actions)
      expect([namespace, action, matchedNames(`${namespace}:${action}`, namespace).length > 0]).toEqual([
        namespace,
        action,
        true,
      ]);
});
