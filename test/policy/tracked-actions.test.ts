import { describe, expect, test } from '@jest/globals';
import { knownActions, matchedNames } from '../../core/policy/known-actions.ts';
import { trackedActions, wasTrackedAt } from '../../core/policy/tracked-actions.ts';
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
  const unknown = [...knownActions.keys()].flatMap((namespace) => {
    const known = new Set(matchedNames(`${namespace}:*`, namespace));
    return trackedActions(namespace).filter((name) => !known.has(name));
  });
  expect(unknown).toEqual([]);
  expect(trackedActions('ec2')).toContain('CreateFleet');
});

test('every service with unseen use is a known one and has a source', () => {
  for (const { namespace, why } of unseenServices) {
    expect(knownActions.has(namespace)).toBe(true);
    expect(why).toMatch(/\(.*(Guide|Reference).*\)/);
    expect(isUnseen(namespace)).toBe(true);
  }
  expect(isUnseen('s3')).toBe(false);
});
