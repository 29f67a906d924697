import { describe, expect, test } from '@jest/globals';
import { knownActionsDate } from '../../core/policy/known-actions.ts';
import { rewritePolicy } from '../../core/policy/rewrite-policy.ts';
import type { RewriteRequest, ServiceUse } from '../../core/policy/rewrite-statement.ts';
import layouts from '../cases/identity/rewrite-layouts.json' with { type: 'json' };
import rewrites from '../cases/identity/rewrites.json' with { type: 'json' };
import worked from '../cases/identity/worked-examples.json' with { type: 'json' };

interface Use {
  readonly level?: string;
  readonly kept?: readonly string[];
  readonly neverUsed?: readonly string[];
  readonly lapsed?: readonly string[];
  readonly narrowed?: Readonly<Record<string, { readonly unused: string[]; readonly listed?: string[] }>>;
}
interface Row extends Use {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly maximumCharacters?: number;
  readonly services?: readonly string[];
  readonly actions?: readonly string[];
  readonly unseen?: readonly string[];
  readonly notes?: readonly string[];
}

function requestOf({ level, kept = [], neverUsed = [], lapsed = [], narrowed = {} }: Use): RewriteRequest {
  const use = new Map<string, ServiceUse>();
  for (const namespace of kept) use.set(namespace, { verdict: 'kept' });
  for (const namespace of neverUsed) use.set(namespace, { verdict: 'unused' });
  for (const namespace of lapsed) use.set(namespace, { verdict: 'unused' });
  for (const [namespace, { unused, listed = [] }] of Object.entries(narrowed))
    use.set(namespace, { verdict: 'narrowed', unused, listed });
  return { level: level === 'action' ? 'action' : 'service', use };
}

function textOf(statements: unknown): string {
  return typeof statements === 'string'
    ? statements
    : JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

describe.each([
  ['worked examples', worked as readonly Row[]],
  ['rewrites', rewrites as readonly Row[]],
])('rewritePolicy, %s', (_, rows) => {
  test.each(rows)('$name', (row) => {
    const result = rewritePolicy(textOf(row.before), requestOf(row), row.maximumCharacters);
    if (typeof row.after === 'string') expect(whatOf(result)).toBe(row.after);
    else
      expect(JSON.parse(result.kind === 'rewritten' ? result.text : whatOf(result)).Statement).toEqual(
        row.after,
      );
    if (result.kind === 'refused') return;
    if (result.kind !== 'unchanged')
      expect([result.loss.services, result.loss.actions]).toEqual([row.services ?? [], row.actions ?? []]);
    if (row.unseen && result.kind !== 'unchanged') expect(result.loss.unseen).toEqual(row.unseen);
    if (row.notes)
      expect(result.notes).toEqual(row.notes.map((note) => note.replace('{date}', knownActionsDate)));
  });
});

function whatOf(result: ReturnType<typeof rewritePolicy>): string {
  return result.kind === 'refused' ? `${result.code}: ${result.detail}` : result.kind;
}

describe('rewritePolicy keeps the layout', () => {
  test.each(layouts)('$name', (row) => {
    for (const lineEnd of ['\n', '\r\n']) {
      const result = rewritePolicy(row.before.join(lineEnd), requestOf(row as Use));
      expect(result.kind === 'rewritten' && result.text).toBe(row.after.join(lineEnd));
    }
  });
});
