import { expect, test } from '@jest/globals';
import type { SimulatedChains } from '../../core/policy/simulation.ts';
import { standingOf } from '../../core/policy/standing.ts';
import { prove } from '../../core/proof/certificate.ts';
import { judgedWith, secondJudge } from '../../core/proof/checks/second-judge.ts';
import { chainsToSimulate } from '../../core/proof/simulations.ts';
import type { ProofSubject } from '../../core/proof/subject.ts';
import { allowedByOrganization } from '../../sandbox/iam/simulate.ts';
import { fullAccess, policy, target } from '../support/small-world.ts';
import { allow, dev, fence, guard, ours, subject, text, tree } from './good-edit.ts';

const on = { sources: { simulate: true } };
const tried = ['dms:CreateEndpoint', 'lex:CreateBot', 's3:GetObject', 's3:PutObject', 'iam:CreateRole'];

/** What the simulator says of every chain under an edit; `lies` turns an answer round. */
function simulated(
  given: ProofSubject,
  actions: readonly string[] = tried,
  lies: (action: string, isAfter: boolean) => boolean = () => false,
): SimulatedChains {
  return new Map(
    chainsToSimulate(given).chains.flatMap(({ after, before }) =>
      [before, after].map(({ context, id, levels }) => {
        const allowed = actions.map((action) => [
          action,
          allowedByOrganization(levels, action, context) !== lies(action, id === after.id),
        ]);
        return [id, { allowed: Object.fromEntries(allowed) as Record<string, boolean> }] as const;
      }),
    ),
  );
}

const good = subject({ settings: on });
const outcome = (answers: SimulatedChains | undefined, given: ProofSubject = good) =>
  secondJudge.check(answers ? { ...given, simulated: answers } : given);

test('it agrees', () => {
  const { detail, verdict } = outcome(simulated(good));
  expect(verdict).toBe('ok');
  expect(detail).toContain('10 actions under 2 distinct chains of SCPs');
});

test('a change that adds an SCP', () => {
  const edit = { policyId: null, before: null, after: text(ours) };
  const given = subject({ settings: on, edit });
  expect(outcome(simulated(given), given).verdict).toBe('ok');
});

test.each<[string, (action: string, isAfter: boolean) => boolean, string]>([
  [
    'a denied service stays allowed',
    (action, isAfter) => action === 'lex:CreateBot' && isAfter,
    'lex:CreateBot in dev-1',
  ],
  [
    'a service in use is denied',
    (action, isAfter) => action === 's3:GetObject' && isAfter,
    'AWS says allowed and denied',
  ],
  [
    'it was denied before',
    (action, isAfter) => action === 'dms:CreateEndpoint' && !isAfter,
    'AWS says denied and denied',
  ],
])('any disagreement fails and names action, chain and both answers: %s', (_, lies, says) => {
  const { detail, verdict } = outcome(simulated(good, tried, lies));
  expect(verdict).toBe('failed');
  expect(detail).toContain(says);
  expect(detail).toContain('222222222221');
  const certificate = prove({ ...good, simulated: simulated(good, tried, lies) });
  expect(certificate.ok).toBe(false);
});

test('what is missing is not proven', () => {
  const [first] = chainsToSimulate(good).chains;
  const failed = new Map([...simulated(good), [first?.after.id ?? '', { failure: 'AccessDenied' }]] as const);
  expect(outcome(undefined).verdict).toBe('not-proven');
  expect(outcome(new Map()).detail).toContain('2 distinct chains of SCPs of 2');
  expect(outcome(failed).detail).toContain('AccessDenied');
  expect(outcome(simulated(good, ['lex:CreateBot'])).detail).toContain('no action of dms');
  const unread = subject({
    settings: on,
    policies: [
      fullAccess(tree),
      policy('p-trial0001', text(allow, guard), [target(tree, dev)]),
      policy('p-unread000', '', [target(tree, dev)], { text: null }),
    ],
  });
  expect(outcome(simulated(unread), unread).verdict).toBe('not-proven');
});

test('it is in the certificate where it is configured or must be proven, and nowhere else', () => {
  const named = (settings: object) =>
    prove(subject({ settings })).checks.find(({ name }) => name === 'second-judge')?.verdict;
  expect(named({})).toBeUndefined();
  expect(named(on)).toBe('not-proven');
  expect(named({ requireProven: ['second-judge'] })).toBe('not-proven');
});

// A conditional deny: where nobody asked from that Region, it takes nothing.
const fenced = subject({
  settings: on,
  policies: [
    fullAccess(tree),
    policy('p-trial0001', text(allow, guard), [target(tree, dev)]),
    policy('p-fence0000', text(fenceOf('us-east-1')), [target(tree, dev)]),
  ],
});

const oops = { Sid: 'Oops', Effect: 'Deny', Action: 's3:*', Resource: '*' };
const blind: typeof standingOf = (levels, namespace) =>
  standingOf(
    levels.map((level) =>
      level.map((document) => ({
        ...document,
        statements: document.statements.filter(({ sid }) => sid !== 'Oops'),
      })),
    ),
    namespace,
  );

test.each<[string, object, 'failed' | 'not-proven']>([
  [
    'a fence around the first Region',
    { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1'] } },
    'failed',
  ],
  ['a fence around another Region', { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] } }, 'failed'],
  ['a fence around Regions by pattern', { StringNotLike: { 'aws:RequestedRegion': ['eu-*'] } }, 'failed'],
  ['a perimeter of the organization', { StringNotEquals: { 'aws:PrincipalOrgID': tree.id } }, 'failed'],
  ['a perimeter of a network', { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }, 'not-proven'],
])('what an evaluator does not see is never ok behind %s', (_, Condition, expected) => {
  const given = subject({
    settings: on,
    edit: { services: ['lex', 'dms'], after: text(allow, guard, ours, oops) },
    policies: [
      fullAccess(tree),
      policy('p-trial0001', text(allow, guard), [target(tree, dev)]),
      policy('p-fence0000', text({ ...fence, Condition }), [target(tree, dev)]),
    ],
  });
  const { detail, verdict } = judgedWith(blind, { ...given, simulated: simulated(given) });
  expect([verdict, detail]).toEqual([expected, expect.stringContaining('s3')]);
});

test('a service in use that was not simulated is named', () => {
  const { detail, verdict } = outcome(simulated(good, ['dms:CreateEndpoint', 'lex:CreateBot']));
  expect([verdict, detail]).toEqual(['not-proven', expect.stringContaining('no action of s3')]);
});

function fenceOf(region: string): object {
  return { ...fence, Condition: { StringNotEquals: { 'aws:RequestedRegion': [region] } } };
}

test('a condition: our evaluator leaves it open, and the edit changes nothing of it', () => {
  expect(outcome(simulated(fenced), fenced).verdict).toBe('ok');
  const changes = simulated(fenced, tried, (action, isAfter) => action === 's3:GetObject' && isAfter);
  expect(outcome(changes, fenced).detail).toContain('we say depends before and depends after');
});

test('a fault in our evaluator is caught: a deny with a condition that it takes for a whole one', () => {
  const faulty: typeof standingOf = (levels, namespace) => {
    const standing = standingOf(levels, namespace);
    return standing.denial === 'conditional' ? { listed: false, denial: 'whole' } : standing;
  };
  const { detail, verdict } = judgedWith(faulty, { ...fenced, simulated: simulated(fenced) });
  expect(verdict).toBe('failed');
  expect(detail).toContain('we say denied before and denied after, AWS says allowed and');
});
