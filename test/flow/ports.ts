import { createAccessReports } from '../../adapters/aws/access-reports.ts';
import { createCaller } from '../../adapters/aws/caller.ts';
import {
  createIamClient,
  createOrganizationsClient,
  createOrganizationsWriteClient,
  createStsClient,
} from '../../adapters/aws/clients.ts';
import { createMeter } from '../../adapters/aws/meter.ts';
import { createOrganizationReader } from '../../adapters/aws/organization-reader.ts';
import { createPolicyWriter } from '../../adapters/aws/policy-writer.ts';
import { readEnvironment } from '../../adapters/environment.ts';
import type { Clock } from '../../adapters/ports.ts';
import { wireApply } from '../../adapters/wire.ts';
import { type IdentityPorts, wireIdentities } from '../../adapters/wire-identities.ts';
import { type Configuration, parseConfiguration } from '../../core/base/configuration.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import type { Request } from '../../flow/decide.ts';

/** The people of the story. Ana and Ben may also come as AWS principals; Cleo only has a scope elsewhere. */
export const people = [
  {
    id: 'ana',
    name: 'Ana Diaz',
    email: 'ana@example.com',
    principals: ['arn:aws:iam::111111111111:role/approvers/Ana'],
  },
  {
    id: 'ben',
    name: 'Ben Okafor',
    email: 'ben@example.com',
    principals: ['arn:aws:iam::111111111111:user/ben'],
  },
  { id: 'cleo', name: 'Cleo Ott', email: 'cleo@example.com', scopes: ['ou-ex01-elsewhere'] },
] as const;

/** Ana as API Gateway names a session of her role. */
export const anaSession = 'arn:aws:sts::111111111111:assumed-role/Ana/ana@example.com';
/** Ben as API Gateway names him. */
export const benUser = 'arn:aws:iam::111111111111:user/ben';

/** A configuration of the story's people, with short times. */
export function storyConfiguration(changes: Readonly<Record<string, unknown>> = {}): Configuration {
  const parsed = parseConfiguration({ approvers: people, coolingMinutes: 0, ...changes });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

/** The form fields of an approval of what is shown. */
export function approvalOf({ record: { content } }: StoredChange): Request {
  return { purpose: 'decide', decision: 'approve', digest: content.digest, confirm: content.confirm };
}

/** What a story works with: apply, and the sources of reviews of identities. */
export type StoryPorts = ApplyPorts & Pick<IdentityPorts, 'openSources'>;

/** Ports over the endpoint that the environment names, on a clock of the test's own; `pace` is the clock that calls are paced by and must never be set back. */
export function portsOn(clock: Clock, configuration: Configuration, pace: Clock = clock): StoryPorts {
  const meter = createMeter(pace);
  const caller = createCaller(createStsClient(meter));
  const reader = createOrganizationsClient(meter);
  const { openSources, sessions } = wireIdentities(configuration.memberRoles);
  return {
    ...wireApply(readEnvironment()),
    ...{ openSources, sessions },
    clock,
    meter,
    caller,
    organization: createOrganizationReader(reader, caller, clock),
    reports: createAccessReports(createIamClient(meter), clock),
    writer: createPolicyWriter(reader, createOrganizationsWriteClient(meter)),
    configuration,
  };
}
