import { describe, expect, test } from '@jest/globals';
import { type AccessChange, compareAccess } from '../../core/policy/access-comparison.ts';
import { universeOf, universeWith } from '../../core/policy/action-universe.ts';
import { parsePolicy, type Statement } from '../../core/policy/document.ts';
import {
  accessOf,
  allowedActions,
  allowsAny,
  possibleActions,
  standingOfAction,
  together,
} from '../../core/policy/identity-access.ts';
import { knownActions } from '../../core/policy/known-actions.ts';
import rows from '../cases/identity/access.json' with { type: 'json' };

interface Row {
  readonly name: string;
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
  readonly widened?: unknown;
  readonly lost?: unknown;
  readonly lostSome?: boolean;
  readonly deniesLost?: unknown;
  readonly deniesAdded?: unknown;
}

const known = knownActions();
const universe = universeOf(known);

function statementsOf(statements: unknown): readonly Statement[] {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value.statements;
}

function shown(changes: readonly AccessChange[]): unknown {
  return changes.map(({ resource, condition, actions }) => ({ scope: `${resource} ${condition}`, actions }));
}

describe('compareAccess', () => {
  test.each(rows as readonly Row[])('$name', (row) => {
    const of = (policies: readonly unknown[]) =>
      together(policies.map((policy) => accessOf(universe, statementsOf(policy))));
    const { widened, lost, deniesLost, deniesAdded } = compareAccess(universe, of(row.before), of(row.after));
    expect(shown(widened)).toEqual(row.widened ?? []);
    if (row.lostSome) expect(lost.length).toBeGreaterThan(0);
    else expect(shown(lost)).toEqual(row.lost ?? []);
    expect(shown(deniesLost)).toEqual(row.deniesLost ?? []);
    expect(shown(deniesAdded)).toEqual(row.deniesAdded ?? []);
  });
});

describe('what a principal may do', () => {
  const access = accessOf(
    universe,
    statementsOf([
      { Effect: 'Allow', Action: ['sts:*', 'sns:*'], Resource: '*' },
      { Effect: 'Allow', Action: 'sqs:PurgeQueue', Resource: 'arn:aws:sqs:*:*:mine' },
      { Effect: 'Deny', Action: ['sts:A*', 'sns:*'], Resource: '*' },
    ]),
  );

  test('something of a service that is not denied always and everywhere', () => {
    const possible = possibleActions(universe, access);
    expect(possible).toEqual(
      expect.arrayContaining(['sqs:PurgeQueue', 'sts:GetCallerIdentity', 'sts:\u0000']),
    );
    for (const action of ['sts:AssumeRole', 'sns:Publish', 's3:GetObject'])
      expect(possible).not.toContain(action);
    expect(allowedActions(universe, access)).toEqual(
      expect.arrayContaining(['sts:AssumeRole', 'sns:Publish']),
    );
  });

  test('one action, whatever the case and the resource', () => {
    expect(allowsAny(universe, access, ['SQS:purgequeue'])).toBe(true);
    expect(allowsAny(universe, access, ['sqs:SendMessage', 's3:GetObject'])).toBe(false);
  });
});

describe('a service that no list knows', () => {
  const before = statementsOf([
    { Effect: 'Allow', Action: ['nobody:*', 'other:Get*', 's3:*'], Resource: '*' },
  ]);
  const after = statementsOf([{ Effect: 'Allow', Action: ['other:Get*', 's3:*'], Resource: '*' }]);

  test('is lost like any other, and a wildcard of it as it is written', () => {
    const own = universeWith(known, before);
    const namesLost = (later: readonly Statement[]) =>
      compareAccess(own, accessOf(own, before), accessOf(own, later)).lost.flatMap(({ actions }) => actions);
    expect(namesLost(after)).toEqual(['nobody:\u0000']);
    expect(namesLost([])).toEqual(expect.arrayContaining(['nobody:\u0000', 'other:Get*', 's3:GetObject']));
  });
});

describe('compareAccess over denied actions', () => {
  test('what was denied always and everywhere is no loss', () => {
    const deny = { Effect: 'Deny', Action: 'lex:*', Resource: '*' };
    const before = accessOf(
      universe,
      statementsOf([{ Effect: 'Allow', Action: ['lex:*', 'sqs:*'], Resource: '*' }, deny]),
    );
    const after = accessOf(
      universe,
      statementsOf([{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }, deny]),
    );
    expect(compareAccess(universe, before, after).lost).toEqual([]);
  });

  test('what a new Deny of everything stands above is one, whatever Allow stays', () => {
    const allow = {
      Effect: 'Allow',
      Action: ['sns:Publish', 'sqs:SendMessage'],
      Resource: 'arn:aws:sns:*:*:mine',
    };
    const before = accessOf(universe, statementsOf([allow]));
    const after = accessOf(
      universe,
      statementsOf([allow, { Effect: 'Deny', Action: 'sns:*', Resource: '*' }]),
    );
    expect(compareAccess(universe, before, after).lost.flatMap(({ actions }) => actions)).toEqual([
      'sns:Publish',
    ]);
  });

  test('what was denied under a condition is one', () => {
    const deny = {
      Effect: 'Deny',
      Action: 'lex:*',
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
    };
    const before = accessOf(
      universe,
      statementsOf([{ Effect: 'Allow', Action: ['lex:*', 'sqs:*'], Resource: '*' }, deny]),
    );
    const after = accessOf(
      universe,
      statementsOf([{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }, deny]),
    );
    expect(compareAccess(universe, before, after).lost).not.toEqual([]);
  });
});

describe('whether one action is allowed', () => {
  const all = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const when = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
  test.each<[string, readonly unknown[], 'allowed' | 'denied' | 'depends']>([
    ['nothing names it', [{ ...all, Action: 'ec2:*' }], 'denied'],
    ['allowed everywhere', [all], 'allowed'],
    ['allowed on some resources', [{ ...all, Resource: 'arn:aws:s3:::b/*' }], 'depends'],
    ['allowed on a condition', [{ ...all, Condition: when }], 'depends'],
    ['allowed on a condition and everywhere', [{ ...all, Condition: when }, all], 'allowed'],
    ['denied everywhere', [all, { ...all, Effect: 'Deny' }], 'denied'],
    ['denied on some resources', [all, { ...all, Effect: 'Deny', Resource: 'arn:aws:s3:::b/*' }], 'depends'],
    ['another action is denied', [all, { ...all, Effect: 'Deny', Action: 's3:PutObject' }], 'allowed'],
    [
      'all but another action is allowed',
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      'allowed',
    ],
  ])('%s', (_, statements, expected) => {
    expect(standingOfAction(universe, accessOf(universe, statementsOf(statements)), 's3:GetObject')).toBe(
      expected,
    );
  });

  test('of an action that nobody knows it is not told', () => {
    const access = accessOf(universe, statementsOf([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]));
    expect(standingOfAction(universe, access, 's3:QuiteNew')).toBe('depends');
  });
});

test('what is read of the policies of one account is kept for no other', () => {
  const statements = statementsOf([{ Effect: 'Allow', Action: ['s3:Get*', 'ec2:*'], Resource: '*' }]);
  const [one, other] = [0, 1].map(() => {
    const [part] = accessOf(universeWith(known, statements), statements).values();
    return part?.actions;
  });
  expect(one).toEqual(other);
  expect(one).not.toBe(other);
});
