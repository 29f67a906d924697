import type { Logger } from 'pino';
import type { OnProgress } from './progress.ts';

/** Writes a review's progress as log lines: ids and codes, never a policy's text. */
export function logProgress(log: Logger): OnProgress {
  return (progress) => {
    switch (progress.kind) {
      case 'organization-read':
        log.info({ accounts: progress.accounts, policies: progress.policies }, 'organization read');
        return;
      case 'report-started':
        log.debug({ entityId: progress.entityId }, 'report started');
        return;
      case 'report-ended':
        if (progress.report.status === 'failed') {
          log.warn({ entityId: progress.entityId, failure: progress.report.failure }, 'report failed');
        } else {
          const { jobId, rows } = progress.report;
          log.info({ entityId: progress.entityId, jobId, services: rows.size }, 'report completed');
        }
        return;
      case 'accounts-moved':
        log.warn({ accountIds: progress.accountIds }, 'accounts moved while the reports ran; asking again');
        return;
      case 'waiting': {
        const { code, failed, operation, since } = progress;
        log.warn(
          { operation, code, failed, since: new Date(since).toISOString() },
          'AWS throttles or fails a read; waiting and trying again',
        );
        return;
      }
      case 'goes-on':
        log.info({ pending: progress.pending }, 'the time of this invocation is over: the next one goes on');
        return;
      case 'asking-ended':
        log.warn(
          { cause: progress.cause, pending: progress.pending, reason: progress.reason },
          'no more reports are asked for, although some are missing: the review is partial',
        );
        return;
      case 'tree-not-confirmed':
        log.error(
          { reason: progress.reason },
          'the organization could not be read again after the reports: nothing is proposed',
        );
    }
  };
}
