import { patternTouchesService } from '../base/matching.ts';
import type { Statement } from '../policy/document.ts';
import { allowsNeverRecorded } from '../policy/rewrite-statement.ts';
import { neverRecorded, unseenServices } from '../policy/unseen-use.ts';
import { reachedBy } from './account-index.ts';
import type { ActionCatalogue } from './action-use.ts';
import type { DeleteQuestion, DeleteReason } from './delete-question.ts';
import { touchesUnseen } from './granted-services.ts';
import { pathsOf } from './grants.ts';
import type { CompletedIdentityReport } from './identity-report.ts';
import { namedServices, unlistedServices } from './unlisted-services.ts';

/** What the texts allow, by whatever pattern, and the report cannot tell of: what AWS does not record, and what the report does not list. */
export function unknownUse(
  { catalogue, cutOff, index, subject }: DeleteQuestion,
  report: CompletedIdentityReport,
): readonly DeleteReason[] {
  const bearers = [index.principals.get(subject.arn) ?? index.bearers.get(subject.arn) ?? []].flat();
  // By what reaches nobody, nothing is used.
  if (bearers.every((bearer) => reachedBy(index, bearer).length === 0)) return [];
  const documents = new Set(pathsOf(index, subject).flatMap(({ source }) => source.document ?? []));
  const allows = [...documents]
    .flatMap(({ statements }) => statements)
    .filter(({ effect }) => effect === 'Allow');
  const unrecorded = unseenServices
    .map(({ namespace }) => namespace)
    // An old date of its API says nothing of what is asked of its data.
    .filter((namespace) => (report.rows.get(namespace)?.lastAccessedAt ?? 0) < cutOff)
    .filter((namespace) => allows.some((statement) => touchesUnseen(statement, namespace)));
  const untracked = [...unrecorded, ...(allows.some(allowsNeverRecorded) ? [neverRecorded.action] : [])];
  const verb = subject.type === 'user' || subject.type === 'role' ? 'may use' : 'grants';
  const reasons: DeleteReason[] = [];
  if (untracked.length > 0) {
    const detail = `${subject.name} ${verb} ${namedServices(untracked)}, whose use AWS's reports may not show`;
    reasons.push({ code: 'NOT_TRACKED', detail });
  }
  // AWS's record of a role's last use covers every service.
  if (subject.type === 'role') return reasons;
  const missing = meantServices(allows, catalogue).filter((namespace) => !report.rows.has(namespace));
  const unlisted = new Set(
    [...unlistedServices(index, catalogue, subject, report), ...missing].filter(
      (namespace) => !unrecorded.includes(namespace),
    ),
  );
  if (unlisted.size > 0) {
    const detail = `${subject.name} ${verb} ${namedServices(unlisted)}, which its report does not list: whether it is used is unknown`;
    reasons.push({ code: 'EVIDENCE_MISSING', detail });
  }
  return reasons;
}

/** The services that statements spell out, known or not, and the known ones that a wildcard within a prefix takes in: `sq?:*`. */
function meantServices(
  statements: readonly Statement[],
  { knownActions }: ActionCatalogue,
): readonly string[] {
  const patterns = statements.flatMap(({ actions }) => (actions.kind === 'action' ? actions.patterns : []));
  return patterns.flatMap((pattern) => {
    const prefix = /^([^:]+):/.exec(pattern)?.[1]?.toLowerCase() ?? '*';
    if (!/[*?]/.test(prefix)) return [prefix];
    // Nothing but stars means no service more than another: `unlistedServices` judges these.
    if (/^\*+$/.test(prefix)) return [];
    return [...knownActions.keys()].filter((namespace) => patternTouchesService(pattern, namespace));
  });
}
