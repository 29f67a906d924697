import { accountLimits } from '../../core/base/limits.ts';
import type { AccountRegions } from '../source-ports.ts';
import { readAll } from './pages.ts';
import { AwsRefusal, isAwsRefusal } from './refusal.ts';
import { createSignedClient, type SignedClient } from './signed-client.ts';

const operation = 'ListRegions';
const trustedAccess =
  'enable trusted access, once: aws organizations enable-aws-service-access --service-principal account.amazonaws.com';

interface RegionsPage {
  readonly Regions?: readonly { readonly RegionName?: string; readonly RegionOptStatus?: string }[];
  readonly NextToken?: string;
}

/** AWS Account Management (REST JSON) at an endpoint, or, where that is null, at AWS's own. */
export function createAccountClient(endpoint: string | null): SignedClient {
  return createSignedClient({
    ...{ clientName: 'AccountClient', signingName: 'account', endpoint },
    contentType: 'application/json',
  });
}

/** Reads Regions through ListRegions (Account Management API reference). Whoever disables a Region may still have used it: anything but DISABLED counts. */
export function createAccountRegions(client: SignedClient): AccountRegions {
  return {
    enabledRegions: async (accountId) => {
      const regions = await readAll(operation, async (token) => {
        const page = await pageOf(client, {
          AccountId: accountId,
          MaxResults: accountLimits.pageItems,
          ...(token === undefined ? {} : { NextToken: token }),
        });
        return { items: page.Regions, nextToken: page.NextToken };
      });
      return regions
        .flatMap(({ RegionName, RegionOptStatus }) =>
          RegionName === undefined || RegionOptStatus === 'DISABLED' ? [] : RegionName,
        )
        .sort();
    },
  };
}

/** Without trusted access AWS refuses whatever the caller may do. */
async function pageOf(client: SignedClient, body: object): Promise<RegionsPage> {
  try {
    return (await client.send({ operation, path: '/listRegions', body })) as RegionsPage;
  } catch (error) {
    if (!isAwsRefusal(error) || error.kind !== 'access-denied') throw error;
    throw new AwsRefusal({ ...error, hint: trustedAccess }, error.cause);
  }
}
