import type { ServiceRow } from '../access/access-report.ts';
import type { ProofSubject } from './subject.ts';

/** What the raw rows of one service say of each member account, by its index in `tree.accounts`. */
export interface RawUse {
  /** 1: some finished report of the account or of an entity above it lists the service. */
  readonly covered: Uint8Array;
  /** 1: a row shows that the account did not use the service since the cut-off. */
  readonly unused: Uint8Array;
  /** The latest use since the cut-off that rows show, by account index. */
  readonly usedAt: ReadonlyMap<number, number>;
}

/**
 * Reads every report for one service. A row without a use, or with a last use before the cut-off, clears all accounts
 * below; a row that counts one account clears all others; a row with a use since the cut-off clears nobody.
 * Use seen in any row wins. A row that names an account which is not below its entity says nothing.
 */
export function readRawUse(subject: ProofSubject, service: string): RawUse {
  const { tree, cutOff } = subject;
  const covered = new Uint8Array(tree.accounts.length);
  const unused = new Uint8Array(tree.accounts.length);
  const usedAt = new Map<number, number>();
  for (const report of subject.reports) {
    const row = report.status === 'completed' ? report.rows.get(service) : undefined;
    const entity = tree.entities.get(report.entityId);
    if (!row || !entity) continue;
    const { firstAccount, endAccount } = entity;
    if (row.lastAccessedAt === null) {
      covered.fill(1, firstAccount, endAccount);
      unused.fill(1, firstAccount, endAccount);
      continue;
    }
    const named = namedAccount(subject, row);
    if (named < firstAccount || named >= endAccount) continue;
    covered.fill(1, firstAccount, endAccount);
    if (row.lastAccessedAt < cutOff) {
      unused.fill(1, firstAccount, endAccount);
      continue;
    }
    usedAt.set(named, Math.max(row.lastAccessedAt, usedAt.get(named) ?? 0));
    if (row.accountsEverUsed === 1) unused.fill(1, firstAccount, endAccount);
  }
  for (const index of usedAt.keys()) unused[index] = 0;
  return { covered, unused, usedAt };
}

function namedAccount({ tree }: ProofSubject, row: ServiceRow): number {
  const id = row.lastAccessedEntityPath?.split('/').filter(Boolean).at(-1) ?? '';
  const entity = tree.entities.get(id);
  return entity?.type === 'account' && entity.firstAccount < entity.endAccount ? entity.firstAccount : -1;
}
