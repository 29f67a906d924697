import { randomBytes } from 'node:crypto';
import { createLocalResources } from '../../adapters/aws/local-resources.ts';
import type { Clock } from '../../adapters/ports.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import { mailboxHash } from '../../core/base/mailbox.ts';
import type { Failure } from '../../core/change/life/events.ts';
import type { StartedBy } from '../../core/change/life/starter.ts';
import { type StoredChange, withLinks } from '../../core/change/life/stored-change.ts';
import { type LinkPurpose, mint } from '../../core/change/links/links.ts';
import { type ApplyRun, applyDue } from '../../flow/apply.ts';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import { type Outcome, type Request, recordRequest } from '../../flow/decide.ts';
import type { Asker } from '../../flow/identify.ts';
import { type Publication, reviewAndPublish } from '../../flow/publish.ts';
import type { ReviewRun } from '../../flow/review.ts';
import type { RecordedEvent } from '../../sandbox/events.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { setPolicyText } from '../../sandbox/tree.ts';
import type { WorldAccount, WorldPlace } from '../../sandbox/world.ts';
import { pointAt } from '../adapters/environment.ts';
import { clockOf, liveBy } from '../support/leaping-clock.ts';
import { development, developmentAndElsewhere, developmentPolicy } from './organization.ts';
import { createPlayer } from './played.ts';
import { anaSession, approvalOf, benUser, portsOn, type StoryPorts, storyConfiguration } from './ports.ts';

/** What a story starts with. */
export interface StoryOptions {
  readonly scenario?: Scenario | string;
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Seconds for which AWS hands out the same report job again; 0 where absent. */
  readonly reuseSeconds?: number;
  /** A function that lives by this machine's clock is part of it: no step is taken over from another story, whose clock was behind. */
  readonly isRealTime?: boolean;
  /** Time passes by waiting alone, however slow the machine is: for what ends at an instant. */
  readonly isStill?: boolean;
  /** How its reviews came to run; the schedule where absent, which is nobody. */
  readonly startedBy?: StartedBy;
}

/** One organization, one table, one bus and one topic on the wire, with real SDK clients, and time that passes by waiting. */
export interface Story {
  readonly sandbox: Sandbox;
  readonly ports: StoryPorts;
  readonly configuration: Configuration;
  /** Reviews the Development OU, or another scope, and publishes what is new. */
  review(scope?: string): Promise<{ readonly run: ReviewRun; readonly publication: Publication }>;
  /** Reviews and answers the id of the one change that is proposed. */
  propose(): Promise<string>;
  load(id: string): Promise<StoredChange>;
  /** Stores a fresh personal link, by this configuration or the story's, and answers its token. */
  link(
    id: string,
    approverId: string,
    purpose: LinkPurpose,
    channel?: 'email' | 'slack',
    configuration?: Configuration,
  ): Promise<string>;
  ask(id: string, asker: Asker, request: Request): Promise<Outcome>;
  approve(id: string, principalArn?: string): Promise<Outcome>;
  rollBack(id: string, reason?: string): Promise<Outcome>;
  apply(changes?: Partial<ApplyPorts>): Promise<ApplyRun>;
  /** Status of the change after a run of apply, or why it waits. */
  outcome(id: string, changes?: Partial<ApplyPorts>): Promise<string>;
  /** Proposes and approves. */
  approved(): Promise<string>;
  /** Plays a step of the test's own, such as a fault and what comes of it, that several tests begin with. */
  played<Answer>(step: string, really: () => Promise<Answer>): Promise<Answer>;
  advance(seconds: number): void;
  /** Sets the product's clock, epoch milliseconds; AWS's own goes on. */
  setClock(at: number): void;
  text(policyId?: string): string | undefined;
  /** Edits an SCP by hand. */
  edit(text: string, policyId?: string): void;
  /** Lets an account come to an OU: one that joined at this instant, of itself or from elsewhere. */
  join(accountId: string, parentId: string, joinedAt?: number): void;
  /** The reason of the last event that ended the change, or null. */
  reason(id: string): Promise<Failure | null>;
  eventTypes(): readonly string[];
  eventsOf(detailType: string): readonly RecordedEvent[];
  /** How often an operation was called, refused calls included. */
  count(operation: string): number;
  close(): Promise<void>;
}

/** Opens a story; `close` ends it and puts the environment back. */
export async function openStory(options: StoryOptions = {}): Promise<Story> {
  const {
    isStill = false,
    reuseSeconds = 0,
    scenario = developmentAndElsewhere,
    startedBy = { type: 'schedule' },
  } = options;
  const sandbox = await startSandbox({ scenario, fast: true, reuseSeconds, isStill });
  const restore = pointAt(sandbox.endpoint, {
    TABLE_NAME: 'story',
    BUS_NAME: 'story',
    LOG_LEVEL: 'silent',
    TOPIC_ARN: undefined,
    TOPIC_NAME: undefined,
    PAGE_URL: 'http://127.0.0.1:4180',
  });
  const topics = await createLocalResources({
    tableName: 'story',
    busName: 'story',
    topics: [{ name: 'access-reviews', email: 'team@example.com' }],
  });
  process.env.TOPIC_ARN = topics.get('access-reviews');
  const configuration = storyConfiguration(options.configuration);
  const { world } = sandbox;
  const pace = clockOf(sandbox);
  const restoreClock = options.isRealTime ? () => undefined : liveBy(pace);
  let behind = 0;
  // Who has been given a job that AWS hands out again is known to the sandbox alone, and so is the IAM of accounts.
  const isTold =
    !options.isRealTime && !isStill && reuseSeconds === 0 && world.scenario.identities === undefined;
  const player = createPlayer(sandbox, isTold ? options : null);
  const clock: Clock = { now: () => pace.now() - behind, wait: pace.wait };
  const ports = portsOn(clock, configuration, pace);

  const story: Story = {
    sandbox: watched(sandbox, player.touch),
    ports,
    configuration,
    review: (scope = development) => reviewAndPublish(ports, { scope }, configuration, { startedBy }),
    propose: () =>
      player.play('propose', async () => {
        const { run } = await story.review();
        const [change, ...others] = run.decision.changes;
        if (!change || others.length > 0) throw new Error(`${others.length + 1} changes, not one`);
        return change.id;
      }),
    load: async (id) => {
      const stored = await ports.stores.changes.load(id);
      if (!stored) throw new Error(`there is no change ${id}`);
      return stored;
    },
    link: async (id, approverId, purpose, channel = 'email', { approvers } = configuration) => {
      const stored = await story.load(id);
      const now = ports.clock.now();
      const email = approvers.find((approver) => approver.id === approverId)?.email;
      const link = {
        ...{ approverId, purpose, channel },
        ...(email === undefined ? {} : { mailbox: mailboxHash(email) }),
        revision: stored.record.revision,
        expiresAt: now + 3_600_000,
      };
      const { links, token } = mint(stored.links, link, randomBytes(32), now);
      await ports.stores.changes.save(withLinks(stored, links), stored.version);
      return token;
    },
    ask: async (id, asker, request) => {
      const outcome = await recordRequest(ports, id, asker, request, configuration);
      if (!outcome) throw new Error(`there is no change ${id}`);
      return outcome;
    },
    approve: (id, principalArn = anaSession) =>
      player.play(`approve ${id} ${principalArn}`, async () =>
        story.ask(id, { principalArn }, approvalOf(await story.load(id))),
      ),
    rollBack: (id, reason = 'it was needed after all') =>
      player.play(`roll back ${id} ${reason}`, () =>
        story.ask(id, { principalArn: benUser }, { purpose: 'roll-back', reason }),
      ),
    apply: (changes = {}) => applyDue({ ...ports, ...changes }),
    outcome: (id, changes) => {
      const really = async (): Promise<string> => {
        const { reports, skipped } = await story.apply(changes);
        const report = reports.find((own) => own.id === id);
        if (!report) return skipped ?? 'not due';
        return 'waits' in report ? `waits: ${report.waits}` : report.status;
      };
      return changes ? really() : player.play(`apply ${id}`, really);
    },
    approved: async () => {
      const id = await story.propose();
      const { refusals } = await story.approve(id);
      if (refusals.length > 0) throw new Error(refusals[0]?.detail);
      return id;
    },
    played: player.play,
    advance: (seconds) => world.advanceSeconds(seconds),
    setClock: (at) => {
      player.touch();
      behind = world.now() - at;
    },
    text: (policyId = developmentPolicy) => world.policies.get(policyId)?.content,
    edit: (text, policyId = developmentPolicy) => setPolicyText(world, policyId, text),
    join: (id, parent, joined = world.now()) => {
      const account: WorldAccount = {
        ...{ type: 'ACCOUNT' as const, id, name: `new-${id}`, email: `${id}@example.com` },
        ...{ joined, state: 'ACTIVE' as const, parent, uses: [] },
      };
      world.accounts.set(id, account);
      world.entities.set(id, account);
      world.policies.get('p-FullAWSAccess')?.targets.add(id);
      (world.entities.get(parent) as WorldPlace).accounts.add(id);
    },
    reason: async (id) => {
      const last = (await story.load(id)).record.history.at(-1);
      if (last?.type === 'superseded') return last.reason;
      if (last?.type === 'apply-failed' || last?.type === 'roll-back-failed') return last.failure;
      return last?.type === 'interrupted' ? { code: 'INTERRUPTED', detail: last.detail } : null;
    },
    eventTypes: () => sandbox.events().map((event) => event.detailType),
    eventsOf: (detailType) => sandbox.events().filter((event) => event.detailType === detailType),
    count: (operation) => sandbox.calls().filter((call) => call.operation === operation).length,
    close: async () => {
      restoreClock();
      restore();
      await sandbox.close();
    },
  };
  return story;
}

/** The sandbox, telling when a test gets hold of what cannot be compared afterwards. */
function watched(sandbox: Sandbox, touch: () => void): Sandbox {
  return {
    ...sandbox,
    onCall: (listener) => {
      touch();
      return sandbox.onCall(listener);
    },
    get eventBridge() {
      touch();
      return sandbox.eventBridge;
    },
    get slack() {
      touch();
      return sandbox.slack;
    },
    get iamAccounts() {
      touch();
      return sandbox.iamAccounts;
    },
  };
}
