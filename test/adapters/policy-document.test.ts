import { expect, test } from '@jest/globals';
import { decodeDocument } from '../../adapters/aws/policy-document.ts';

test.each([
  ['a document with every character encoded', '%7B%22a%22%3A%20%22x%2By%2520z%22%7D', '{"a": "x+y%20z"}'],
  ['a plus that was not encoded stands for itself', '%7B%22a%22%3A%22x+y%22%7D', '{"a":"x+y"}'],
  ['a plain text', '{"a":"100%20+"}', '{"a":"100%20+"}'],
])('%s is read as it was stored', (_name, document, text) => {
  expect(decodeDocument('GetPolicyVersion', document)).toBe(text);
});

test.each([['%7B%2'], [''], [undefined]])('%j is refused, never taken for a policy', (document) => {
  expect(() => decodeDocument('GetPolicyVersion', document)).toThrow(
    'GetPolicyVersion was refused: UNREADABLE_ANSWER',
  );
});
