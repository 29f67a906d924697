import { expect, test } from '@jest/globals';
import { type Controls, noControls } from '../../core/identity/administration-reading.ts';
import { whoMayRaise } from '../../core/identity/ways-to-raise.ts';
import { identityReviewOf } from '../support/account-builder.ts';

interface Case {
  readonly name: string;
  readonly allow: string | readonly string[];
  readonly resource?: string;
  readonly deny?: object;
  readonly boundary?: string | readonly string[];
  readonly scp?: object;
  /** Null: none. */
  readonly way: string | null;
}

const roles = 'arn:aws:iam::*:role/*';
const cases: readonly Case[] = [
  { name: 'an inline policy of any user', allow: 'iam:PutUserPolicy', way: 'iam:PutUserPolicy' },
  { name: 'an inline policy of any role', allow: 'iam:putrole*', resource: roles, way: 'iam:PutRolePolicy' },
  { name: 'any group is joined', allow: 'iam:AddUserToGroup', way: 'iam:AddUserToGroup' },
  { name: 'any trust is rewritten', allow: 'iam:UpdateAssume*', way: 'iam:UpdateAssumeRolePolicy' },
  { name: 'keys of anybody', allow: 'iam:CreateAccessKey', way: 'iam:CreateAccessKey' },
  {
    ...{ name: 'keys of his own alone', allow: 'iam:CreateAccessKey' },
    ...{ resource: `arn:aws:iam::*:user/\${aws:username}`, way: null },
  },
  { name: 'reading alone', allow: ['iam:Get*', 'iam:List*', 'ec2:*'], way: null },
  {
    ...{ name: 'any role for a machine', allow: ['iam:PassRole', 'ec2:RunInstances'] },
    way: 'iam:PassRole with ec2:RunInstances',
  },
  { name: 'any role, and nothing that runs with it', allow: ['iam:PassRole', 's3:*'], way: null },
  {
    ...{ name: 'a role that is named', allow: ['iam:PassRole', 'lambda:*'] },
    ...{ resource: 'arn:aws:iam::*:role/app-logs', way: null },
  },
  {
    ...{ name: 'denied always', allow: 'iam:PutUserPolicy' },
    ...{ deny: { Action: 'iam:Put*', Resource: '*' }, way: null },
  },
  {
    ...{ name: 'denied under a condition', allow: 'iam:PutUserPolicy', way: 'iam:PutUserPolicy' },
    deny: { Action: 'iam:*', Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
  },
  { name: 'beyond a boundary', allow: 'iam:*', boundary: ['s3:*', 'ec2:*'], way: null },
  {
    ...{ name: 'within a boundary', allow: 'iam:*', boundary: 'iam:Attach*' },
    way: 'iam:AttachUserPolicy',
  },
  {
    ...{ name: 'denied by an SCP', allow: 'iam:PutUserPolicy', way: null },
    scp: { Effect: 'Deny', Action: 'iam:PutUserPolicy', Resource: '*' },
  },
];

const documentOf = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

test.each(cases)(
  'who may raise his own privileges: $name',
  ({ allow, boundary, deny, resource, scp, way }) => {
    const statements = [
      { Effect: 'Allow', Action: allow, Resource: resource ?? '*' },
      ...(deny ? [{ Effect: 'Deny', ...deny }] : []),
    ];
    const sketch = {
      users: [
        { name: 'ines', inline: { own: documentOf(...statements) }, ...(boundary && { boundary: 'limit' }) },
      ],
      policies: boundary
        ? [{ name: 'limit', versions: [documentOf({ Effect: 'Allow', Action: boundary, Resource: '*' })] }]
        : [],
    };
    const account = identityReviewOf(sketch, {}).facts.identities;
    const full = JSON.stringify(documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }));
    const controls: Controls = scp
      ? { levels: [[full, JSON.stringify(documentOf(scp))]], organizationId: null }
      : noControls;
    const arns = new Set(account.users.map(({ arn }) => arn));
    expect(whoMayRaise(account, controls, arns).map((each) => each.way)).toEqual(way === null ? [] : [way]);
    expect(whoMayRaise(account, controls, new Set())).toEqual([]);
  },
);
