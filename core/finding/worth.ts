import { sum } from '../base/lists.ts';
import { chainOf, type Entity, entityOf } from '../organization/organization.ts';
import type { CompletedReport } from './access-report.ts';
import type { Knowledge } from './knowledge.ts';

/** What is needed to tell what a report would decide. */
interface Weighed {
  readonly knowledge: Knowledge;
  readonly depth: 'ou' | 'account';
  /** How many accounts below an entity are judged. */
  readonly judged: (entity: Entity) => number;
}

/**
 * How many open pairs of account and service the report of an entity can be expected to decide, by the services that are
 * open there. An unused service is decided for every account below, a used one for those of which nothing lower is
 * asked. Where that is little, the mean over all reports below counts, because theirs cannot be asked before it.
 */
export function worthOf(weighed: Weighed, entity: Entity, openServices: readonly string[]): number {
  const { depth, judged, knowledge } = weighed;
  const accounts = judged(entity);
  if (entity.type === 'account') return openServices.length;
  const lower = entity.childIds.map((id) => entityOf(knowledge.tree, id));
  const own = depth === 'account' ? 0 : accounts - sum(lower.filter(({ type }) => type === 'ou').map(judged));
  const above = nearestAbove(knowledge, entity);
  let decided = 0;
  for (const service of openServices) {
    const unused = chanceUnused(knowledge, above, entity, service);
    decided += accounts * unused + own * (1 - unused);
  }
  return Math.max(decided, (accounts * openServices.length) / reportsBelow(weighed, entity));
}

/**
 * The chance that none of the users that the report above counts is among the accounts below the entity, if each is as likely
 * to be one. Users often are neighbours, so it is rather too small.
 */
function chanceUnused(
  { tree }: Knowledge,
  above: CompletedReport | null,
  entity: Entity,
  service: string,
): number {
  const users = above?.rows.get(service)?.accountsEverUsed;
  if (above === null || users === undefined) return 0;
  const { endAccount, firstAccount } = entityOf(tree, above.entityId);
  return (1 - (entity.endAccount - entity.firstAccount) / (endAccount - firstAccount)) ** users;
}

function nearestAbove({ reports, tree }: Knowledge, entity: Entity): CompletedReport | null {
  for (const { id } of chainOf(tree, entity.id).slice(0, -1).reverse()) {
    const report = reports.get(id);
    if (report?.status === 'completed') return report;
  }
  return null;
}

/** How many reports an entity and all that is judged below it have. */
function reportsBelow({ depth, knowledge, judged }: Weighed, entity: Entity): number {
  const lower = entity.childIds
    .map((id) => entityOf(knowledge.tree, id))
    .filter((child) => (child.type === 'ou' || depth === 'account') && judged(child) > 0);
  return (
    1 +
    sum(
      lower.map((child) =>
        child.type === 'account' ? 1 : reportsBelow({ depth, knowledge, judged }, child),
      ),
    )
  );
}
