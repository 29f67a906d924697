import type { Role } from './account-identities.ts';
import type { IdentityReport } from './identity-report.ts';

/** The last use of a role, or null: by AWS's own record of it, or by any row of its report. Either may know of a later one. */
export function lastUseOfRole(role: Role | undefined, report: IdentityReport | undefined): Role['lastUsed'] {
  const rows = report?.status === 'completed' ? [...report.rows.values()] : [];
  const uses = rows.flatMap(({ lastAccessedAt: at, lastAccessedRegion: region }) =>
    at === null ? [] : [{ at, region }],
  );
  return [role?.lastUsed ?? [], uses].flat().reduce<Role['lastUsed']>((last, use) => {
    return last === null || use.at > last.at ? use : last;
  }, null);
}
