import { createCaller } from './aws/caller.ts';
import { createIamClient, createStsClient } from './aws/clients.ts';
import { readCredentials } from './aws/credentials-reader.ts';
import { createReadingSessions } from './aws/identity-sessions.ts';
import { createMeter } from './aws/meter.ts';
import { createPatience } from './aws/patience.ts';
import { systemClock } from './clock.ts';
import { askNobodyElse } from './environment.ts';
import type { CredentialsReader, MemberRoles } from './identity-ports.ts';

/** Reads credentials of users, in the caller's own account as it is, in others by the role to read. */
export function wireCredentials(roles: MemberRoles): CredentialsReader {
  askNobodyElse();
  const clock = systemClock;
  const meter = createMeter(clock);
  const patience = createPatience(clock);
  const sts = createStsClient(meter, patience);
  const open = createReadingSessions(sts, createCaller(sts), roles, clock, (_place, credentials) => ({
    client: createIamClient(meter, patience, credentials),
  }));
  return {
    read: async (accountId, userName) => {
      const opened = await open(accountId);
      if (opened.status === 'unreachable') return opened;
      try {
        return await readCredentials(opened.client, userName);
      } finally {
        opened.client.destroy();
      }
    },
  };
}
