import { counted } from '../../core/base/counted.ts';
import { nameWithId } from '../../core/organization/organization.ts';
import type { Progress } from '../../flow/progress.ts';
import { presentableName } from '../../web/report/presentable.ts';

/** Sources: IAM User Guide "Methods to assume a role" (role chaining) and "Update the maximum session duration for a role". IAM Identity Center User Guide "Set session duration". */
const longerCredentials =
  'For longer credentials raise the session duration of the permission set or of the role (at most 12 hours) and ask for it, for example with duration_seconds in the AWS profile; a role assumed from another role has 1 hour at most, so assume it from a user or from IAM Identity Center; or review less at a time with --scope';

/** A line about what a review has just done, or null where there is nothing to say yet. */
export function renderProgress(progress: Progress): string | null {
  switch (progress.kind) {
    case 'organization-read':
      return `organization read: ${counted(progress.accounts, 'member account')}, ${counted(progress.policies, 'SCP')}`;
    case 'report-started':
      return null;
    case 'report-ended': {
      const name = `report on ${presentableName(nameWithId({ id: progress.entityId, name: progress.name }))}`;
      const { report } = progress;
      if (report.status === 'failed')
        return `${name}: FAILED, ${report.failure.code}: ${presentableName(report.failure.message)}`;
      const seconds = ((report.completedAt - report.createdAt) / 1000).toFixed(1);
      return `${name}: ${counted(report.rows.size, 'service')}, ${seconds} s`;
    }
    case 'accounts-moved':
      return `${counted(progress.accountIds.length, 'account')} moved while the reports ran; asking again`;
    case 'waiting':
      return `waiting for AWS: ${progress.operation} failed ${counted(progress.failed, 'time')} since ${new Date(progress.since).toISOString().slice(11, 19)} UTC (${presentableName(progress.code)}); trying again`;
    case 'goes-on':
      return 'the time of this invocation is over: the next one goes on';
    case 'asking-ended': {
      const asked = `PARTIAL: ${counted(progress.pending, 'entity', 'entities')} could not be asked: ${presentableName(progress.reason)}`;
      return progress.cause === 'credentials' ? `${asked}. ${longerCredentials}` : asked;
    }
    case 'tree-not-confirmed':
      return `PARTIAL: nothing is proposed, because the organization could not be read again after the reports: ${presentableName(progress.reason)}`;
  }
}

/** What a review is waiting for, or null where it waits for nothing. */
export function renderWaiting(progress: Progress): string | null {
  return progress.kind === 'report-started' ? `report on ${presentableName(progress.name)} …` : null;
}
