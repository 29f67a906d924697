import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateOrganizationCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Line } from '../../core/doctor/check.ts';
import { pointAt } from '../adapters/environment.ts';
import { type Moto, motoIsInstalled, startMoto } from '../adapters/moto.ts';
import { oar } from '../cli/run-oar.ts';
import { stackName, type Template, templateFor } from './template.ts';

// What moto makes of a template in a blink; the rest of the stack it does not know, or runs.
const made = /^AWS::(DynamoDB::Table|Events::EventBus|SNS::Topic|KMS::Key)$/;

const smaller = ({ Outputs, Resources }: Template): Template => ({
  Outputs,
  Resources: Object.fromEntries(Object.entries(Resources).filter(([, { Type }]) => made.test(String(Type)))),
});

/** A second judge beside the sandbox: another implementation of the same wire protocols. It knows no simulator and no policies of buses. */
const judge = () => {
  let moto: Moto;
  let restore = () => {};

  beforeAll(async () => {
    moto = await startMoto();
    restore = pointAt(moto.endpoint);
    const organizations = new OrganizationsClient({});
    await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    await organizations.send(
      new EnablePolicyTypeCommand({ RootId: Roots?.[0]?.Id ?? '', PolicyType: 'SERVICE_CONTROL_POLICY' }),
    );
    const body = JSON.stringify(smaller(templateFor({})));
    await new CloudFormationClient({}).send(
      new CreateStackCommand({ StackName: stackName, TemplateBody: body }),
    );
  });

  afterAll(async () => {
    restore();
    await moto?.stop();
  });

  test('caller, clock, SCPs, stack and table are read as from the sandbox', async () => {
    const ask = async (): Promise<readonly Line[]> => {
      const checks = 'caller,clock,scps,stack,table';
      const { output } = await oar(
        'nobody',
        'doctor',
        '--stage',
        'test',
        '--only',
        checks,
        '--format',
        'json',
      );
      return (JSON.parse(output) as { readonly checks: readonly Line[] }).checks;
    };
    // CloudFormation of moto leaves both out.
    expect((await ask()).flatMap(({ said, verdict }) => (verdict === 'ok' ? [] : [said]))).toEqual([
      `items of ${stackName} do not expire, so evidence is kept for ever`,
      `${stackName} has no point-in-time recovery, so no decision could be restored`,
    ]);
    const client = new DynamoDBClient({});
    const TableName = stackName;
    const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
    expect((await ask()).map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      ...['caller ok', 'clock ok', 'scps ok', 'stack ok', 'table ok'],
    ]);
  });
};

if (motoIsInstalled()) describe('against moto', judge);
else test('against moto', () => console.log('skipped: moto_server is not on the PATH'));
