import { botUsers, withApproverTopics } from '../../core/base/configured-reach.ts';
import { decidesInSlack } from '../../core/base/configured-slack.ts';
import { listAt } from '../../core/base/lists.ts';
import { topicsOfApprovers } from '../../core/doctor/checks/topics.ts';
import type {
  KeyReading,
  Readings,
  ScheduleReading,
  SimulatedGrant,
  StackReading,
  TopicReading,
} from '../../core/doctor/readings.ts';
import { simulationOf } from '../../core/doctor/simulations.ts';
import { buildTree } from '../../core/organization/organization.ts';
import { readPrincipals } from './read-principals.ts';
import { readSources } from './read-sources.ts';
import { approverTopicPrefix, type Looking, NotRead } from './reading.ts';

/** Member accounts that are tried: one that can be entered shows that the roles are deployed. */
const membersTried = 3;
const alarmService = 'cloudwatch.amazonaws.com';

/** How each reading is made. */
export const readers: {
  readonly [Name in keyof Readings]: (looking: Looking) => Promise<Readings[Name]>;
} = {
  caller: ({ ports }) => ports.readCaller(),
  organization: ({ ports }) => ports.readOrganization(),
  root: ({ ports }) => ports.readRoot(),
  scps: readScps,
  ownReads: async ({ need, ports }) => ports.tryReads((await need('root')).id),
  stack: readStack,
  table: async (looking) => looking.ports.readTable(outputOf(await deployed(looking), 'TableName')),
  bus: async (looking) => looking.ports.readBus(outputOf(await deployed(looking), 'BusName')),
  schedules: readSchedules,
  functions: readFunctions,
  concurrency: ({ ports }) => ports.readConcurrency(),
  grants: readGrants,
  keys: readKeys,
  topics: readTopics,
  slack: readSlack,
  principals: readPrincipals,
  members: readMembers,
  sources: readSources,
};

async function readScps({ need, ports }: Looking): Promise<Readings['scps']> {
  await need('caller');
  const [facts, policies] = await Promise.all([
    ports.organization.readTree(),
    ports.organization.readPolicies(Number.POSITIVE_INFINITY),
  ]);
  return { tree: buildTree(facts), policies };
}

async function readStack({ ports, stackName }: Looking): Promise<StackReading | null> {
  if (stackName === null) throw new NotRead('nothing is deployed, as you said with --no-stack');
  return ports.readStack(stackName);
}

/** The stack, for what hangs on it. */
async function deployed({ need, stackName }: Looking): Promise<StackReading> {
  const stack = await need('stack');
  if (stack === null) throw new NotRead(`there is no stack ${stackName}`);
  return stack;
}

function outputOf({ name, outputs }: StackReading, output: string): string {
  const value = outputs[output];
  if (value === undefined) throw new NotRead(`the stack ${name} has no output ${output}: deploy again`);
  return value;
}

async function readSchedules(looking: Looking): Promise<readonly ScheduleReading[]> {
  const [{ resources }, { region }] = await Promise.all([deployed(looking), looking.need('caller')]);
  const named = [...resources].filter(([, { type }]) => type === 'AWS::Scheduler::Schedule');
  const found = await Promise.all(
    named.map(async ([logicalId, { physicalId }]) => {
      const schedule = await looking.ports.readSchedule(physicalId, region);
      return schedule === null ? [] : [{ logicalId, ...schedule }];
    }),
  );
  return found.flat();
}

const functionSuffix = 'LambdaFunction';

/** The framework names the resource of a function after it: `ReviewLambdaFunction` is `review`. */
async function readFunctions(looking: Looking): Promise<Readings['functions']> {
  const { resources } = await deployed(looking);
  const functions = [...resources].flatMap(([logicalId, { physicalId, type }]) =>
    type === 'AWS::Lambda::Function' && logicalId.endsWith(functionSuffix)
      ? [{ name: uncapitalized(logicalId.slice(0, -functionSuffix.length)), physicalId }]
      : [],
  );
  return Promise.all(functions.map(({ name, physicalId }) => looking.ports.readFunction(name, physicalId)));
}

function uncapitalized(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

async function readGrants(looking: Looking): Promise<readonly SimulatedGrant[]> {
  const { grants, need, ports } = looking;
  const [caller, organization, stack, functions] = await Promise.all([
    need('caller'),
    need('organization'),
    deployed(looking),
    need('functions'),
  ]);
  const place = {
    partition: caller.arn.split(':')[1] ?? 'aws',
    accountId: caller.accountId,
    region: caller.region,
    stackName: stack.name,
    resources: stack.resources,
  };
  const simulated: SimulatedGrant[] = [];
  for (const grant of grants) {
    const found = functions.find(({ name, state }) => name === grant.functionName && state !== null);
    const simulation = simulationOf(grant, place, organization.id);
    if (!found || simulation === null) continue;
    const { effect, functionName, sid } = simulation;
    simulated.push({
      effect,
      functionName,
      sid,
      results: await ports.simulate(found.roleArn, simulation),
    });
  }
  return simulated;
}

/** The key of the topics, that of the table, and that of the configuration; alarms use the first in CloudWatch's own name. */
async function readKeys(looking: Looking): Promise<Readings['keys']> {
  const { configuration, need, ports } = looking;
  const [{ resources }, table, { region }] = await Promise.all([
    deployed(looking),
    need('table'),
    need('caller'),
  ]);
  const { kmsKeyArn } = configuration.deployment;
  const topicsOf = new Map<string, string[]>();
  for (const [logicalId, { physicalId, type }] of resources) {
    if (type !== 'AWS::SNS::Topic') continue;
    const key = (await ports.readTopic(physicalId))?.keyId ?? null;
    if (key !== null) listAt(topicsOf, key).push(logicalId);
  }
  const uses: Pick<KeyReading, 'id' | 'services' | 'use'>[] = [...topicsOf].map(([id, topics]) => ({
    id,
    use: topics.length > 1 ? `${topics.length} topics` : topics.join(),
    services: [alarmService],
  }));
  if (table !== null && table.keyArn !== null)
    uses.push({ id: table.keyArn, use: 'the table', services: [] });
  if (kmsKeyArn !== null)
    uses.push({
      id: kmsKeyArn,
      use: 'deployment.kmsKeyArn',
      services: [alarmService, 'events.amazonaws.com', `logs.${region}.amazonaws.com`],
    });
  return Promise.all(
    uses.map(async (use) => ({
      ...use,
      ...(await ports.readKey(use.id)),
      policy: use.services.length === 0 ? null : await ports.readKeyPolicy(use.id),
    })),
  );
}

/** The topic of each approver, his own or the one that the stack makes; those of operators and of people. */
async function readTopics(looking: Looking): Promise<readonly TopicReading[]> {
  const { configuration, need, ports } = looking;
  const [caller, stack] = await Promise.all([need('caller'), deployed(looking)]);
  const whole = withApproverTopics(configuration, approverTopicPrefix(caller, stack.name));
  const { operators } = whole;
  const topics = [...topicsOfApprovers(whole)];
  if (operators !== 'none')
    topics.push({
      arn: outputOf(stack, 'OperatorsTopicArn'),
      use: 'the operators',
      wanted: operators,
      isPersonal: false,
    });
  topics.push({
    arn: outputOf(stack, 'PeopleTopicArn'),
    use: 'people',
    wanted: [],
    isPersonal: false,
  });
  return Promise.all(
    topics.map(async (topic) => ({
      ...topic,
      subscriptions: await ports.readSubscriptions(topic.arn),
      policy: (await ports.readTopic(topic.arn))?.policy ?? null,
    })),
  );
}

async function readSlack({ configuration, ports }: Looking): Promise<Readings['slack']> {
  const { channels = {}, teamId = null, webhookUrl } = configuration.slack ?? {};
  const webhooks = [webhookUrl, ...Object.values(channels)].filter((place) => place?.includes(':')).length;
  const decides = decidesInSlack(configuration);
  const needsBot = decides || (configuration.slack !== null && botUsers(configuration).length > 0);
  return {
    bot: needsBot ? await ports.readBot() : null,
    decisions: decides ? { teamId, refusal: await ports.readSigningSecret() } : null,
    webhooks,
  };
}

async function readMembers({ configuration, need, ports }: Looking): Promise<Readings['members']> {
  if (configuration.memberRoles.externalId === null)
    throw new NotRead('memberRoles.externalId is not set, so no member account has the roles');
  const { tree } = await need('scps');
  const tried = tree.accounts.filter(({ state }) => state === 'ACTIVE').slice(0, membersTried);
  return Promise.all(
    tried.map(async ({ id }) => {
      const opened = await ports.sessions.openToRead(id);
      if (opened.status === 'open') opened.close();
      return { accountId: id, refusal: opened.status === 'open' ? null : opened.message };
    }),
  );
}
