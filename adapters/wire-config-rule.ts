import { createAccountReader } from './aws/account-reader.ts';
import { createCaller } from './aws/caller.ts';
import { createIamClient, createStsClient } from './aws/clients.ts';
import { createComplianceReports } from './aws/compliance-reports.ts';
import { createConfigClient } from './aws/config-client.ts';
import { createReadingSessions } from './aws/identity-sessions.ts';
import { createMeter } from './aws/meter.ts';
import { createPatience, type PatienceOptions } from './aws/patience.ts';
import { systemClock } from './clock.ts';
import { askNobodyElse } from './environment.ts';
import type { MemberRoles, RuleAccounts } from './identity-ports.ts';
import type { Clock } from './ports.ts';

/** What the Config rule works with. AWS Config takes what belongs to a rule from the rule's own account alone, so that account is entered. */
export function wireConfigRule(
  roles: MemberRoles,
  options: PatienceOptions = {},
): { readonly accounts: RuleAccounts; readonly clock: Clock } {
  askNobodyElse();
  const clock = systemClock;
  const patience = createPatience(clock, options);
  const sts = createStsClient(createMeter(clock), patience);
  const open = createReadingSessions(sts, createCaller(sts), roles, clock, (place, credentials) => {
    const meter = createMeter(clock);
    return {
      reader: createAccountReader(createIamClient(meter, patience, credentials), place, clock),
      compliance: createComplianceReports(createConfigClient(meter, patience, credentials), clock),
    };
  });
  return { accounts: { open }, clock };
}
