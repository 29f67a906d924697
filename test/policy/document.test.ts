import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../core/policy/document.ts';
import { readJson } from '../../core/policy/json-text.ts';
import documents from '../cases/policy/documents.json' with { type: 'json' };
import malformed from '../cases/policy/malformed-documents.json' with { type: 'json' };

describe('parsePolicy reads', () => {
  test.each(documents)('$name', ({ text, version, statements }) => {
    const result = parsePolicy(text);
    expect(result.ok && result.value.statements).toEqual(statements);
    expect(result.ok && result.value.version).toBe(version);
  });

  test('a condition key that objects have by nature', () => {
    const text =
      '{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"__proto__":"x"}}}]}';
    const result = parsePolicy(text);
    expect(result.ok && Object.entries(result.value.statements[0]?.condition?.Bool ?? {})).toEqual([
      ['__proto__', ['x']],
    ]);
  });
});

describe('parsePolicy refuses, saying where', () => {
  test.each(malformed)('$name', ({ text, says }) => {
    const result = parsePolicy(text);
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.reasons[0].code).toBe('MALFORMED_POLICY');
    expect(result.reasons[0].detail).toContain(says);
  });

  test('a text nested beyond reason', () => {
    const result = parsePolicy(`{"Statement":${'['.repeat(5000)}${']'.repeat(5000)}}`);
    expect(!result.ok && result.reasons[0].detail).toContain('nested');
  });
});

test('a text is read once for whoever asks next, and the texts of a whole account are not kept', () => {
  const text = (sid: number): string => `{"Sid":"${sid}"}`;
  const first = readJson(text(0));
  for (let sid = 1; sid < 8; sid += 1) readJson(text(sid));
  expect(readJson(text(0))).toBe(first);
  readJson(text(8));
  expect(readJson(text(0))).not.toBe(first);
});
