import type { EventBridgeEvent } from 'aws-lambda';
import { readEnvironment } from '../adapters/environment.ts';
import { couldNotBeTold } from '../adapters/log.ts';
import { wireLogger } from '../adapters/wire.ts';
import { wireNotify } from '../adapters/wire-notify.ts';
import { withApproverTopics } from '../core/base/configured-reach.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { notify } from '../flow/notify.ts';

/** Tells people what happened to a change, on its event from the bus. The event only says which change: what is told is read from the change itself. */
export async function handler(
  event: Partial<
    EventBridgeEvent<
      string,
      { readonly correlationId?: unknown; readonly data?: { readonly changeId?: unknown } }
    >
  > | null,
): Promise<void> {
  const { correlationId, data } = event?.detail ?? {};
  const changeId = data?.changeId;
  if (typeof changeId !== 'string')
    throw new Error('detail.data.changeId: an event about a change is expected');
  const environment = readEnvironment();
  const configuration = withApproverTopics(loadConfiguration(), environment.approverTopicPrefix);
  const log = wireLogger(environment, typeof correlationId === 'string' ? correlationId : changeId);
  for (const notice of await notify(
    { ...wireNotify(environment, configuration.slack), configuration },
    changeId,
  )) {
    if (notice.failure === null) log.info(notice, 'a message was sent');
    else log.error({ ...notice, ...couldNotBeTold }, 'a message was not sent');
  }
}
