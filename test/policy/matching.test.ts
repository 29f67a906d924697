import { describe, expect, test } from '@jest/globals';
import {
  patternCoversService,
  patternMatchesAction,
  patternTouchesService,
} from '../../core/base/matching.ts';
import actionPatterns from '../cases/policy/action-patterns.json' with { type: 'json' };
import servicePatterns from '../cases/policy/service-patterns.json' with { type: 'json' };

describe('a pattern and a service', () => {
  test.each(servicePatterns)('$pattern on $namespace: touches $touches, covers $covers', (row) => {
    expect(patternTouchesService(row.pattern, row.namespace)).toBe(row.touches);
    expect(patternCoversService(row.pattern, row.namespace)).toBe(row.covers);
  });
});

describe('a pattern and an action', () => {
  test.each(actionPatterns)('$pattern matches $action: $matches', ({ pattern, action, matches }) => {
    expect(patternMatchesAction(pattern, action)).toBe(matches);
  });

  test('a pattern of many stars is answered at once', () => {
    expect(patternMatchesAction(`s3:${'*a'.repeat(60)}`, `s3:${'a'.repeat(500)}b`)).toBe(false);
  });
});
