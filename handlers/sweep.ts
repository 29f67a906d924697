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
      if (verdict === 'fail')
        log.error({ said, wayOut, ...couldNotBeTold }, 'messages of a topic reach nobody');
      else log.warn({ said, wayOut }, 'a topic has a subscriber that it should not have, or misses one');
    }
    return;
  }
  const report = await sweep({ ...wireNotify(environment, configuration.slack), configuration });
  for (const changeId of report.expired) log.info({ changeId }, 'a change expired: nobody decided in time');
  for (const notice of report.notices) {
    if (notice.failure === null) log.info(notice, 'a message was sent');
    else log.error({ ...notice, ...couldNotBeTold }, 'a message was not sent');
  }
  for (const failure of report.sending.failed)
    log.error({ ...failure, ...couldNotBeTold }, 'an event or a message was not sent; it is tried again');
  // Nobody is told of a change that cannot be read.
  for (const failure of report.failed)
    log.error({ ...failure, ...couldNotBeTold }, 'a change could not be looked at; it is tried again');
}

function isDailyLook(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'look' in input && input.look === 'subscribers';
}
