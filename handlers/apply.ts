import type { Context } from 'aws-lambda';
import { readEnvironment } from '../adapters/environment.ts';
import { standsHalfDone } from '../adapters/log.ts';
import { wireApply, wireLogger } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { functionMilliseconds } from '../core/base/limits.ts';
import { applyDue } from '../flow/apply.ts';
import { loadConfiguration } from '../flow/configuration.ts';

/** Applies and rolls back what is due, every minute. It alone may write SCPs and the IAM of accounts, it has no URL, and it takes nothing from its event. */
export async function handler(_event?: unknown, context?: Context): Promise<void> {
  const environment = readEnvironment();
  const log = wireLogger(environment, 'apply');
  const configuration = loadConfiguration();
  const { sessions } = wireIdentities(configuration.memberRoles, { milliseconds: 0 });
  const ports = wireApply(environment);
  const endsAt = ports.clock.now() + (context?.getRemainingTimeInMillis?.() ?? functionMilliseconds);
  const { reports, skipped } = await applyDue({ ...ports, sessions, configuration, endsAt });
  if (skipped) log.warn({ skipped }, 'another run is writing');
  for (const report of reports) {
    if ('waits' in report)
      log.warn({ ...report, ...(report.halfDoneSince && standsHalfDone) }, 'a change waits');
    else log.info(report, 'change carried out');
  }
}
