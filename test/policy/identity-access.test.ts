import { describe, expect, test } from '@jest/globals';
import { namesIn } from '../../core/policy/action-set.ts';
import { type PolicyDocument, parsePolicy } from '../../core/policy/document.ts';
import {
  type AccessChange,
  accessOf,
  certainActions,
  compareAccess,
  possibleActions,
  scopesAllowing,
} from '../../core/policy/identity-access.ts';
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

function documentOf(statements: unknown): PolicyDocument {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

function shown(changes: readonly AccessChange[]): unknown {
  return changes.map(({ resource, condition, actions }) => ({ scope: `${resource} ${condition}`, actions }));
}

describe('compareAccess', () => {
  test.each(rows as readonly Row[])('$name', (row) => {
    const { widened, lost, deniesLost, deniesAdded } = compareAccess(
      accessOf(row.before.map(documentOf)),
      accessOf(row.after.map(documentOf)),
    );
    expect(shown(widened)).toEqual(row.widened ?? []);
    if (row.lostSome) expect(lost.length).toBeGreaterThan(0);
    else expect(shown(lost)).toEqual(row.lost ?? []);
    expect(shown(deniesLost)).toEqual(row.deniesLost ?? []);
    expect(shown(deniesAdded)).toEqual(row.deniesAdded ?? []);
  });
});

describe('what a principal may do', () => {
  const own = documentOf([
    { Effect: 'Allow', Action: 'sts:*', Resource: '*' },
    { Effect: 'Allow', Action: 'sqs:PurgeQueue', Resource: 'arn:aws:sqs:*:*:mine' },
    { Effect: 'Deny', Action: 'sts:A*', Resource: '*' },
    {
      Effect: 'Deny',
      Action: 'sts:T*',
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
  ]);
  const access = accessOf([own]);
  const boundary = accessOf([
    documentOf({ Effect: 'Allow', Action: ['sts:Get*', 'sts:Tag*', 'sqs:*'], Resource: '*' }),
  ]);

  test('possibly: what is not denied everywhere, within the boundary', () => {
    const possible = namesIn(possibleActions(access, boundary));
    expect(possible).toContain('sqs:PurgeQueue');
    expect(possible).toContain('sts:TagSession');
    expect(possible).toContain('sts:GetCallerIdentity');
    expect(possible).not.toContain('sts:AssumeRole');
    expect(possible).not.toContain('sts:SetContext');
    expect(namesIn(possibleActions(access, null))).toContain('sts:SetContext');
  });

  test('certainly: what no Deny touches and every resource allows', () => {
    const certain = namesIn(certainActions(access, boundary));
    expect(certain).toContain('sts:GetCallerIdentity');
    for (const action of ['sqs:PurgeQueue', 'sts:TagSession', 'sts:SetContext', 'sts:AssumeRole'])
      expect(certain).not.toContain(action);
  });

  test('in which scopes an action is allowed', () => {
    expect(scopesAllowing(access, 'SQS:purgequeue')).toEqual(['Allow arn:aws:sqs:*:*:mine null']);
    expect(scopesAllowing(access, 'sts:TomorrowsAction')).toEqual(['Allow * null']);
    expect(scopesAllowing(access, 'sns:Publish')).toEqual([]);
  });
});
