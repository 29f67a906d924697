import { describe, expect, test } from '@jest/globals';
import { type ContentV1, upToDate } from '../../core/change/content/content-v1.ts';
import { changeDigest, digestMismatch } from '../../core/change/content/digest.ts';
import { editOf } from '../../core/change/content/edit.ts';
import samples from '../cases/storage/v1/contents.json' with { type: 'json' };
import { content, newPolicyContent } from './samples.ts';

const stored = samples.map((sample) => ({ ...sample, v1: sample.content as unknown as ContentV1 }));
const [edit, creation] = stored.map(({ v1 }) => v1) as [ContentV1, ContentV1];

describe('a content that was stored by version 1', () => {
  test.each(stored)('$name reads as today, and its digest still stands for it', ({ v1 }) => {
    const read = upToDate(v1);
    expect(editOf(read)).toMatchObject({
      policyId: v1.policyId,
      policyName: v1.policyName,
      before: v1.before,
      after: v1.after,
    });
    expect(read.digest).toBe(v1.digest);
    expect(digestMismatch(read)).toBeNull();
    expect(upToDate(read)).toBe(read);
    const today = v1.policyId === null ? newPolicyContent() : content();
    expect(read.steps.map(({ resource }) => resource.type)).toEqual(
      today.steps.map(({ resource }) => resource.type),
    );
    expect(changeDigest({ ...read, format: 2 })).not.toBe(v1.digest);
  });

  test.each<[string, ContentV1]>([
    ['another text shown than digested', { ...edit, after: `${edit.after} ` }],
    ['another text to restore', { ...edit, before: '{}' }],
    ['another SCP', { ...edit, policyId: 'p-other' }],
    ['another name of the new SCP', { ...creation, policyName: 'Other' }],
    ['another target', { ...creation, targets: [{ id: 'ou-other', type: 'ou', name: 'Other' }] }],
    ['no attachment', { ...creation, steps: creation.steps.slice(0, 1) }],
  ])('with %s is not what its digest says', (_, altered) => {
    expect(digestMismatch(upToDate(altered))).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('with another copy of its texts in its steps is read as it was shown', () => {
    const steps = edit.steps.map((step) => ({ ...step, after: '{}' }));
    const undoSteps = [{ kind: 'restore-policy', policyId: 'p-other', expected: '{}', content: '{}' }];
    expect(upToDate({ ...edit, steps, undoSteps })).toEqual(upToDate(edit));
  });
});
