import { accountLimits } from '../../core/base/limits.ts';
import type { AccountRegions } from '../source-ports.ts';
import { readAll } from './pages.ts';
import { createSignedClient, type SignedClient } from './signed-client.ts';

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
      const regions = await readAll('ListRegions', async (token) => {
        const page = (await client.send({
          ...{ operation: 'ListRegions', path: '/listRegions' },
          body: {
            AccountId: accountId,
            MaxResults: accountLimits.pageItems,
            ...(token === undefined ? {} : { NextToken: token }),
          },
        })) as RegionsPage;
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
