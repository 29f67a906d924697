import { describe, expect, test } from '@jest/globals';
import { type Configuration, parseConfiguration } from '../../core/base/configuration.ts';
import { parseReviewEvent, requestOf } from '../../core/review/review-event.ts';
import { readReviewEvent } from '../../flow/review-event.ts';
import { managementAccountId, now, treeOf } from '../support/small-world.ts';

const tree = treeOf({ Dev: { 'dev-1': { id: '222222222221' } }, boss: { id: managementAccountId } });

function defaults(keys: object = {}): Configuration {
  const parsed = parseConfiguration(keys);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

describe('the event of a review', () => {
  test.each<[string, unknown, string]>([
    ['an unknown field', { scopes: 'r-test' }, 'scopes: is not a field'],
    ['a threshold of no day', { thresholdDays: 0 }, 'thresholdDays: '],
    ['a threshold beyond what AWS tracks', { thresholdDays: 400 }, 'thresholdDays: '],
    ['a threshold that is no whole number', { thresholdDays: 180.5 }, 'thresholdDays: '],
    ['a threshold below the minimum', { thresholdDays: 30 }, 'thresholdDays: 30 is below'],
    ['a time without a dry run', { asOf: '2026-11-01T00:00:00Z' }, 'asOf: only a dry run'],
    ['a time to come', { asOf: '2027-01-01T00:00:00Z', dryRun: true }, 'asOf: '],
    ['a time in words', { asOf: 'yesterday', dryRun: true }, 'asOf: '],
    ['an empty scope', { scope: '' }, 'scope: must be the id'],
    ['a scope that no encoding holds', { scope: 'ou-\ud800' }, 'scope: must be the id'],
    ['no kind at all', { kinds: [] }, 'kinds: '],
    ['more kinds than there are', { kinds: ['lapsed', 'lapsed', 'lapsed'] }, 'kinds: '],
    ['a kind that is none', { kinds: ['unused'] }, 'kinds.0: '],
    ['a policy id that is none', { policyId: 'NewServiceTest' }, 'policyId: '],
    ['a flag in words', { dryRun: 'yes' }, 'dryRun: '],
    ['no object', 'review', 'event: '],
  ])('%s is refused, the field first', (_, event, words) => {
    const parsed = parseReviewEvent(event, defaults(), now);
    expect(parsed.ok ? '' : parsed.reasons[0].detail).toContain(words);
    expect(parsed.ok ? '' : parsed.reasons[0].detail.indexOf(words)).toBe(0);
  });

  test('a text with a byte order mark, as the framework hands it on, is the event in it', () => {
    expect(readReviewEvent('\uFEFF{"dryRun":true}', defaults(), now)).toEqual({ dryRun: true });
    expect(() => readReviewEvent('\uFEFF{"dryRun":', defaults(), now)).toThrow(/^event: /);
    expect(() => readReviewEvent('\uFEFF{"scoop":1}', defaults(), now)).toThrow(/^scoop: /);
    expect(() => readReviewEvent('{"dryRun":true}', defaults(), now)).toThrow(/^event: /);
  });

  test('nothing at all is a review of the root with the defaults', () => {
    const parsed = parseReviewEvent(undefined, defaults(), now);
    const request = parsed.ok ? requestOf(parsed.value, defaults(), tree, { reviewId: 'rev', now }) : null;
    expect(request).toMatchObject({
      ok: true,
      value: { scopeId: 'r-test', thresholdDays: 180, asOf: now, depth: 'ou' },
    });
  });

  test.each([
    ['ou-test-nowhere0', 'there is no root, OU or account'],
    ['Nowhere / Dev', 'there is no root, OU or account'],
    [managementAccountId, 'management account'],
  ])('scope %s: %s', (scope, words) => {
    const request = requestOf({ scope }, defaults(), tree, { reviewId: 'rev', now });
    expect(request.ok ? '' : request.reasons[0].detail).toMatch(/^scope: /);
    expect(request.ok ? '' : request.reasons[0].detail).toContain(words);
  });
});

describe('the configuration', () => {
  const exemption = { entity: 'Dev', service: 'lex', reason: 'audit', owner: 'ana', until: '2027-01-01' };
  test.each<[object, string]>([
    [{ treshold: 1 }, 'treshold: is not a key'],
    [{ thresholdDays: '180' }, 'thresholdDays: '],
    [{ thresholdDays: 60 }, 'thresholdDays: 60 is below'],
    [{ placement: { roots: true } }, 'placement.roots: is not a key'],
    [{ exemptions: [{ ...exemption, until: '5' }] }, 'exemptions.0.until: '],
    [{ exemptions: [{ ...exemption, until: '12/31/2026' }] }, 'exemptions.0.until: '],
    [{ exemptions: [{ ...exemption, owner: '' }] }, 'exemptions.0.owner: '],
    [{ protectedServices: { remove: ['iam'] } }, 'protectedServices.remove.0: '],
  ])('%j is refused, the key first', (keys, words) => {
    const parsed = parseConfiguration(keys);
    expect(parsed.ok ? '' : parsed.reasons[0].detail.slice(0, words.length)).toBe(words);
  });
  test('a good exemption is taken', () => {
    expect(defaults({ exemptions: [exemption] }).exemptions).toEqual([exemption]);
  });
});
