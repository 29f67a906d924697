import { groupBy } from '../../core/base/lists.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import type { EntityResult, ReviewResult } from '../../core/review/review-result.ts';
import { matrixOf, saysMore } from './matrix.ts';

/** How a service stands at an entity. `not found`: in use, denied already, or not reported there. */
export type HeatState = 'lapsed' | 'never used' | 'kept' | 'unknown' | 'not found';

/** One service, or services that stand alike, at one entity. */
export interface HeatCell {
  readonly state: HeatState;
  /** A proposed change denies it. */
  readonly isProposed: boolean;
  /** Of a lapsed service: days since its last use, or of the least long unused of those that stand alike. */
  readonly days: number;
}

/** Services that stand alike at every entity. */
export interface HeatRow {
  readonly services: readonly { readonly namespace: string; readonly name: string }[];
  /** In the order of the map's entities. */
  readonly cells: readonly HeatCell[];
}

/** Services by entities: the entities that have findings of their own, changes or no evidence; what lies below stands as they do. */
export interface HeatMap {
  readonly entities: readonly EntityResult[];
  readonly rows: readonly HeatRow[];
}

/** Days by which lapsed services are told apart in one row. */
const step = 60;

/** The heat map of a review: lapsed services first, then those that most entities never used. */
export function heatMapOf(result: ReviewResult): HeatMap {
  const rows = matrixOf(result).filter(saysMore);
  const found = new Map(
    result.findings.map((finding) => [keyOf(finding.entityId, finding.serviceNamespace), finding]),
  );
  const services = new Map(
    result.findings.map(({ serviceName, serviceNamespace }) => [serviceNamespace, serviceName]),
  );
  const lines = [...services].map(([namespace, name]) => ({
    service: { namespace, name },
    cells: rows.map(({ entity, evidence }) =>
      cellOf(findingAt(entity, namespace, found), evidence === 'unknown'),
    ),
  }));
  const alike = groupBy(lines, ({ cells }) => cells.map(textOf).join(','));
  const grouped = [...alike.values()].map(
    (members): HeatRow => ({
      services: members.map(({ service }) => service).sort((a, b) => (a.namespace < b.namespace ? -1 : 1)),
      cells: rows.map((_, index) => leastLong(members.flatMap(({ cells }) => cells[index] ?? []))),
    }),
  );
  return { entities: rows.map(({ entity }) => entity), rows: grouped.sort(byUrgency) };
}

/** The finding that holds there: its own, or the one of the nearest entity above. */
function findingAt(
  { path }: EntityResult,
  namespace: string,
  found: ReadonlyMap<string, FindingResult>,
): FindingResult | undefined {
  const chain = path.split('/').slice(1).reverse();
  const holder = chain.find((id) => found.has(keyOf(id, namespace)));
  return holder === undefined ? undefined : found.get(keyOf(holder, namespace));
}

function cellOf(finding: FindingResult | undefined, isUnknown: boolean): HeatCell {
  if (finding === undefined)
    return { state: isUnknown ? 'unknown' : 'not found', isProposed: false, days: 0 };
  const { daysUnused, kind, outcome, status } = finding;
  const unused = kind === 'lapsed' ? 'lapsed' : 'never used';
  return {
    state: status === 'open' ? unused : 'kept',
    isProposed: outcome === 'proposed',
    days: status === 'open' ? (daysUnused ?? 0) : 0,
  };
}

function leastLong(cells: readonly HeatCell[]): HeatCell {
  return cells.reduce((least, cell) => (cell.days < least.days ? cell : least));
}

function textOf({ days, isProposed, state }: HeatCell): string {
  return `${state} ${isProposed} ${Math.floor(days / step)}`;
}

function byUrgency(a: HeatRow, b: HeatRow): number {
  return rank(b) - rank(a) || b.services.length - a.services.length;
}

function rank({ cells }: HeatRow): number {
  const has = (state: HeatState): boolean => cells.some((cell) => cell.state === state);
  if (has('lapsed')) return 3;
  return has('never used') ? 2 : 1;
}

function keyOf(entityId: string, namespace: string): string {
  return `${entityId} ${namespace}`;
}
