import { compareAccess } from '../core/policy/access-comparison.ts';
import { type ActionUniverse, universeOf } from '../core/policy/action-universe.ts';
import { parsePolicy } from '../core/policy/document.ts';
import { type Access, accessOf } from '../core/policy/identity-access.ts';
import { rewritePolicy } from '../core/policy/rewrite-policy.ts';
import type { RewriteRequest, ServiceUse } from '../core/policy/rewrite-statement.ts';
import { expandOnce, expansionFormula, readCatalogue } from './baseline-expansion.ts';
import { atMost, type FigureOptions, interleave, type Row } from './figure.ts';
import { readCorpus } from './policy-corpus.ts';
import { scattered } from './true-reports.ts';

/** Every policy has one of these sets of services in use, half of all each. */
const habits = 16;
/** Large enough that no rewritten text is refused for its size. */
const roomy = 1_000_000;

/** The time of rewriting policies, with half of the services unused, and of proving each new text over every known action. */
export async function measurePolicyRewrites({ quick }: FigureOptions): Promise<readonly Row[]> {
  const catalogue = await readCatalogue();
  const { says, texts } = readCorpus(catalogue);
  const requests = Array.from({ length: habits }, (_, habit) => requestOf(habit, [...catalogue.keys()]));
  const universe = universeOf(new Map([...catalogue].map(([namespace, names]) => [namespace, [...names]])));
  const rewriteAll = (): number => {
    let changed = 0;
    for (const [index, text] of texts.entries()) {
      const request = requests[index % habits] as RewriteRequest;
      if (rewriteAndProve(universe, text, request)) changed += 1;
    }
    return changed;
  };
  const expandAll = (): number => texts.reduce((sum, text) => sum + expandOnce(text, catalogue), 0);
  const changed = rewriteAll();
  if (changed < texts.length / 2 || expandAll() === 0)
    throw new Error(`only ${changed} of ${texts.length} policies were rewritten`);
  const rounds = quick ? 3 : 11;
  const times = await interleave(
    rounds,
    () => milliseconds(rewriteAll),
    () => milliseconds(expandAll),
  );
  return [
    atMost(10, {
      name: 'rewriting and proving AWS managed policies',
      value: times.measured / times.baseline,
      unit: '×',
      against: `${says}, ${changed} of them changed; ${expansionFormula}; median of ${rounds} rounds by turns after one of each`,
    }),
  ];
}

/** Half of the services in use, the others unused. */
function requestOf(habit: number, namespaces: readonly string[]): RewriteRequest {
  const use = namespaces.map((namespace, index): [string, ServiceUse] => [
    namespace,
    scattered(habit, index) % 2 === 0 ? { verdict: 'kept' } : { verdict: 'unused', neverUsed: false },
  ]);
  return { level: 'service', use: new Map(use) };
}

/** Whether the policy was changed. Throws where the proof finds that an edit widens: then the time means nothing. */
function rewriteAndProve(universe: ActionUniverse, text: string, request: RewriteRequest): boolean {
  const rewriting = rewritePolicy(text, request, roomy);
  if (rewriting.kind === 'refused') throw new Error(rewriting.detail);
  if (rewriting.kind === 'unchanged') return false;
  const after = rewriting.kind === 'rewritten' ? accessIn(universe, rewriting.text) : accessOf(universe, []);
  const { deniesLost, widened } = compareAccess(universe, accessIn(universe, text), after);
  if (widened.length + deniesLost.length > 0) throw new Error(`an edit widens: ${text}`);
  return true;
}

function accessIn(universe: ActionUniverse, text: string): Access {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return accessOf(universe, parsed.value.statements);
}

function milliseconds(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
