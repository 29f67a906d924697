import { createAccountManagement, type OptedInRegions } from './account-management.ts';
import { createAthena, type TrailBox } from './athena.ts';
import type { CallRecord } from './call-log.ts';
import { createCallers } from './callers.ts';
import { createConfig, type Evaluation } from './config.ts';
import { answerControl, type Control } from './control.ts';
import { type Costs, createCostExplorer } from './cost-explorer.ts';
import { createDynamoDb } from './dynamodb.ts';
import { createEvents, type EventsService, type RecordedEvent } from './events.ts';
import { createFaultBox, type Fault, type FaultBox } from './faults.ts';
import { answerCall, type CallListener, type Front } from './front.ts';
import { listen, stop } from './http.ts';
import { createIamAccounts, type IamAccounts } from './iam/accounts.ts';
import { createIam } from './iam/iam.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { InboxMessage } from './inbox-message.ts';
import { createOrganizations } from './organizations.ts';
import type { ReportPace } from './report-jobs.ts';
import type { Scenario } from './scenario.ts';
import { checkScenario } from './scenario-check.ts';
import { loadScenario } from './scenario-load.ts';
import { createSecrets } from './secrets.ts';
import type { SandboxService, WireRequest, WireResponse } from './service.ts';
import { createSlack, type Slack } from './slack.ts';
import { createSns } from './sns.ts';
import type { Concurrency } from './stack/lambda.ts';
import { createStackServices } from './stack/services.ts';
import { createSts } from './sts.ts';
import { createThrottle } from './throttle.ts';
import { createWorld, type World } from './world.ts';

/** How a sandbox is to be started. */
export interface SandboxOptions {
  /** A scenario, the name of one that comes with the sandbox, or the path of a file. */
  readonly scenario: Scenario | string;
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** `127.0.0.1` where absent. */
  readonly host?: string;
  /** Report jobs of 0.05 s and no reuse of jobs; nothing else changes. */
  readonly fast?: boolean;
  /** Throttle as AWS publishes. */
  readonly throttle?: boolean;
  /** Faults from the start, as values or in the grammar of `faults.ts`. */
  readonly faults?: readonly (Fault | string)[];
  /** Durations of the shortest and longest report job in seconds; stands above the scenario's and `fast`. */
  readonly jobSeconds?: readonly [number, number];
  /** Seconds for which the same report request gets the same job; 60 where absent, 0 with `fast`. */
  readonly reuseSeconds?: number;
  /** Seconds until IAM's reads show a write; 3 where absent, 0 with `fast`. */
  readonly visibilitySeconds?: number;
  /** Leave out `Account.Paths` and `OrganizationalUnit.Path`, as an older AWS does. */
  readonly omitPaths?: boolean;
  /** Leave out `Account.State`, as an older AWS does. */
  readonly omitState?: boolean;
  /** Concurrent executions of Lambda in the management account; AWS's default quota where absent. */
  readonly concurrency?: Concurrency;
  /** Seconds by which the `Date` header of every answer is ahead of this machine. */
  readonly dateAheadSeconds?: number;
  /** Time passes by `advanceSeconds` alone, so that nothing depends on how fast this machine is. */
  readonly isStill?: boolean;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly port: number;
  readonly world: World;
  readonly faults: FaultBox;
  /** The Regions that accounts opted in to. */
  readonly optedInRegions: OptedInRegions;
  /** What accounts pay. */
  readonly costs: Costs;
  /** The organization's trail in Athena. */
  readonly trail: TrailBox;
  /** IAM of every account. */
  readonly iamAccounts: IamAccounts;
  /** Calls to AWS's protocols so far, oldest first. */
  calls(): readonly CallRecord[];
  clearCalls(): void;
  /** Adds a listener; the answer removes it. */
  onCall(listener: CallListener): () => void;
  /** Events that EventBridge accepted, oldest first. */
  events(): readonly RecordedEvent[];
  /** Evaluations that AWS Config keeps. */
  evaluations(): readonly Evaluation[];
  /** Messages that SNS and Slack delivered, oldest first. */
  messages(): readonly InboxMessage[];
  readonly inbox: Inbox;
  /** The ARN behind an access key. */
  arnOf(accessKeyId: string): string;
  /** EventBridge itself, for entries that fail. */
  readonly eventBridge: EventsService;
  readonly slack: Slack;
  close(): Promise<void>;
}

// Observed: 1.1 to 2.8 s for few services, up to 11.7 s for all of them.
const usualJobSeconds: readonly [number, number] = [1.3, 10.8];
const usualReuseSeconds = 60;
// Observed: an IAM write is in force everywhere after 7 to 9 s; reads of IAM itself follow sooner.
const usualVisibilitySeconds = 3;

const paceOf = (options: SandboxOptions, scenario: Scenario): ReportPace => ({
  jobSeconds:
    options.jobSeconds ??
    (options.fast === true ? [0.05, 0.05] : (scenario.report?.jobSeconds ?? usualJobSeconds)),
  reuseSeconds: options.reuseSeconds ?? (options.fast === true ? 0 : usualReuseSeconds),
});

const dated = (answer: WireResponse | null, aheadSeconds: number | undefined): WireResponse | null =>
  answer === null || aheadSeconds === undefined
    ? answer
    : {
        ...answer,
        headers: { ...answer.headers, date: new Date(Date.now() + aheadSeconds * 1000).toUTCString() },
      };

/** Starts an AWS organization in a box. Rejects with a ScenarioError for a bad scenario, and if the port is taken. */
export const startSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const scenario =
    typeof options.scenario === 'string' ? loadScenario(options.scenario) : checkScenario(options.scenario);
  const begunAt = Date.now();
  const world = createWorld(scenario, options.isStill === true ? () => begunAt : () => Date.now());
  const callers = createCallers(world);
  const iamAccounts = createIamAccounts(
    world,
    options.visibilitySeconds ?? (options.fast === true ? 0 : usualVisibilitySeconds),
  );
  const faults = createFaultBox(options.faults ?? []);
  const now = (): Date => new Date(world.now());
  const inbox = createInbox(now);
  const slack = createSlack({ inbox, now });
  const events: RecordedEvent[] = [];
  const eventBridge = createEvents({
    recorder: { record: (event) => events.push(event) },
    now,
    accountId: world.managementAccountId,
  });
  const optedInRegions: OptedInRegions = new Map(Object.entries(scenario.regions ?? {}));
  const costs: Costs = new Map(Object.entries(scenario.cost ?? {}));
  const trail: TrailBox = { current: scenario.trail ?? null };
  const config = createConfig(callers, iamAccounts, faults, now);
  const services: SandboxService[] = [
    createOrganizations(world, callers, {
      omitPaths: options.omitPaths ?? false,
      omitState: options.omitState ?? false,
    }),
    createIam(world, iamAccounts, callers, faults, paceOf(options, scenario)),
    createSts(world, iamAccounts, callers),
    config,
    eventBridge,
    createSecrets(callers, iamAccounts, now),
    createSns({ inbox, now, accountId: world.managementAccountId }),
    createDynamoDb(),
    createAccountManagement(world, callers, iamAccounts, optedInRegions),
    createCostExplorer(callers, iamAccounts, costs),
    createAthena(world, callers, iamAccounts, trail),
  ];
  services.push(
    ...createStackServices({ services, callers, iamAccounts, now: world.now }, options.concurrency),
  );

  let calls: CallRecord[] = [];
  const listeners = new Set<CallListener>();
  const throttle = options.throttle === true ? createThrottle(() => world.now() / 1000) : null;
  const front: Front = { services, callers, faults, throttle, listeners, record: (call) => calls.push(call) };
  const clearCalls = (): void => {
    calls = [];
  };
  const control: Control = {
    world,
    faults,
    calls: () => calls,
    clearCalls,
    messages: inbox.listMessages,
    events: () => events,
    iamAccounts,
    evaluations: config.evaluations,
  };

  const closeServices = async (): Promise<void> => {
    for (const service of services) await service.close();
  };
  const answer = async (request: WireRequest): Promise<WireResponse | null> =>
    answerControl(control, request) ??
    inbox.answerInbox(request) ??
    slack.answer(request) ??
    dated(await answerCall(front, request), options.dateAheadSeconds);

  const host = options.host ?? '127.0.0.1';
  const { server, port } = await listen({ host, port: options.port ?? 0 }, answer).catch(
    async (error: unknown) => {
      await closeServices();
      throw error;
    },
  );

  return {
    endpoint: `http://${host}:${port}`,
    port,
    world,
    faults,
    optedInRegions,
    costs,
    trail,
    iamAccounts,
    calls: () => calls,
    clearCalls,
    onCall: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    events: () => events,
    evaluations: config.evaluations,
    messages: inbox.listMessages,
    inbox,
    arnOf: (accessKeyId) => callers.callerOf(accessKeyId).arn,
    eventBridge,
    slack,
    close: async () => {
      await stop(server);
      await closeServices();
    },
  };
};
