import type { ProofSubject } from '../../core/proof/subject.ts';
import {
  day,
  fullAccess,
  now,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
  type Use,
} from '../support/small-world.ts';

/** Dev with an OU of its own, and Prod. */
export const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222221' }, Backend: { 'dev-2': { id: '222222222222' } } },
  Prod: { 'prod-1': { id: '333333333331' } },
});
/** The OU that the SCP is attached to. */
export const dev = 'ou-test-dev00000';
/** The OU inside it. */
export const backend = 'ou-test-backend0';
/** The services that every report lists. */
export const services = ['dms', 'lex', 'polly', 's3', 'iam'];
/** What the accounts did: lex was used long ago. */
export const usual: readonly Use[] = [
  { accountId: '222222222221', service: 's3', at: now - day },
  { accountId: '222222222221', service: 'lex', at: now - 213 * day },
];
/** A statement of the SCP: it allows. */
export const allow = { Sid: 'Trial', Effect: 'Allow', Action: ['lex:*', 'dms:*'], Resource: '*' };
/** A statement of the SCP: it denies one action. */
export const guard = { Sid: 'Guard', Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' };
/** A deny of everything outside one Region. */
export const fence = {
  Sid: 'Fence',
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] } },
};
/** The statement that the edit adds. */
export const ours = { Sid: 'DenyUnusedServices', Effect: 'Deny', Action: ['dms:*', 'lex:*'], Resource: '*' };
/** An SCP from its statements. */
export const text = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
/** The SCP as read. */
export const before = text(allow, guard);

/** A good edit with its evidence, but for what a test changes. */
export function subject(
  changed: Omit<Partial<ProofSubject>, 'edit'> & {
    edit?: Partial<ProofSubject['edit']>;
    settings?: object;
  } = {},
): ProofSubject {
  const { edit, settings, ...rest } = changed;
  const { facts, request } = reviewOf(tree, { settings: settings ?? {} });
  const targets = [target(tree, dev)];
  return {
    ...facts,
    ...request,
    policies: [fullAccess(tree), policy('p-trial0001', before, targets)],
    reports: [reportOf(tree, dev, usual, services)],
    cutOff: now - 180 * day,
    readAt: now + 60_000,
    movesKnownSince: now - 180 * day,
    movesUnseen: null,
    ...rest,
    edit: {
      policyId: 'p-trial0001',
      policyName: 'Trial',
      targets,
      services: ['dms', 'lex'],
      before,
      after: text(allow, guard, ours),
      ...edit,
    },
  };
}
