import type { Progress } from '../../flow/collect.ts';
import { counted } from '../../web/components/visible-text.ts';
import { presentableName } from '../../web/report/presentable.ts';

/** A line about what a review has just done, or null where there is nothing to say yet. */
export function renderProgress(progress: Progress): string | null {
  switch (progress.kind) {
    case 'organization-read':
      return `organization read: ${counted(progress.accounts, 'member account')}, ${counted(progress.policies, 'SCP')}`;
    case 'report-started':
      return null;
    case 'report-ended': {
      const name = `report on ${presentableName(progress.name)} (${progress.entityId})`;
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
  }
}

/** What a review is waiting for, or null where it waits for nothing. */
export function renderWaiting(progress: Progress): string | null {
  return progress.kind === 'report-started' ? `report on ${presentableName(progress.name)} …` : null;
}
