import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { createAccessReports } from '../adapters/aws/access-reports.ts';
import { createCaller } from '../adapters/aws/caller.ts';
import {
  clientSettings,
  createIamClient,
  createOrganizationsClient,
  createOrganizationsWriteClient,
  createSecretsClient,
  createStsClient,
} from '../adapters/aws/clients.ts';
import { createLocalResources } from '../adapters/aws/local-resources.ts';
import { createMeter, type PacingMeter } from '../adapters/aws/meter.ts';
import { createOrganizationReader } from '../adapters/aws/organization-reader.ts';
import { createPolicyWriter } from '../adapters/aws/policy-writer.ts';
import { systemClock } from '../adapters/clock.ts';
import { askNobodyElse, readEnvironment } from '../adapters/environment.ts';
import { wireApply } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { wireSignedRequest } from '../adapters/wire-signed.ts';
import { type Configuration, parseConfiguration } from '../core/base/configuration.ts';
import { wrongAccount } from '../core/base/configured-reach.ts';
import type { ApplyPorts } from '../flow/apply-ports.ts';
import { createHandler } from '../handlers/approvals.ts';
import { type Gateway, startApiGateway } from '../sandbox/api-gateway.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { Recorder } from './recorder.ts';
import type { MachineAnswer, ServiceSetup } from './service-points.ts';

/** Where the test runs: Organizations, IAM and STS are AWS's own; table, bus, topic and page are on this machine. */
export interface Stage {
  readonly ports: ApplyPorts;
  readonly configuration: Configuration;
  /** Recorded, and tried once: what AWS refuses is what is looked for. */
  readonly organizations: OrganizationsClient;
  readonly iam: IAMClient;
  readonly services: ServiceSetup;
  /** Whose credentials these are. */
  close(): Promise<void>;
}

const name = 'oar-smoke';

/** Sets the stage. Throws `AwsRefusal` where AWS does not tell whose the credentials are, and where they are of another account than the installation's configuration is for. */
export async function setStage(
  recorder: Recorder,
  installed: Pick<Configuration, 'account'>,
): Promise<Stage> {
  askNobodyElse();
  process.env.AWS_REGION ??= process.env.AWS_DEFAULT_REGION ?? 'us-east-1';
  const clock = systemClock;
  const meter = recorder.around(createMeter(clock));
  const caller = createCaller(createStsClient(meter));
  const { accountId, arn: callerArn } = await caller.identity();
  const [problem] = wrongAccount(installed, accountId);
  if (problem !== undefined) throw new Error(problem);
  const local = await startSandbox({ scenario: 'development-ou', fast: true });
  const gateway = await openPage(local.endpoint, callerArn);
  const configuration = configurationFor(callerArn);
  const reader = createOrganizationsClient(meter);
  const iam = createIamClient(meter);
  const ports: ApplyPorts = {
    ...wireApply(readEnvironment()),
    ...{ clock, meter, caller, configuration },
    // Changes of accounts' IAM are no part of this test.
    sessions: wireIdentities(configuration.memberRoles).sessions,
    organization: createOrganizationReader(reader, caller, clock),
    reports: createAccessReports(iam, clock),
    writer: createPolicyWriter(reader, createOrganizationsWriteClient(meter)),
  };
  return {
    ports,
    configuration,
    organizations: createOrganizationsWriteClient(meter),
    iam,
    services: await servicesFor(recorder, meter, callerArn),
    close: async () => {
      await gateway.close();
      await local.close();
    },
  };
}

/** The services that a stack uses, for who calls. Step Functions has no client here: one signed request asks it. */
async function servicesFor(recorder: Recorder, meter: PacingMeter, callerArn: string): Promise<ServiceSetup> {
  const [, partition = 'aws', , , accountId = ''] = callerArn.split(':');
  const cloudFormation = new CloudFormationClient(clientSettings(1));
  const region = await cloudFormation.config.region();
  const secrets = createSecretsClient('');
  for (const client of [cloudFormation, secrets]) meter.attach(client);
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = `${process.env.AWS_ENDPOINT_URL ?? `https://states.${region}.${suffix}`}/`;
  return {
    ...{ cloudFormation, secrets },
    arnOf: (service, rest) => `arn:${partition}:${service}:${region}:${accountId}:${rest}`,
    validateMachine: (definition) =>
      recorder.sent('ValidateStateMachineDefinition', { definition }, async () => {
        const { body, status } = await wireSignedRequest()('POST', url, {
          ...{ body: { definition }, headers: jsonHeaders },
          ...{ region, service: 'states' },
        });
        if (status === 200) return body as MachineAnswer;
        const { __type = `HTTP ${status}`, message = '' } = (body ?? {}) as Readonly<Record<string, string>>;
        throw Object.assign(new Error(message), { name: __type.split('#').at(-1) });
      }),
  };
}

const jsonHeaders = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'AWSStepFunctions.ValidateStateMachineDefinition',
};

/** Table, bus, topic and page of this machine. The SDK finds the endpoint of a single service by a variable, and the page takes every request for the caller's. */
async function openPage(endpoint: string, callerArn: string): Promise<Gateway> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
    AWS_ENDPOINT_URL_SNS: endpoint,
    TABLE_NAME: name,
    BUS_NAME: name,
    LOG_LEVEL: 'warn',
  });
  const topics = await createLocalResources({
    ...{ tableName: name, busName: name },
    topics: [{ name, email: 'smoke@example.com' }],
  });
  process.env.TOPIC_ARN = topics.get(name);
  const gateway = await startApiGateway({
    handler: createHandler(configurationFor(callerArn)),
    callerArnOf: () => callerArn,
  });
  process.env.PAGE_URL = gateway.url;
  return gateway;
}

/** Whoever runs the test approves, at once and alone. */
function configurationFor(callerArn: string): Configuration {
  const parsed = parseConfiguration({
    approvers: [{ id: 'smoke', name: 'Smoke Test', email: 'smoke@example.com', principals: [callerArn] }],
    coolingMinutes: 0,
    highRisk: { approvals: 1 },
  });
  if (!parsed.ok) throw new Error(parsed.reasons.map(({ detail }) => detail).join('\n'));
  return parsed.value;
}
