import { groupBy } from '../../core/base/lists.ts';
import { type Totals, totalsOf } from '../../core/review/outcome.ts';
import type { ChangeResult, EntityResult, ReviewResult } from '../../core/review/review-result.ts';

/** One entity at a glance: what is unused there, and what the review does about it. */
export interface MatrixRow {
  readonly entity: EntityResult;
  /** Of the findings that are given at this entity. */
  readonly own: Totals;
  /** Findings of the entities above it, which hold here too. */
  readonly above: { readonly lapsed: number; readonly neverUsed: number };
  /** Changes that are attached here. */
  readonly changes: readonly ChangeResult[];
  /** The highest risk among them; null: none. */
  readonly risk: ChangeResult['risk']['level'] | null;
  /** `unknown`: its report failed or was not made; `not judged`: it holds no active account. */
  readonly evidence: 'known' | 'unknown' | 'not judged';
}

const riskLevels = ['low', 'medium', 'high'] as const;

/** Every entity of the review, in the order of their paths. */
export function matrixOf(result: ReviewResult): readonly MatrixRow[] {
  const byEntity = groupBy(result.findings, ({ entityId }) => entityId);
  const own = new Map([...byEntity].map(([id, findings]) => [id, totalsOf(findings)]));
  const changes = changesByTarget(result.changes);
  return result.entities.map((entity) => {
    const here = changes.get(entity.id) ?? [];
    return {
      entity,
      own: own.get(entity.id) ?? totalsOf([]),
      above: above(entity, own),
      changes: here,
      risk: riskLevels.findLast((level) => here.some(({ risk }) => risk.level === level)) ?? null,
      evidence: evidenceOf(entity),
    };
  });
}

/** Whether the row says more than the rows above it. */
export function saysMore({ changes, evidence, own }: MatrixRow): boolean {
  return own.found > 0 || changes.length > 0 || evidence === 'unknown';
}

function changesByTarget(changes: readonly ChangeResult[]): ReadonlyMap<string, readonly ChangeResult[]> {
  const pairs = changes.flatMap((change) => change.targets.map(({ id }) => ({ id, change })));
  const grouped = groupBy(pairs, ({ id }) => id);
  return new Map([...grouped].map(([id, members]) => [id, members.map(({ change }) => change)]));
}

function above(entity: EntityResult, own: ReadonlyMap<string, Totals>): MatrixRow['above'] {
  const upper = entity.path.split('/').slice(1, -1);
  const totals = upper.flatMap((id) => own.get(id) ?? []);
  return {
    lapsed: totals.reduce((sum, { kinds }) => sum + kinds.lapsed, 0),
    neverUsed: totals.reduce((sum, { kinds }) => sum + kinds['never-used'], 0),
  };
}

function evidenceOf({ report }: EntityResult): MatrixRow['evidence'] {
  if ('notJudged' in report) return 'not judged';
  return 'failed' in report || 'pending' in report ? 'unknown' : 'known';
}
