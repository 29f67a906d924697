import { createCaller } from './aws/caller.ts';
import {
  createDynamoDbClient,
  createEventBridgeClient,
  createIamClient,
  createOrganizationsClient,
  createSnsClient,
  createStsClient,
} from './aws/clients.ts';
import { createCloudFormationClient, createKmsClient, createLambdaClient } from './aws/doctor/clients.ts';
import { readBus, readKey, readTopicKey } from './aws/doctor/messages.ts';
import { readCaller, readOrganization, readRoot, tryReads } from './aws/doctor/organization.ts';
import { hasPrincipal, simulate } from './aws/doctor/principals.ts';
import { readConcurrency, readFunction, readStack } from './aws/doctor/stack.ts';
import { readTable } from './aws/doctor/table.ts';
import { createMeter } from './aws/meter.ts';
import { createOrganizationReader } from './aws/organization-reader.ts';
import { createPatience } from './aws/patience.ts';
import { systemClock } from './clock.ts';
import type { DoctorPorts } from './doctor-ports.ts';
import type { MemberRoles } from './identity-ports.ts';
import { askNobodyElse } from './wire.ts';
import { wireIdentities } from './wire-identities.ts';

/** Reads that AWS throttles are tried again for so long, in milliseconds: people wait for the answer. */
const patienceMilliseconds = 60_000;

/** Ports for the doctor. */
export function wireDoctor(roles: MemberRoles): DoctorPorts {
  askNobodyElse();
  const clock = systemClock;
  const meter = createMeter(clock);
  const patience = createPatience(clock, { milliseconds: patienceMilliseconds });
  const sts = createStsClient(meter, patience);
  const organizations = createOrganizationsClient(meter, patience);
  const iam = createIamClient(meter, patience);
  const stacks = createCloudFormationClient(meter);
  const functions = createLambdaClient(meter);
  const keys = createKmsClient(meter);
  const table = createDynamoDbClient();
  const events = createEventBridgeClient();
  return {
    meter,
    organization: createOrganizationReader(organizations, createCaller(sts), clock),
    sessions: wireIdentities(roles, { milliseconds: patienceMilliseconds }).sessions,
    readCaller: () => readCaller(sts, clock),
    readOrganization: () => readOrganization(organizations),
    readRoot: () => readRoot(organizations),
    tryReads: (rootId) => tryReads(organizations, iam, rootId),
    readStack: (name) => readStack(stacks, name),
    readTable: (name) => readTable(table, name),
    readBus: (name) => readBus(events, name),
    readFunction: (name, deployedName) => readFunction(functions, name, deployedName),
    readConcurrency: () => readConcurrency(functions),
    simulate: (roleArn, simulation) => simulate(iam, roleArn, simulation),
    readKey: (id) => readKey(keys, id),
    readTopicKey: (topicArn) => readTopicKey(createSnsClient(topicArn), topicArn),
    hasPrincipal: (type, name) => hasPrincipal(iam, type, name),
  };
}
