import { readEnvironment } from '../adapters/environment.ts';
import { wireLogger } from '../adapters/wire.ts';
import { wireConfigRule } from '../adapters/wire-config-rule.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { readConfigRuleEvent, runConfigRule } from '../flow/identities/judge-roles.ts';

/** The AWS Config rule for unused roles: Config's scheduled event in, evaluations out. A rule of another account of the organization is served by its role to read. */
export async function handler(input: unknown): Promise<void> {
  const request = readConfigRuleEvent(input);
  const { accountId, ruleName } = request;
  const log = wireLogger(readEnvironment(), ruleName);
  const { memberRoles } = loadConfiguration();
  const report = await runConfigRule(wireConfigRule(memberRoles), request, memberRoles);
  log.info({ accountId, ...report }, 'roles judged');
}
