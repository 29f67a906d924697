import { createLocalResources } from '../adapters/aws/local-resources.ts';
import { type Approver, type Configuration, parseConfiguration } from '../core/base/configuration.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import type { DemoOptions } from './options.ts';
import { type IdentityStory, identityStories } from './stories.ts';

/** Everything that the story plays on: a sandbox with table, bus and topics, and the configuration with its approvers. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly configuration: Configuration;
  readonly pageUrl: string;
  readonly tableName: string;
  readonly inboxUrl: string;
}

/** How long AWS takes for a report of an organization, in seconds. */
const awsJobSeconds = [5, 12] as const;

const tableName = 'org-access-reviewer-demo';
const team = 'cloud-security@example.com';
const approvers: readonly Approver[] = [
  {
    id: 'ana',
    name: 'Ana Diaz',
    email: 'ana@example.com',
    slackUserId: 'U0ANA',
    // Whoever signs with the sandbox's credentials decides as Ana.
    principals: ['arn:aws:iam::111111111111:user/admin'],
  },
  { id: 'ben', name: 'Ben Okafor', email: 'ben@example.com', slackUserId: 'U0BEN' },
];

/** Starts the sandbox, points this process at it through the variables that the SDK itself reads, and makes what a stack would have made. */
export async function setStage(options: DemoOptions): Promise<Stage> {
  const sandbox = await startSandbox({
    scenario: options.scenario,
    port: options.port + 1,
    ...(options.pace === 'aws'
      ? { jobSeconds: awsJobSeconds }
      : { jobSeconds: [0.2, 0.8] as const, reuseSeconds: 1 }),
  });
  const pageUrl = `http://127.0.0.1:${options.port}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: 'AKIASANDBOX000000000',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    TABLE_NAME: tableName,
    BUS_NAME: 'org-access-reviewer-demo',
    PAGE_URL: pageUrl,
    SLACK_BOT_TOKEN: 'xoxb-sandbox',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
  });
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[name];
  const topicArns = await createLocalResources({
    tableName,
    busName: 'org-access-reviewer-demo',
    topics: [
      { name: 'access-reviews', email: team },
      ...approvers.map(({ id, email }) => ({ name: `approver-${id}`, email })),
    ],
  });
  process.env.TOPIC_ARN = topicArns.get('access-reviews');
  const personal = approvers.map(({ id }) => [id, topicArns.get(`approver-${id}`)]);
  return {
    sandbox,
    configuration: demoConfiguration(options, Object.fromEntries(personal), sandbox),
    pageUrl,
    tableName,
    inboxUrl: `${sandbox.endpoint}/inbox`,
  };
}

function demoConfiguration(
  options: DemoOptions,
  topics: Readonly<Record<string, string>>,
  { endpoint, world }: Sandbox,
): Configuration {
  // An organization that tells of Regions tells the rest as well: then the certificate has all of its sources.
  const { trail, trustedServices } = world.scenario;
  const isTold = trustedServices?.includes('account.amazonaws.com') === true;
  const replay =
    trail === undefined
      ? null
      : {
          database: trail.database,
          table: trail.table,
          workgroup: trail.workgroup ?? 'primary',
          trailLocation: 's3://example-trail/AWSLogs/o-exampleorg1/',
        };
  const story: IdentityStory | null = options.story ? identityStories[options.story] : null;
  const parsed = parseConfiguration({
    ...story?.configuration,
    approvers,
    sources: { regions: isTold, cost: isTold, simulate: isTold, replay },
    requiredApprovals: options.approvals,
    coolingMinutes: options.cooling,
    email: { topics },
    slack: { apiUrl: `${endpoint}/slack/api`, webhookUrl: `${endpoint}/slack/webhook/cloud-security` },
  });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}
