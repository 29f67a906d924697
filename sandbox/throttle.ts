interface Rate {
  /** Calls a second and burst of one account. */
  readonly account: readonly [number, number];
  /** Calls a second and burst of the whole organization, where AWS publishes them. */
  readonly organization?: readonly [number, number];
}

// Organizations User Guide, "Quotas and service limits": throttle limits, autumn 2026.
const list: Rate = { account: [5, 8], organization: [6, 10] };
const write: Rate = { account: [2, 3] };
const organizationsRates: Readonly<Record<string, Rate>> = {
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

// IAM publishes no rates: these are assumed. STS: 600 a second for one account and Region (IAM User Guide, quotas).
const assumedIam: Rate = { account: [20, 40] };
const sts: Rate = { account: [600, 600] };

const rateOf = (service: string, operation: string): Rate | undefined => {
  if (service === 'organizations') return organizationsRates[operation];
  // An organizations access report is held back by its one running job.
  if (service === 'iam') return operation.includes('OrganizationsAccessReport') ? undefined : assumedIam;
  return service === 'sts' ? sts : undefined;
};

interface Bucket {
  tokens: number;
  /** Seconds at which the tokens were counted. */
  at: number;
}

/** Says of each call whether AWS would let it pass. */
export interface Throttle {
  admit(service: string, operation: string, accountId: string): boolean;
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
    admit: (service, operation, accountId) => {
      const rate = rateOf(service, operation);
      if (rate === undefined) return true;
      const touched = [filled(`${service} ${operation} ${accountId}`, rate.account)];
      if (rate.organization !== undefined) touched.push(filled(`${service} ${operation}`, rate.organization));
      if (touched.some(({ tokens }) => tokens < 1)) return false;
      for (const bucket of touched) bucket.tokens -= 1;
      return true;
    },
  };
};
