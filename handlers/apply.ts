import { readEnvironment, wireApply, wireLogger } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { applyDue } from '../flow/apply.ts';
import { loadConfiguration } from '../flow/configuration.ts';

/** Applies and rolls back what is due, every minute. It alone may write SCPs and the IAM of accounts, it has no URL, and it takes nothing from its event. */
export async function handler(): Promise<void> {
  const environment = readEnvironment();
  const log = wireLogger(environment, 'apply');
  const configuration = loadConfiguration();
  const { sessions } = wireIdentities(configuration.memberRoles, { milliseconds: 0 });
  const { reports, skipped } = await applyDue({ ...wireApply(environment), sessions, configuration });
  if (skipped) log.warn({ skipped }, 'another run is writing');
  for (const report of reports) {
    if ('waits' in report) log.warn(report, 'a change waits');
    else log.info(report, 'change carried out');
  }
}
