import { readEnvironment, wireApply, wireLogger } from '../adapters/wire.ts';
import { applyDue } from '../flow/apply.ts';
import { loadConfiguration } from '../flow/configuration.ts';

/** Applies and rolls back what is due, every minute. It alone may write SCPs, it has no URL, and it takes nothing from its event. */
export async function handler(): Promise<void> {
  const environment = readEnvironment();
  const log = wireLogger(environment, 'apply');
  const { reports, skipped } = await applyDue({
    ...wireApply(environment),
    configuration: loadConfiguration(),
  });
  if (skipped) log.warn({ skipped }, 'another run is writing');
  for (const report of reports) {
    if ('waits' in report) log.warn(report, 'a change waits');
    else log.info(report, 'change carried out');
  }
}
