import { describe, expect, test } from '@jest/globals';
import { prove } from '../../core/proof/certificate.ts';
import type { ProofSubject } from '../../core/proof/subject.ts';
import { fullAccess, now, policy, reportOf, target } from '../support/small-world.ts';
import { allow, before, dev, fence, guard, ours, services, subject, text, tree, usual } from './good-edit.ts';

describe('a drafter that lies is caught', () => {
  const notAction = { Sid: 'DenyUnusedServices', Effect: 'Deny', NotAction: ['s3:*'], Resource: '*' };
  test.each<[string, ProofSubject]>([
    [
      'another service denied as well',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*', 'lex:*', 's3:*'] }) } }),
    ],
    ['NotAction instead of a list', subject({ edit: { after: text(allow, guard, notAction) } })],
    ['a wildcard for everything', subject({ edit: { after: text(allow, guard, { ...ours, Action: '*' }) } })],
    ['a statement dropped', subject({ edit: { after: text(allow, ours) } })],
    [
      'an Allow added',
      subject({ edit: { after: text(allow, guard, { ...ours, Sid: 'X', Effect: 'Allow' }) } }),
    ],
    [
      'a deny that leaves half of it allowed',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*'] }) } }),
    ],
    [
      'a deny on some resources only',
      subject({ edit: { after: text(allow, guard, { ...ours, Resource: 'arn:aws:lex:*:*:bot/*' }) } }),
    ],
    [
      'a deny under a condition',
      subject({
        edit: {
          after: text(allow, guard, { ...ours, Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } }),
        },
      }),
    ],
    [
      'a second statement added',
      subject({ edit: { after: text(allow, guard, ours, { ...ours, Sid: 'Other', Action: ['polly:*'] }) } }),
    ],
    [
      'an existing deny narrowed',
      subject({ edit: { after: text(allow, { ...guard, Resource: 'arn:aws:ec2:*:*:instance/*' }, ours) } }),
    ],
    ['a text that is no policy', subject({ edit: { after: '{"Version":' } })],
    [
      'a target that was not looked at',
      subject({ edit: { targets: [target(tree, dev), target(tree, 'ou-test-prod0000')] } }),
    ],
    [
      'a target that is left out',
      subject({
        policies: [
          fullAccess(tree),
          policy('p-trial0001', before, [target(tree, dev), target(tree, 'ou-test-prod0000')]),
        ],
        reports: [
          reportOf(
            tree,
            'r-test',
            [...usual, { accountId: '333333333331', service: 'lex', at: now }],
            services,
          ),
          reportOf(tree, dev, usual, services),
        ],
      }),
    ],
    [
      'a single action of another service, where a conditional deny is in force anyway',
      subject({
        policies: [
          fullAccess(tree),
          policy('p-trial0001', before, [target(tree, dev)]),
          policy('p-regions01', text(fence), [target(tree, dev)]),
        ],
        edit: { after: text(allow, guard, { ...ours, Action: ['dms:*', 'ec2:StopInstances', 'lex:*'] }) },
      }),
    ],
    [
      'a service twice as wide: a wildcard in the prefix',
      subject({ edit: { after: text(allow, guard, { ...ours, Action: ['dms:*', 'lex*:*', 'lex:*'] }) } }),
    ],
    ['another SCP', subject({ edit: { policyId: 'p-FullAWSAccess' } })],
    ['an SCP that does not exist', subject({ edit: { policyId: 'p-nowhere00' } })],
    ['a text before that was not read', subject({ edit: { before: text(guard), after: text(guard, ours) } })],
    ['a new SCP that has a text', subject({ edit: { policyId: null } })],
    [
      'another Version',
      subject({ edit: { after: text(allow, guard, ours).replace('2012-10-17', '2008-10-17') } }),
    ],
    [
      'the exemption of a principal dropped',
      subject({ settings: { exemptPrincipals: ['arn:aws:iam::*:role/Operations'] } }),
    ],
    [
      'a condition of another statement dropped',
      subject({
        policies: [fullAccess(tree), policy('p-trial0001', text(allow, fence), [target(tree, dev)])],
        edit: { before: text(allow, fence), after: text(allow, { ...fence, Condition: {} }, ours) },
      }),
    ],
    [
      'iam among the services',
      subject({ edit: { services: ['iam'], after: text(allow, guard, { ...ours, Action: ['iam:*'] }) } }),
    ],
    [
      'an allow list that loses its allow',
      subject({
        policies: [policy('p-trial0001', before, [target(tree, dev)])],
        edit: { after: text(guard, ours) },
      }),
    ],
  ])('%s', (_, given) => {
    expect(prove(given).ok).toBe(false);
  });
});
