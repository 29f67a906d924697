import { expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { developmentAndElsewhere, developmentPolicy } from './organization.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

test.each([
  ['every role of GovCloud', 'arn:aws-us-gov:iam::*:role/*', true],
  ['every role of China', 'arn:aws-cn:iam::*:role/?*', true],
  ['every role of one of the two accounts', 'arn:aws:iam::222222222223:role/*', true],
  ['one role of GovCloud', 'arn:aws-us-gov:iam::*:role/ops', false],
])('a Deny that exempts %s (%s): its service is a finding: %s', async (_, exempt, isFound) => {
  const deny = {
    ...{ Effect: 'Deny', Action: 'lex:*', Resource: '*' },
    Condition: { ArnNotLike: { 'aws:PrincipalArn': exempt } },
  };
  const denying = {
    ...{ id: 'p-denylex00', name: 'DenyLex', targets: ['ou-ex01-development'] },
    content: { Version: '2012-10-17', Statement: [deny] },
  };
  const policies = [...(developmentAndElsewhere.policies ?? []), denying];
  const story = await open({ scenario: { ...developmentAndElsewhere, policies } });
  const { run } = await story.review();
  const found = run.decision.findings.filter(({ status }) => status === 'open');
  expect(found.map(({ serviceNamespace }) => serviceNamespace)).toEqual(isFound ? ['dms', 'lex'] : ['dms']);
  expect(run.decision.changes.map(editOf).map(({ policyId, services }) => [policyId, services])).toEqual([
    [developmentPolicy, isFound ? ['dms', 'lex'] : ['dms']],
  ]);
});
