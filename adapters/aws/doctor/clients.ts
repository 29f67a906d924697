import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from '../clients.ts';
import type { PacingMeter } from '../meter.ts';

/** Attempts of a read by the SDK, the first included. */
const attempts = 5;

/** CloudFormation in the region of the SDK's chain, metered. */
export function createCloudFormationClient(meter: PacingMeter): CloudFormationClient {
  const client = new CloudFormationClient(clientSettings(attempts));
  meter.attach(client);
  return client;
}

/** Lambda in the region of the SDK's chain, metered. */
export function createLambdaClient(meter: PacingMeter): LambdaClient {
  const client = new LambdaClient(clientSettings(attempts));
  meter.attach(client);
  return client;
}

/** KMS in the region of the SDK's chain, metered. */
export function createKmsClient(meter: PacingMeter): KMSClient {
  const client = new KMSClient(clientSettings(attempts));
  meter.attach(client);
  return client;
}
