import type {
  BotReading,
  BusReading,
  CallerReading,
  ConcurrencyReading,
  FunctionReading,
  KeyReading,
  Readings,
  ScheduleReading,
  SimulatedAction,
  StackReading,
  SubscriptionReading,
  TableReading,
  TopicSettings,
  TriedCall,
} from '../core/doctor/readings.ts';
import type { Simulation } from '../core/doctor/simulations.ts';
import type { IdentitySessions } from './identity-ports.ts';
import type { CallMeter, Clock, Organization } from './ports.ts';
import type { AccountRegions, Simulator, Spending, TrailQueries } from './source-ports.ts';

/** What the doctor looks at: reads alone. Every method throws `AwsRefusal`; what does not exist is null. */
export interface DoctorPorts {
  readonly organization: Organization;
  readonly sessions: IdentitySessions;
  readonly meter: CallMeter;
  readonly clock: Clock;
  readonly regions: AccountRegions;
  readonly spending: Spending;
  readonly simulator: Simulator;
  readonly trail: TrailQueries;
  readCaller(): Promise<CallerReading>;
  readOrganization(): Promise<Readings['organization']>;
  readRoot(): Promise<Readings['root']>;
  /** Calls that change nothing, each as a review makes it; a refusal is an answer. */
  tryReads(rootId: string): Promise<readonly TriedCall[]>;
  readStack(name: string): Promise<StackReading | null>;
  readTable(name: string): Promise<TableReading | null>;
  readBus(name: string): Promise<BusReading | null>;
  readFunction(name: string, deployedName: string): Promise<FunctionReading>;
  /** A schedule of EventBridge Scheduler. */
  readSchedule(name: string, region: string): Promise<Omit<ScheduleReading, 'logicalId'> | null>;
  readConcurrency(): Promise<ConcurrencyReading>;
  simulate(roleArn: string, simulation: Simulation): Promise<readonly SimulatedAction[]>;
  readKey(id: string): Promise<Omit<KeyReading, 'id' | 'policy' | 'services' | 'use'>>;
  /** The policy of a key as a text; null where the caller may not read it. */
  readKeyPolicy(id: string): Promise<string | null>;
  /** Who is subscribed to a topic. */
  readSubscriptions(topicArn: string): Promise<readonly SubscriptionReading[] | null>;
  /** Who the bot is to Slack; what kept it from saying so is an answer. */
  readBot(): Promise<BotReading>;
  /** Looks whether the signing secret of the Slack app can be read: what kept it from that, or null. Nothing of it is answered. */
  readSigningSecret(): Promise<string | null>;
  /** The policy of a topic, and its customer-managed key by id or ARN; null: no such topic. */
  readTopic(topicArn: string): Promise<TopicSettings | null>;
  /** Whether a user or role of this name exists in the caller's account. */
  hasPrincipal(type: 'user' | 'role', name: string): Promise<boolean>;
}
