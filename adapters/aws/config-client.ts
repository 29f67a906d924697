import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { type Credentials, clientSettings } from './clients.ts';
import type { PacingMeter } from './meter.ts';
import type { Patience } from './patience.ts';

/** AWS Config in the region of the SDK's chain, metered, with credentials of its own where an account was entered by a role. The same evaluation sent twice is one evaluation, so calls are tried again with the patience. */
export function createConfigClient(
  meter: PacingMeter,
  patience: Patience,
  credentials?: Credentials,
): ConfigServiceClient {
  const client = new ConfigServiceClient({ ...clientSettings(1), ...(credentials && { credentials }) });
  meter.attach(client);
  patience.attach(client);
  return client;
}
