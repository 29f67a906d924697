import { readEnvironment } from '../adapters/environment.ts';
import { couldNotBeTold } from '../adapters/log.ts';
import { wireLogger } from '../adapters/wire.ts';
import { wireNotify, wireSubscribers } from '../adapters/wire-notify.ts';
import { withApproverTopics } from '../core/base/configured-reach.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { lookAtSubscribers } from '../flow/look-at-subscribers.ts';
import { sweep } from '../flow/sweep.ts';

/** Every minute: expires what nobody decided, reminds, sends what could not be sent before. Once a day (`{"look": "subscribers"}`): says whom no mail reaches. */
export async function handler(input?: unknown): Promise<void> {
  const environment = readEnvironment();
  const configuration = withApproverTopics(loadConfiguration(), environment.approverTopicPrefix);
  const log = wireLogger(environment, 'sweep');
  if (isDailyLook(input)) {
    for (const { said, verdict, wayOut } of await lookAtSubscribers(wireSubscribers(), configuration)) {
      if (verdict === 'fail') log.error({ said, wayOut, ...couldNotBeTold }, 'subscribers');
      else log.warn({ said, wayOut }, 'subscribers');
    }
    return;
  }
  const report = await sweep({ ...wireNotify(environment, configuration.slack), configuration });
  for (const changeId of report.expired) log.info({ changeId }, 'expired');
  for (const notice of report.notices) {
    if (notice.failure === null) log.info(notice, 'notice');
    else log.error({ ...notice, ...couldNotBeTold }, 'notice');
  }
  for (const failure of report.sending.failed)
    log.error({ ...failure, ...couldNotBeTold }, 'not sent; tried again');
  // Nobody is told of a change that cannot be read.
  for (const failure of report.failed)
    log.error({ ...failure, ...couldNotBeTold }, 'sweep of a change failed; tried again');
}

function isDailyLook(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'look' in input && input.look === 'subscribers';
}
