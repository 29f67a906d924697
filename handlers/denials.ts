import { readEnvironment } from '../adapters/environment.ts';
import { couldNotBeTold } from '../adapters/log.ts';
import { readLogBatch } from '../adapters/log-batch.ts';
import { wireDecide, wireLogger } from '../adapters/wire.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { noteDenials } from '../flow/note-denials.ts';

/** For CloudWatch Logs: records of the organization's trail in, what an applied change denied into that change's history. `sweep` tells people. */
export async function handler(input: unknown): Promise<void> {
  const environment = readEnvironment();
  const configuration = loadConfiguration();
  const log = wireLogger(environment, 'denials');
  const { logGroup, messages } = readLogBatch(input);
  if (logGroup !== configuration.deployment.trailLogGroup)
    throw new Error(`the records come from the log group ${logGroup}, which is not deployment.trailLogGroup`);
  const { full, unread, ...counts } = await noteDenials(
    wireDecide(environment),
    messages.map(recordOf),
    configuration,
  );
  if (counts.noted.length > 0) log.info(counts, 'denied calls noted');
  for (const each of full) log.warn({ ...each }, 'no room for more denied calls: these are not noted');
  for (const each of unread) log.error({ ...each, ...couldNotBeTold }, 'a change could not be read');
}

/** What is no JSON (a record too long for one log event is cut) tells nothing. */
function recordOf(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return null;
  }
}
