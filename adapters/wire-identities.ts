import { createAccountReader } from './aws/account-reader.ts';
import { createAccountRegions } from './aws/account-regions.ts';
import { createCaller } from './aws/caller.ts';
import {
  type Credentials,
  createAccountClient,
  createIamClient,
  createIamWriteClient,
  createStsClient,
} from './aws/clients.ts';
import { createIdentityReports } from './aws/identity-reports.ts';
import { createIdentitySessions, type SessionPlace } from './aws/identity-sessions.ts';
import { createIdentityWriter, createResourceReader } from './aws/identity-writer.ts';
import { createMeter } from './aws/meter.ts';
import { createPatience, type PatienceOptions, sourceMilliseconds } from './aws/patience.ts';
import { createSimulator } from './aws/simulator.ts';
import { systemClock } from './clock.ts';
import { askNobodyElse } from './environment.ts';
import type { AccountSources, IdentitySessions, MemberRoles } from './identity-ports.ts';
import type { Caller, CallMeter, Clock } from './ports.ts';

/** What reads and writes the IAM of accounts: the functions for organizations load nothing of it. */
export interface IdentityPorts {
  readonly caller: Caller;
  /** What a review of one account asks beside its IAM, counted for that review alone. */
  readonly openSources: () => AccountSources;
  readonly sessions: IdentitySessions;
  /** What was asked of the caller's own account to enter others. */
  readonly meter: CallMeter;
  readonly clock: Clock;
}

/** Ports for the IAM side. Each account that is entered has a meter of its own, because AWS throttles each by itself; reads that are throttled are tried again as the options say. */
export function wireIdentities(roles: MemberRoles, options: PatienceOptions = {}): IdentityPorts {
  askNobodyElse();
  const clock = systemClock;
  const meter = createMeter(clock);
  const patience = createPatience(clock, options);
  const brief = createPatience(clock, { ...options, callMilliseconds: sourceMilliseconds });
  const sts = createStsClient(meter, patience);
  const caller = createCaller(sts);
  const sessions = createIdentitySessions(sts, caller, roles, clock, {
    toRead: (place, credentials) => readingPorts(place, options, credentials),
    toWrite: (_place, credentials) => writingPorts(credentials),
  });
  const openSources = (): AccountSources => {
    const own = meter.beside();
    const [account, iam] = [createAccountClient(own, brief), createIamClient(own, brief)];
    return {
      regions: createAccountRegions(account, caller),
      simulator: createSimulator(iam),
      meter: own,
      close: () => {
        account.destroy();
        iam.destroy();
      },
    };
  };
  return { caller, openSources, sessions, meter, clock };
}

function readingPorts(place: SessionPlace, options: PatienceOptions, credentials?: Credentials) {
  const meter = createMeter(systemClock);
  const client = createIamClient(meter, createPatience(systemClock, options), credentials);
  return {
    reader: createAccountReader(client, place, systemClock),
    resources: createResourceReader(client),
    reports: createIdentityReports(client, systemClock),
    meter,
    close: () => client.destroy(),
  };
}

function writingPorts(credentials?: Credentials) {
  const meter = createMeter(systemClock);
  const reading = createIamClient(meter, undefined, credentials);
  const writing = createIamWriteClient(meter, credentials);
  return {
    writer: createIdentityWriter({ reading, writing, clock: systemClock }),
    close: () => {
      reading.destroy();
      writing.destroy();
    },
  };
}
