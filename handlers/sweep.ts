import { readEnvironment, wireLogger, wireNotify } from '../adapters/wire.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { sweep } from '../flow/sweep.ts';

/** Every minute: expires what nobody decided, reminds, sends what could not be sent before. */
export async function handler(): Promise<void> {
  const environment = readEnvironment();
  const configuration = loadConfiguration();
  const log = wireLogger(environment, 'sweep');
  const report = await sweep({ ...wireNotify(environment, configuration.slack?.apiUrl), configuration });
  for (const changeId of report.expired) log.info({ changeId }, 'expired');
  for (const requestId of report.started) log.info({ requestId }, 'a review that waited is started');
  for (const notice of report.notices) log[notice.failure === null ? 'info' : 'error'](notice, 'notice');
  for (const failure of report.sending.failed) log.error(failure, 'not sent; tried again');
  for (const failure of report.failed) log.error(failure, 'sweep of a change failed; tried again');
}
