import type { BotReading } from '../core/doctor/readings.ts';
import { createAccountRegions } from './aws/account-regions.ts';
import { createTrailQueries } from './aws/athena.ts';
import { createCaller } from './aws/caller.ts';
import {
  createAccountClient,
  createAthenaClient,
  createCostClient,
  createDynamoDbClient,
  createEventBridgeClient,
  createIamClient,
  createOrganizationsClient,
  createSecretsClient,
  createSnsClient,
  createStsClient,
} from './aws/clients.ts';
import { createCloudFormationClient, createKmsClient, createLambdaClient } from './aws/doctor/clients.ts';
import { readKey, readKeyPolicy } from './aws/doctor/keys.ts';
import { readBus, readTopic } from './aws/doctor/messages.ts';
import { readCaller, readOrganization, readRoot, tryReads } from './aws/doctor/organization.ts';
import { hasPrincipal, simulate } from './aws/doctor/principals.ts';
import { readSchedule } from './aws/doctor/schedules.ts';
import { readConcurrency, readFunction, readStack } from './aws/doctor/stack.ts';
import { readTable } from './aws/doctor/table.ts';
import { createEventBus } from './aws/event-bus.ts';
import { createMeter } from './aws/meter.ts';
import { createOrganizationReader } from './aws/organization-reader.ts';
import { createPatience } from './aws/patience.ts';
import { isAwsRefusal } from './aws/refusal.ts';
import { createSecretReader } from './aws/secret-reader.ts';
import { createSimulator } from './aws/simulator.ts';
import { createSpending } from './aws/spending.ts';
import { readTopicSubscriptions } from './aws/subscriptions.ts';
import { systemClock } from './clock.ts';
import type { DoctorPorts } from './doctor-ports.ts';
import { askNobodyElse, type Environment } from './environment.ts';
import type { MemberRoles } from './identity-ports.ts';
import type { EventBus, Messenger } from './ports.ts';
import { testBot } from './slack.ts';
import { createSlackSecrets, type SlackSettings } from './slack-secrets.ts';
import { wireIdentities } from './wire-identities.ts';
import { wireMessenger } from './wire-notify.ts';

/** Reads that AWS throttles are tried again for so long, in milliseconds: people wait for the answer. */
const patienceMilliseconds = 60_000;

/** What of the configuration the ports need. */
interface DoctorSettings {
  readonly memberRoles: MemberRoles;
  readonly slack: SlackSettings | null;
}

/** Ports for the doctor. */
export function wireDoctor(
  environment: Environment,
  { memberRoles: roles, slack }: DoctorSettings,
): DoctorPorts {
  askNobodyElse();
  const clock = systemClock;
  const meter = createMeter(clock);
  const patience = createPatience(clock, { milliseconds: patienceMilliseconds });
  const sts = createStsClient(meter, patience);
  const caller = createCaller(sts);
  const organizations = createOrganizationsClient(meter, patience);
  const iam = createIamClient(meter, patience);
  const stacks = createCloudFormationClient(meter);
  const functions = createLambdaClient(meter);
  const keys = createKmsClient(meter);
  const table = createDynamoDbClient();
  const events = createEventBridgeClient();
  return {
    meter,
    clock,
    regions: createAccountRegions(createAccountClient(meter, patience), caller),
    spending: createSpending(createCostClient(meter, patience)),
    simulator: createSimulator(iam),
    trail: createTrailQueries(createAthenaClient(meter, patience), clock),
    organization: createOrganizationReader(organizations, caller, clock),
    sessions: wireIdentities(roles, { milliseconds: patienceMilliseconds }).sessions,
    readCaller: () => readCaller(sts, clock),
    readOrganization: () => readOrganization(organizations),
    readRoot: () => readRoot(organizations),
    tryReads: (rootId) => tryReads(organizations, iam, rootId),
    readStack: (name) => readStack(stacks, name),
    readTable: (name) => readTable(table, name),
    readBus: (name) => readBus(events, name),
    readFunction: (name, deployedName) => readFunction(functions, name, deployedName),
    readSchedule: (name, region) => readSchedule(name, { endpoint: environment.schedulerEndpoint, region }),
    readConcurrency: () => readConcurrency(functions),
    simulate: (roleArn, simulation) => simulate(iam, roleArn, simulation),
    readKey: (id) => readKey(keys, id),
    readKeyPolicy: (id) => readKeyPolicy(keys, id),
    readSubscriptions: (topicArn) => readTopicSubscriptions(createSnsClient(topicArn), topicArn),
    readBot: () => readBot(environment, slack),
    readSigningSecret: () => readSigningSecret(environment, slack),
    readTopic: (topicArn) => readTopic(createSnsClient(topicArn), topicArn),
    hasPrincipal: (type, name) => hasPrincipal(iam, type, name),
  };
}

/** What `oar doctor --send` sends with. */
export function wireSending(
  environment: Environment,
  slack: SlackSettings | null,
): { readonly messenger: Messenger; busNamed(name: string): EventBus } {
  return {
    messenger: wireMessenger(environment, slack),
    busNamed: (name) => createEventBus(createEventBridgeClient(), name, systemClock),
  };
}

/** As below: what AWS refuses is thrown, and a secret that holds something else is an answer. */
async function readSigningSecret(
  environment: Environment,
  slack: SlackSettings | null,
): Promise<string | null> {
  const read = createSecretReader(createSecretsClient, systemClock.now);
  try {
    await createSlackSecrets(slack, environment.slackBotToken, read).signingSecret();
    return null;
  } catch (error) {
    if (isAwsRefusal(error) || !(error instanceof Error)) throw error;
    return error.message;
  }
}

/** What AWS refuses is thrown; what Slack says no to, or a secret that holds no token, is an answer. */
async function readBot(environment: Environment, slack: SlackSettings | null): Promise<BotReading> {
  const secrets = createSlackSecrets(
    slack,
    environment.slackBotToken,
    createSecretReader(createSecretsClient, systemClock.now),
  );
  try {
    const token = await secrets.botToken();
    const { team, teamIds, user } = await testBot({
      token,
      ...(slack?.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }),
    });
    return { team, teamIds, user, refusal: null };
  } catch (error) {
    if (isAwsRefusal(error) || !(error instanceof Error)) throw error;
    return { team: '', teamIds: [], user: '', refusal: error.message };
  }
}
