import type { Logger } from 'pino';
import { accessReportLimits } from '../core/base/limits.ts';
import { createAccessReports } from './aws/access-reports.ts';
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
  createOrganizationsWriteClient,
  createSnsClient,
  createStsClient,
} from './aws/clients.ts';
import { createEventBus } from './aws/event-bus.ts';
import { createMeter, type ShareBucket } from './aws/meter.ts';
import { createOrganizationReader } from './aws/organization-reader.ts';
import { createPatience, type Patience, type PatienceOptions, sourceMilliseconds } from './aws/patience.ts';
import { createPolicyWriter } from './aws/policy-writer.ts';
import { createProvenCaller } from './aws/proven-caller.ts';
import { createSharedBucket } from './aws/shared-bucket.ts';
import { createSimulator } from './aws/simulator.ts';
import { createSpending } from './aws/spending.ts';
import { createAccountListStore } from './aws/store-account-lists.ts';
import { createAskedBackStore } from './aws/store-asked-back.ts';
import { createBudgetStore } from './aws/store-budgets.ts';
import { createChangeStore } from './aws/store-changes.ts';
import { createCollectionStore } from './aws/store-collections.ts';
import { createEvidenceStore } from './aws/store-evidence.ts';
import { createExemptionStore } from './aws/store-exemptions.ts';
import { createFindingStore } from './aws/store-findings.ts';
import { createGrantStore } from './aws/store-grants.ts';
import { createLockStore } from './aws/store-locks.ts';
import { createOutboxStore } from './aws/store-outbox.ts';
import { createRequestStore } from './aws/store-requests.ts';
import { createReviewStore } from './aws/store-reviews.ts';
import { createRunStore } from './aws/store-runs.ts';
import { createSeasonStore } from './aws/store-seasons.ts';
import { openTable, type Table } from './aws/store-table.ts';
import { createNamedTopic, createTopic } from './aws/topic.ts';
import type { ProvenCaller } from './caller-proof-ports.ts';
import { systemClock } from './clock.ts';
import { askNobodyElse, type Environment, readEnvironment, required } from './environment.ts';
import { createLogger } from './log.ts';
import type { Clock, EventBus, PolicyWriter, ReviewPorts, Topic } from './ports.ts';
import { createRunTime } from './run-time.ts';
import type { Stores } from './store-ports.ts';

/** How a review waits, beside the options of its reads. */
type ReviewWireOptions = Omit<PatienceOptions, 'until'> & { readonly busyMilliseconds?: number };

/** Ports for one review, with a meter and a patience of their own: a read that AWS throttles is tried again as the options say. */
export function wireReview({ busyMilliseconds, ...options }: ReviewWireOptions = {}): ReviewPorts {
  askNobodyElse();
  const [clock, time] = [systemClock, createRunTime(systemClock)];
  const meter = createMeter(clock, shareCalls(clock));
  const patience = createPatience(clock, { ...options, until: time.until });
  const brief = createPatience(clock, {
    ...options,
    until: time.until,
    callMilliseconds: sourceMilliseconds,
  });
  const caller = createCaller(createStsClient(meter, patience));
  const organization = createOrganizationReader(createOrganizationsClient(meter, patience), caller, clock);
  const times = { ...accessReportLimits, ...(busyMilliseconds && { busyMilliseconds }) };
  const reports = createAccessReports(createIamClient(meter, patience), time.clock, times);
  const sources = {
    simulator: createSimulator(createIamClient(meter, brief)),
    regions: createAccountRegions(createAccountClient(meter, brief), caller),
    spending: createSpending(createCostClient(meter, brief)),
    trail: createTrailQueries(createAthenaClient(meter, brief), time.clock),
  };
  return { caller, organization, reports, ...sources, meter, clock, limit: time.limit };
}

/** Deployed, several functions draw on the rates of one organization, by the table; on one machine nobody else does. */
function shareCalls(clock: Clock): ShareBucket | undefined {
  const environment = readEnvironment();
  if (!environment.inLambda || environment.tableName === null) return undefined;
  const budgets = createBudgetStore(wireTable(environment));
  return (name, published) => createSharedBucket(name, published, clock, budgets);
}

/** Everything that is kept, in the table that the environment names. What a review found must not be lost to a busy table, so its calls are tried again for a while. */
export function wireStores(environment: Environment): Stores {
  const table = wireTable(environment, createPatience(systemClock, { milliseconds: 0 }));
  return {
    ...storesOfPages(table),
    reviews: createReviewStore(table),
    grants: createGrantStore(table),
    seasons: createSeasonStore(table),
    evidence: createEvidenceStore(table),
    collections: createCollectionStore(table),
    accountLists: createAccountListStore(table),
    findings: createFindingStore(table),
  };
}

function wireTable(environment: Environment, patience?: Patience): Table {
  const tableName = required(
    environment,
    'tableName',
    'find the table of the installation (org-access-reviewer-live where the stage is live)',
  );
  return openTable(createDynamoDbClient(patience), tableName);
}

/** What the pages work on, and no more: their function is small. */
function storesOfPages(table: Table) {
  return {
    changes: createChangeStore(table),
    exemptions: createExemptionStore(table),
    locks: createLockStore(table),
    outbox: createOutboxStore(table),
    requests: createRequestStore(table),
    runs: createRunStore(table),
    askedBack: createAskedBackStore(table),
  };
}

/** Ports that tell the world: the bus and the topic that the environment names. */
export function wirePublishing(environment: Environment): { readonly bus: EventBus; readonly topic: Topic } {
  const busName = required(environment, 'busName', 'send events');
  return {
    bus: createEventBus(createEventBridgeClient(), busName, systemClock),
    topic: wireTopic(environment),
  };
}

function wireTopic(environment: Environment): Topic {
  const { topicArn } = environment;
  if (topicArn !== null) return createTopic(createSnsClient(topicArn), topicArn);
  const name = required(environment, 'topicName', 'send messages');
  return createNamedTopic(createCaller(createStsClient(createMeter(systemClock))), name, createSnsClient);
}

/** The port that edits SCPs; only the function `apply` wires it. */
export function wirePolicyWriter(): PolicyWriter {
  const meter = createMeter(systemClock);
  return createPolicyWriter(createOrganizationsClient(meter), createOrganizationsWriteClient(meter));
}

/** Everything that pages and decisions need: no SDK client but DynamoDB's is among it, so that the function is small and may do little. */
export function wireDecide(environment: Environment): {
  readonly stores: ReturnType<typeof storesOfPages>;
  readonly clock: Clock;
  readonly provenCaller: ProvenCaller;
} {
  const provenCaller = createProvenCaller(environment.stsEndpoint, environment.region);
  return { stores: storesOfPages(wireTable(environment)), clock: systemClock, provenCaller };
}

/** Everything that applying and rolling back need. */
export function wireApply(environment: Environment): ReviewPorts & {
  readonly bus: EventBus;
  readonly topic: Topic;
  readonly stores: Stores;
  readonly writer: PolicyWriter;
} {
  return {
    // A change that waits is looked at again a minute later: its reads need no more patience than each call has anyway.
    ...wireReview({ milliseconds: 0 }),
    ...wirePublishing(environment),
    stores: wireStores(environment),
    writer: wirePolicyWriter(),
  };
}

/** A logger as the environment wants it: to standard error, except in Lambda. */
export function wireLogger({ inLambda, logLevel: level }: Environment, correlationId: string): Logger {
  return createLogger({ correlationId, level, fileDescriptor: inLambda ? 1 : 2 });
}

/** A logger for what cannot start: of errors, whatever level the environment asks for, since that setting itself may be wrong. */
export function wireStartLogger(correlationId: string): Logger {
  return wireLogger(readEnvironment(undefined, 'error'), correlationId);
}
