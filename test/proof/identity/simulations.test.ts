import { expect, test } from '@jest/globals';
import { secondJudge } from '../../../core/proof/identity/checks/second-judge.ts';
import { principalsToSimulate } from '../../../core/proof/identity/simulations.ts';
import type { IdentitySubject } from '../../../core/proof/identity/subject.ts';
import { arn, configured, goodEdit, policyArn, report, row, text } from './good-identity-edit.ts';

const on: IdentitySubject = { ...goodEdit, configuration: configured({ sources: { simulate: true } }) };
const asked = (subject: IdentitySubject) => principalsToSimulate(subject) ?? [];
const actionsIn = (subject: IdentitySubject) => asked(subject).map(({ actions }) => [...actions].sort());

test('what the texts tell apart is tried of a service in use, also what they deny', () => {
  expect(actionsIn(on)).toEqual([['lex:PutBot', 's3:DeleteBucket', 's3:GetObject', 's3:PutObject']]);
});

test('a service is in use that the report of what is taken away shows, or that of anybody with the same texts', () => {
  const lex = ['lex:PutBot'];
  const inUse = ['lex:PutBot', 's3:DeleteBucket', 's3:GetObject', 's3:PutObject'];
  expect(actionsIn({ ...on, reports: [report(policyArn, [row('s3', 400)])] })).toEqual([lex]);
  for (const subject of [policyArn, arn('user/ana'), arn('user/ben')])
    expect(actionsIn({ ...on, reports: [report(subject, [row('s3', 2)])] })).toEqual([inUse]);
});

test('a deny that our evaluator takes for a whole one, and that AWS lifts with the change, is a disagreement', () => {
  const simulated = new Map(
    asked(on).flatMap(({ actions, after, before }) =>
      [before, after].map(({ id }) => {
        const allowed = actions.map((action) => {
          const changes = action === 's3:DeleteBucket' || action.startsWith('lex:');
          return [action, !changes || id === before.id] as const;
        });
        return [id, { allowed: Object.fromEntries(allowed) }] as const;
      }),
    ),
  );
  const { detail, verdict } = secondJudge.check({ ...on, simulated });
  expect([verdict, detail]).toEqual([
    'failed',
    's3:DeleteBucket for user ana: we say denied before and denied after, AWS says allowed and denied',
  ]);
});

/** The edit of the text of the policy, with these known actions. */
function rewriting(before: string, after: string, actions: IdentitySubject['knownActions']): IdentitySubject {
  const policies = goodEdit.account.policies.map((policy) =>
    policy.arn === policyArn
      ? { ...policy, versions: policy.versions.map((version) => ({ ...version, text: before })) }
      : policy,
  );
  const steps = goodEdit.steps.map((step) => ({ ...step, before, after }));
  return { ...on, account: { ...goodEdit.account, policies }, steps, knownActions: actions };
}

test('a pattern for a part of a service is tried by an action that the sample has not', () => {
  const knownActions = new Map([
    ['s3', ['CreateBucket', 'GetObject', 'PutObject', 'ReplicateObject', 'PutReplication']],
    ['lex', ['GetBot', 'PutBot']],
  ]);
  const [before, after] = [text(['s3:*', 's3:Replicate*', 'lex:*']), text(['s3:*', 's3:Replicate*'])];
  expect(actionsIn(rewriting(before, after, knownActions)).flat()).toContain('s3:ReplicateObject');
});

test.each([
  ['lex', { ...on, knownActions: new Map([...goodEdit.knownActions].filter(([name]) => name !== 'lex')) }],
  // What it keeps can be simulated, and what nobody knows of it not.
  [
    's3',
    rewriting(
      text(['s3:*']),
      text(['s3:GetObject', 's3:PutObject']),
      new Map([['s3', ['GetObject', 'PutObject']]]),
    ),
  ],
])('where nothing that is lost of %s can be simulated, nobody else judged it', (service, subject) => {
  const simulated = new Map(
    asked(subject).flatMap(({ actions, after, before }) =>
      [before, after].map(({ id }) => {
        const allowed = actions.map((action) => [action, action !== 's3:DeleteBucket'] as const);
        return [id, { allowed: Object.fromEntries(allowed) }] as const;
      }),
    ),
  );
  const { detail, verdict } = secondJudge.check({ ...subject, simulated });
  expect([verdict, detail]).toEqual([
    'not-proven',
    `AWS's simulator did not tell: nothing that is lost of ${service} can be simulated`,
  ]);
});
