import { describe, expect, test } from '@jest/globals';
import { foreignOwners } from '../../core/policy/foreign-owners.ts';
import { ownershipOf, ownershipSentence } from '../../core/policy/foreign-policies.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import rows from '../cases/policy/foreign-policies.json' with { type: 'json' };

interface Row {
  readonly name: string;
  readonly policy: Partial<ServiceControlPolicy>;
  readonly patterns: readonly string[];
  /** What the refusal says, or null for an SCP that is not foreign. */
  readonly owner: string | null;
  readonly mark?: string;
  readonly editable?: readonly string[];
  /** `tags` of the configuration. */
  readonly configured?: Readonly<Record<string, string>>;
  readonly reverted?: true;
}

const plain: ServiceControlPolicy = {
  id: 'p-example1',
  name: '',
  awsManaged: false,
  text: '',
  targets: [],
  tags: {},
};
const putBack = { changeId: 'chg-1', policyId: 'p-example1', targetIds: [], services: ['lex'] };

describe('who owns an SCP', () => {
  test.each(rows as readonly Row[])('$name: $owner', (row) => {
    const policy = { ...plain, ...row.policy };
    const settings = {
      editablePolicies: [...(row.editable ?? ['*'])],
      foreignPolicies: [...row.patterns],
      tags: { ...row.configured },
    };
    const found = ownershipOf(policy, settings, row.reverted ? [putBack] : []);
    if (row.owner === null || !found) expect(found?.owner ?? null).toBe(row.owner);
    else {
      const sentence = ownershipSentence(policy, found);
      expect(sentence).toContain(row.owner);
      expect(sentence).toContain(row.mark ?? '');
      expect(sentence.includes('put p-example1 into editablePolicies')).toBe(found.overrulable);
    }
  });
});

test('every owner that is known has a case', () => {
  const shown = (rows as readonly Row[]).map(({ owner }) => owner ?? '');
  expect(
    foreignOwners.filter(({ owner }) => !shown.some((each) => each !== '' && owner.includes(each))),
  ).toEqual([]);
});
