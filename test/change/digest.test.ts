import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '../../core/base/canonical-json.ts';
import { sha256 } from '../../core/base/sha256.ts';
import type { ChangeContent, Step } from '../../core/change/content/change.ts';
import { baseDigest, changeDigest, changeId } from '../../core/change/content/digest.ts';
import { findingId } from '../../core/finding/finding-id.ts';
import { beforeText, content, newPolicyContent } from './samples.ts';

const sample = content();
const created = newPolicyContent();
const [update] = sample.steps;
if (update?.resource.type !== 'policy-text') throw new Error('the sample has other steps');
const { resource } = update;

type Edit = (whole: ChangeContent) => Partial<ChangeContent>;
const covered: Readonly<Record<string, Edit>> = {
  id: () => ({ id: 'chg-other' }),
  revision: () => ({ revision: 2 }),
  services: () => ({ services: ['lex'] }),
  'the text sent': () => ({ steps: [{ ...update, after: `${update.after} ` }] }),
  'the text expected and restored': () => ({ steps: [{ ...update, before: '{}' }] }),
  'the SCP': () => ({
    steps: [{ ...update, resource: { type: 'policy-text', policyId: 'p-other', name: resource.name } }],
  }),
  targets: () => ({ targets: [{ id: 'ou-other', type: 'ou', name: 'Development' }] }),
  'an account': () => ({ accountIds: [...sample.accountIds, '444444444444'] }),
  base: () => ({ baseDigest: baseDigest(beforeText, []) }),
  'a verdict': () => ({
    certificate: {
      ok: true,
      checks: sample.certificate.checks.map((check) => ({ ...check, verdict: 'ok' })),
    },
  }),
  'a check': () => ({ certificate: { ok: true, checks: sample.certificate.checks.slice(1) } }),
  threshold: () => ({ thresholdDays: 181 }),
  'required approvals': () => ({ requiredApprovals: 2 }),
};
const uncovered: Readonly<Record<string, Edit>> = {
  'the explanation of a check': () => ({
    certificate: {
      ok: true,
      checks: sample.certificate.checks.map((check) => ({ ...check, detail: 'other words' })),
    },
  }),
  'the name of an SCP that exists': () => ({
    steps: [{ ...update, resource: { ...resource, name: 'Renamed' } }],
  }),
  'names of targets': () => ({ targets: sample.targets.map((target) => ({ ...target, name: 'Renamed' })) }),
  'order of targets and accounts': () => ({ accountIds: [...sample.accountIds].reverse() }),
  'names of accounts': () => ({ affectedAccounts: [] }),
  'times and jobs': () => ({ asOf: 0, reviewId: 'rev-2', evidence: [], findingIds: [] }),
  'risk, choice and words': () => ({ risk: { level: 'high', flags: [] }, choice: [], confirm: 'Renamed' }),
};

describe('the digest of a change', () => {
  test.each(Object.entries(covered))('changes with %s', (_, edit) => {
    expect(changeDigest({ ...sample, ...edit(sample) })).not.toBe(sample.digest);
  });

  test.each(Object.entries(uncovered))('does not change with %s', (_, edit) => {
    expect(changeDigest({ ...sample, ...edit(sample) })).toBe(sample.digest);
  });

  test('covers name, description and order of the steps of a new SCP', () => {
    const [create, attach] = created.steps;
    if (create?.resource.type !== 'policy-text' || create.resource.policyId !== null || !attach)
      throw new Error('the sample has other steps');
    const other: Step = { ...attach, resource: { type: 'attachment', targetId: 'ou-other' } };
    const others: readonly (readonly Step[])[] = [
      [{ ...create, resource: { ...create.resource, name: 'Other' } }, attach],
      [{ ...create, resource: { ...create.resource, description: 'Other' } }, attach],
      [{ ...create, after: '{}' }, attach],
      [attach, create],
      [create, other],
      [create],
    ];
    const digests = others.map((steps) => changeDigest({ ...created, steps }));
    expect(new Set([created.digest, ...digests]).size).toBe(others.length + 1);
  });

  test('is 64 hex digits, always the same', () => {
    expect(sample.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(changeDigest(JSON.parse(JSON.stringify(sample)))).toBe(sample.digest);
  });
});

describe('ids', () => {
  test('of findings and changes are the first 12 digits of the hash that the contract names', () => {
    expect(findingId('o-1', 'ou-1', 'lex')).toBe(`fnd-${sha256('o-1|ou-1|lex').slice(0, 12)}`);
    expect(changeId('o-1', { policyId: 'p-1' }, 'base')).toBe(`chg-${sha256('o-1|p-1|base').slice(0, 12)}`);
    expect(changeId('o-1', { newAtTarget: 'ou-1' }, 'base')).toBe(
      `chg-${sha256('o-1|new:ou-1|base').slice(0, 12)}`,
    );
  });

  test('of the base tell a missing SCP from an empty one and do not depend on the order of targets', () => {
    expect(baseDigest(null, [])).not.toBe(baseDigest('', []));
    expect(baseDigest('{}', ['b', 'a'])).toBe(baseDigest('{}', ['a', 'b']));
    expect(baseDigest('{}', ['a'])).not.toBe(baseDigest('{}', ['a', 'b']));
  });

  test('sha256 is the known one', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('canonical JSON', () => {
  test.each([
    [{ b: 1, a: [true, null, 'x'], c: undefined }, '{"a":[true,null,"x"],"b":1}'],
    [
      { '\u20ac': 1, '\r': 2, '1': 3, '\ufb33': 4, '\ud83d\ude00': 5 },
      '{"\\r":2,"1":3,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":4}',
    ],
    [[1e21, -0, 0.1], '[1e+21,0,0.1]'],
  ])('%#: %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %p', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });

  test('a lone surrogate is written as its escape, which is no other text', () => {
    expect(canonicalJson('\ud800')).toBe('"\\ud800"');
    expect(canonicalJson('\\ud800')).toBe('"\\\\ud800"');
  });
});
