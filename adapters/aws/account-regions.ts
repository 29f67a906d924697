import {
  type AccountClient,
  ListRegionsCommand,
  type ListRegionsRequest,
  type ListRegionsResponse,
} from '@aws-sdk/client-account';
import { accountLimits } from '../../core/base/limits.ts';
import { untrackedRegions } from '../../core/base/tracked-regions.ts';
import type { Caller } from '../ports.ts';
import type { AccountRegions } from '../source-ports.ts';
import { readSome } from './pages.ts';
import { AwsRefusal, isAwsRefusal, refusing, shortAnswer } from './refusal.ts';

const operation = 'ListRegions';
const trustedAccess =
  'enable trusted access, once: aws organizations enable-aws-service-access --service-principal account.amazonaws.com';

/**
 * Reads Regions through ListRegions (Account Management API reference). Whoever disables a Region may still have used it:
 * anything but DISABLED counts. AWS names every Region of the partition with its state: an answer that leaves out one of those
 * without data does not tell of it. It takes no id of the account that calls: the management account may not name itself.
 */
export function createAccountRegions(
  client: AccountClient,
  caller: Pick<Caller, 'identity'>,
): AccountRegions {
  return {
    enabledRegions: async (accountId) => {
      const identity = await caller.identity();
      const isOwn = identity.accountId === accountId;
      const regions = await readSome(operation, async (token) => {
        const page = await pageOf(client, {
          ...(isOwn ? {} : { AccountId: accountId }),
          MaxResults: accountLimits.pageItems,
          ...(token === undefined ? {} : { NextToken: token }),
        });
        return { items: page.Regions, nextToken: page.NextToken };
      });
      const named = new Set(regions.map(({ RegionName }) => RegionName));
      // All of them lie in the partition `aws`.
      const expected = identity.arn.startsWith('arn:aws:') ? untrackedRegions : [];
      const missing = expected.filter((region) => !named.has(region));
      if (missing.length > 0) throw shortAnswer(operation, `nothing is said of ${missing.join(', ')}`);
      return regions
        .flatMap(({ RegionName, RegionOptStatus }) => {
          if (!RegionName) throw shortAnswer(operation, 'a Region has no name');
          return RegionOptStatus === 'DISABLED' ? [] : RegionName;
        })
        .sort();
    },
  };
}

/** Without trusted access AWS refuses whatever the caller may do. */
async function pageOf(client: AccountClient, input: ListRegionsRequest): Promise<ListRegionsResponse> {
  try {
    return await refusing(operation, () => client.send(new ListRegionsCommand(input)));
  } catch (error) {
    // Without an id it is the caller's own account, and trusted access has no part in it.
    const isOwn = input.AccountId === undefined;
    if (isOwn || !isAwsRefusal(error) || error.kind !== 'access-denied') throw error;
    throw new AwsRefusal({ ...error, hint: trustedAccess }, error.cause);
  }
}
