import table from './service-losses.json' with { type: 'json' };

/** How much stops where a service that was taken for unused is needed after all. */
export type LossLevel = 'high' | 'medium' | 'low';

/** What the loss of a service would stop, in a phrase. */
export interface ServiceLoss {
  readonly level: LossLevel;
  readonly why: string;
}

// Sources: what each service is for by the first page of its user guide; for `low`, the list of services that AWS has ended,
// will end or no longer offers to new customers ("AWS Product Lifecycle" page) and services that are named a preview.
// `service-weights` says something else: what misuse of a service would cost.
const losses: ReadonlyMap<string, ServiceLoss> = new Map(
  table.flatMap(({ level, services, why }) =>
    services.map((namespace) => [namespace, { level: level as LossLevel, why }] as const),
  ),
);
const unnamed: ServiceLoss = { level: 'medium', why: 'serves the programs that call it, and no others' };
const order: readonly LossLevel[] = ['high', 'medium', 'low'];

/** What the loss of the service would stop; a service that is not in the table is of the middle level. */
export function lossOf(namespace: string | null): ServiceLoss {
  return losses.get(namespace ?? '') ?? unnamed;
}

/** Orders services by how much their loss would stop, the most first; equal ones keep their order in a stable sort. */
export function byLoss(a: string | null, b: string | null): number {
  return order.indexOf(lossOf(a).level) - order.indexOf(lossOf(b).level);
}
