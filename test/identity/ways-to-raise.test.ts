import { expect, test } from '@jest/globals';
import { type Controls, noControls } from '../../core/identity/administration-reading.ts';
import { shippedCatalogue } from '../../core/identity/shipped-catalogue.ts';
import { actionsOfWays, whoMayRaise } from '../../core/identity/ways-to-raise.ts';
import { identityReviewOf } from '../support/account-builder.ts';

interface Case {
  readonly name: string;
  readonly allow: string | readonly string[];
  readonly resource?: string;
  readonly also?: object;
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
  { name: 'whoever a provider lets in', allow: 'iam:UpdateSAMLProvider', way: 'iam:UpdateSAMLProvider' },
  {
    ...{ name: 'any role for the stacks of a set', allow: ['iam:PassRole', 'cloudformation:CreateStackSet'] },
    way: 'iam:PassRole with cloudformation:CreateStackSet',
  },
  {
    ...{ name: 'any role for what interprets code', allow: ['iam:PassRole', 'bedrock-agentcore:*'] },
    way: 'iam:PassRole with bedrock-agentcore:CreateCodeInterpreter',
  },
  { name: 'keys of anybody', allow: 'iam:CreateAccessKey', way: 'iam:CreateAccessKey' },
  {
    ...{ name: 'keys of his own alone', allow: 'iam:CreateAccessKey' },
    ...{ resource: `arn:aws:iam::*:user/\${aws:username}`, way: null },
  },
  {
    ...{ name: 'an inline policy of his own', allow: ['iam:PutUserPolicy', 'iam:CreateAccessKey'] },
    ...{ resource: `arn:aws:iam::*:user/\${aws:username}`, way: 'iam:PutUserPolicy' },
  },
  {
    ...{ name: 'an inline policy of his own, by another spelling', allow: 'iam:PutUserPolicy' },
    ...{ resource: `arn:aws:iam::*:user/\${aws:UserName, 'nobody'}`, way: 'iam:PutUserPolicy' },
  },
  {
    ...{ name: 'what his group may do', allow: 'iam:AttachGroupPolicy' },
    ...{ resource: 'arn:aws:iam::*:group/team', way: 'iam:AttachGroupPolicy' },
  },
  {
    ...{ name: 'what another group may do', allow: 'iam:AttachGroupPolicy' },
    ...{ resource: 'arn:aws:iam::*:group/others', way: null },
  },
  {
    ...{ name: 'a version of a policy that he bears', allow: 'iam:CreatePolicyVersion' },
    ...{ resource: 'arn:aws:iam::*:policy/borne', way: 'iam:CreatePolicyVersion' },
  },
  { name: 'a version of another', allow: 'iam:*', resource: 'arn:aws:iam::*:policy/free', way: null },
  {
    ...{ name: 'any role for a job that is there', allow: ['iam:PassRole', 'glue:UpdateJob'] },
    way: 'iam:PassRole with glue:UpdateJob',
  },
  { name: 'reading alone', allow: ['iam:Get*', 'iam:List*', 'ec2:*'], way: null },
  {
    ...{ name: 'any role for a machine', allow: ['iam:PassRole', 'ec2:RunInstances'] },
    way: 'iam:PassRole with ec2:RunInstances',
  },
  {
    ...{ name: 'any role for a function of one name', allow: 'iam:PassRole' },
    also: { Action: 'lambda:CreateFunction', Resource: 'arn:aws:lambda:*:*:function:app-*' },
    way: 'iam:PassRole with lambda:CreateFunction',
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
    ...{ name: 'out of a boundary', allow: ['s3:*', 'iam:*'] },
    ...{ boundary: ['s3:*', 'iam:DeleteUser*'], way: 'iam:DeleteUserPermissionsBoundary' },
  },
  {
    ...{ name: 'out of his own boundary', allow: 'iam:DeleteUserPermissionsBoundary' },
    ...{ resource: 'arn:aws:iam::*:user/ines', boundary: 'iam:*', way: 'iam:DeleteUserPermissionsBoundary' },
  },
  {
    ...{ name: 'a version of his boundary', allow: 'iam:CreatePolicyVersion', boundary: 'iam:*' },
    ...{ resource: 'arn:aws:iam::*:policy/limit', way: 'iam:CreatePolicyVersion' },
  },
  { name: 'out of a boundary, where he has none', allow: 'iam:DeleteUser*', way: null },
  {
    ...{ name: 'denied by an SCP', allow: 'iam:PutUserPolicy', way: null },
    scp: { Effect: 'Deny', Action: 'iam:PutUserPolicy', Resource: '*' },
  },
];

const documentOf = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

test.each(cases)(
  'who may raise his own privileges: $name',
  ({ allow, also, boundary, deny, resource, scp, way }) => {
    const statements = [
      { Effect: 'Allow', Action: allow, Resource: resource ?? '*' },
      ...(also ? [{ Effect: 'Allow', ...also }] : []),
      ...(deny ? [{ Effect: 'Deny', ...deny }] : []),
    ];
    const sketch = {
      users: [
        {
          ...{ name: 'ines', groups: ['team'], policies: ['borne'] },
          ...{ inline: { own: documentOf(...statements) }, ...(boundary && { boundary: 'limit' }) },
        },
      ],
      groups: [{ name: 'team' }],
      policies: [
        { name: 'borne', versions: [documentOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' })] },
        ...(boundary
          ? [{ name: 'limit', versions: [documentOf({ Effect: 'Allow', Action: boundary, Resource: '*' })] }]
          : []),
      ],
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

test('every action of a way is one that AWS has', () => {
  const known = new Set(
    [...shippedCatalogue.knownActions].flatMap(([service, names]) =>
      names.map((name) => `${service}:${name}`),
    ),
  );
  expect([...actionsOfWays].filter((action) => !known.has(action))).toEqual([]);
});

test('a role that people may take raises itself by its own name, and one of a service counts for nobody', () => {
  const own = (name: string) => ({
    own: documentOf({
      ...{ Effect: 'Allow', Action: 'iam:*RolePolicy' },
      Resource: `arn:aws:iam::*:role/${name}`,
    }),
  });
  const trust = documentOf({
    ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
    Principal: { Service: 'lambda.amazonaws.com' },
  });
  const roles = [
    { name: 'people', inline: own('people') },
    { name: 'function', inline: own('function'), trust },
    { name: 'others', inline: own('people') },
  ];
  const account = identityReviewOf({ users: [], roles }, {}).facts.identities;
  const arns = new Set(account.roles.map(({ arn }) => arn));
  const raisers = whoMayRaise(account, noControls, arns);
  expect(raisers.map(({ arn, way }) => [arn.split('/').at(-1), way])).toEqual([
    ['people', 'iam:PutRolePolicy'],
  ]);
});
