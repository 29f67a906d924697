import type { CompletedReport } from '../finding/access-report.ts';
import { chainOf } from '../organization/organization.ts';
import { obstaclesAt, type PolicyIndex, standingUnder } from '../policy/policy-index.ts';
import { isStronger } from '../policy/standing.ts';

/** A service that the account uses and that the SCPs of the new place take away or narrow. */
export interface LostByMove {
  readonly serviceNamespace: string;
  readonly serviceName: string;
  /** The last use that AWS reports, in epoch milliseconds. */
  readonly lastAccessedAt: number;
  /** `denied`: every call. `all-but-some`: every call but those of named principals. `in-part`: some actions, resources or conditions. */
  readonly how: 'denied' | 'all-but-some' | 'in-part';
  /** What in the new place does it, in words: SCPs that deny it, and levels that do not allow it. */
  readonly because: readonly string[];
}

/** What is asked: an account, where it would go, and since when use counts. */
export interface Move {
  readonly accountId: string;
  /** The root or OU that it would be moved to. */
  readonly toId: string;
  /** Use at or after this instant counts, in epoch milliseconds. */
  readonly cutOff: number;
}

/** What an account would lose of the services that it uses. SCPs that are attached to the account itself go with it; those above are exchanged. */
export function checkMove(
  index: PolicyIndex,
  { accountId, cutOff, toId }: Move,
  report: CompletedReport,
): readonly LostByMove[] {
  const before = chainOf(index.tree, accountId).map(({ id }) => id);
  const after = [...chainOf(index.tree, toId).map(({ id }) => id), accountId];
  const entered = after.filter((id) => !before.includes(id));
  return [...report.rows.values()]
    .flatMap(({ lastAccessedAt, serviceName, serviceNamespace }): readonly LostByMove[] => {
      if (lastAccessedAt === null || lastAccessedAt < cutOff) return [];
      const was = standingUnder(index, before, serviceNamespace);
      const becomes = standingUnder(index, after, serviceNamespace);
      const isMore = !becomes.listed || isStronger(becomes.denial, was.denial);
      // What is denied where the account is cannot be lost by moving it.
      if (!was.listed || !isMore) return [];
      const how = !becomes.listed
        ? 'denied'
        : becomes.denial === 'principals-exempt'
          ? 'all-but-some'
          : 'in-part';
      const because = obstaclesAt(index, entered, serviceNamespace, was.denial);
      return [{ serviceNamespace, serviceName, lastAccessedAt, how, because }];
    })
    .sort((a, b) => (a.serviceNamespace < b.serviceNamespace ? -1 : 1));
}
