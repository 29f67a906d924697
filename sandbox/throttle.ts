interface Rate {
  /** Calls a second and burst of one account. */
  readonly account: readonly [number, number];
  /** Calls a second and burst of the whole organization, where AWS publishes them. */
  readonly organization?: readonly [number, number];
}

// Organizations User Guide, "Quotas and service limits": throttle limits, autumn 2026. IAM publishes none for access reports.
const list: Rate = { account: [5, 8], organization: [6, 10] };
const write: Rate = { account: [2, 3] };
const rates: Readonly<Record<string, Rate>> = {
  ListAccounts: { account: [8, 12], organization: [9, 15] },
  ListChildren: { account: [6, 10], organization: [7, 12] },
  ListParents: list,
  ListAccountsForParent: list,
  ListOrganizationalUnitsForParent: list,
  ListPolicies: list,
  ListPoliciesForTarget: list,
  ListTargetsForPolicy: list,
  DescribePolicy: { account: [2, 2], organization: [2, 3] },
  DescribeOrganizationalUnit: { account: [2, 2], organization: [2, 3] },
  DescribeOrganization: { account: [1, 2] },
  ListRoots: { account: [1, 2], organization: [1, 3] },
  DescribeAccount: { account: [20, 30], organization: [24, 36] },
  ListTagsForResource: { account: [10, 15], organization: [12, 18] },
  UpdatePolicy: write,
  CreatePolicy: write,
  DeletePolicy: write,
  AttachPolicy: write,
  DetachPolicy: write,
  EnablePolicyType: { account: [1, 1] },
  DisablePolicyType: { account: [1, 1] },
};

interface Bucket {
  tokens: number;
  /** Seconds at which the tokens were counted. */
  at: number;
}

/** Says of each call whether AWS would let it pass. */
export interface Throttle {
  admit(operation: string, accountId: string): boolean;
}

/**
 * Token buckets with AWS's published rates, one per operation and account and one per operation for the organization.
 * `now` gives seconds on any clock that only goes forward. AWS does not say whether operations share a bucket: here none do.
 */
export const createThrottle = (now: () => number): Throttle => {
  const buckets = new Map<string, Bucket>();
  const filled = (key: string, [rate, burst]: readonly [number, number]): Bucket => {
    const at = now();
    const bucket = buckets.get(key) ?? { tokens: burst, at };
    bucket.tokens = Math.min(burst, bucket.tokens + (at - bucket.at) * rate);
    bucket.at = at;
    buckets.set(key, bucket);
    return bucket;
  };
  return {
    admit: (operation, accountId) => {
      const rate = rates[operation];
      if (rate === undefined) return true;
      const touched = [filled(`${operation} ${accountId}`, rate.account)];
      if (rate.organization !== undefined) touched.push(filled(operation, rate.organization));
      if (touched.some(({ tokens }) => tokens < 1)) return false;
      for (const bucket of touched) bucket.tokens -= 1;
      return true;
    },
  };
};
