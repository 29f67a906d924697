import { couldNotBeTold } from '../adapters/log.ts';
import { readEnvironment, wireLogger } from '../adapters/wire.ts';
import { wireNotify } from '../adapters/wire-notify.ts';
import { withApproverTopics } from '../core/base/configured-reach.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { sweep } from '../flow/sweep.ts';

/** Every minute: expires what nobody decided, reminds, sends what could not be sent before. */
export async function handler(): Promise<void> {
  const environment = readEnvironment();
  const configuration = withApproverTopics(loadConfiguration(), environment.approverTopicPrefix);
  const log = wireLogger(environment, 'sweep');
  const report = await sweep({ ...wireNotify(environment, configuration.slack), configuration });
  for (const changeId of report.expired) log.info({ changeId }, 'expired');
  for (const requestId of report.started) log.info({ requestId }, 'a review that waited is started');
  for (const notice of report.notices) {
    if (notice.failure === null) log.info(notice, 'notice');
    else log.error({ ...notice, ...couldNotBeTold }, 'notice');
  }
  for (const failure of report.sending.failed)
    log.error({ ...failure, ...couldNotBeTold }, 'not sent; tried again');
  for (const failure of report.failed) log.error(failure, 'sweep of a change failed; tried again');
}
