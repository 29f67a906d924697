/** What the formulas need to know of an organization. */
export interface OrganizationShape {
  /** Accounts, the management account included. */
  readonly accounts: number;
  /** The number of OUs in each root or OU that may hold OUs (depth below 5). */
  readonly childUnits: readonly number[];
  /** Each SCP with the number of its targets. */
  readonly policies: readonly { readonly targets: number; readonly awsManaged: boolean }[];
}

const pageItems = 20;
const pages = (items: number): number => Math.ceil(items / pageItems);
const pagesAtLeastOne = (items: number): number => Math.max(1, pages(items));
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** How `fewestCalls` counts, in words. */
export const fewestCallsFormula =
  'the fewest pages: 1 GetCallerIdentity + 1 DescribeOrganization + 1 ListRoots + 2·ceil(accounts/20) ListAccounts (before and after the reports) ' +
  '+ Σ max(1, ceil(child OUs/20)) over root and OUs above depth 5 + ceil(SCPs/20) ListPolicies + Σ max(1, ceil(targets/20)) over SCPs ' +
  '+ 1 DescribePolicy per SCP with a target + 1 ListTagsForResource per such SCP of the customer';

/** The fewest calls, by operation, that read the tree, the SCPs, and after the reports the place of every account. */
export function fewestCalls(shape: OrganizationShape): Readonly<Record<string, number>> {
  const used = shape.policies.filter(({ targets }) => targets > 0);
  return {
    GetCallerIdentity: 1,
    DescribeOrganization: 1,
    ListRoots: 1,
    ListAccounts: 2 * pages(shape.accounts),
    ListOrganizationalUnitsForParent: sum(shape.childUnits.map(pagesAtLeastOne)),
    ListPolicies: pagesAtLeastOne(shape.policies.length),
    ListTargetsForPolicy: sum(shape.policies.map(({ targets }) => pagesAtLeastOne(targets))),
    DescribePolicy: used.length,
    ListTagsForResource: used.filter(({ awsManaged }) => !awsManaged).length,
  };
}

// Organizations User Guide, "Quotas and service limits": calls a second and burst of one account. STS has no such limit.
const publishedRates: Readonly<Record<string, readonly [number, number]>> = {
  DescribeOrganization: [1, 2],
  DescribePolicy: [2, 2],
  ListAccounts: [8, 12],
  ListOrganizationalUnitsForParent: [5, 8],
  ListPolicies: [5, 8],
  ListRoots: [1, 2],
  ListTagsForResource: [10, 15],
  ListTargetsForPolicy: [5, 8],
};

/** How `throttleBoundSeconds` counts, in words. */
export const throttleBoundFormula =
  'the throttle bound: the largest (fewest calls − burst) ÷ rate of any operation, by the published table of AWS Organizations';

/** No reader is faster: the seconds that the most throttled operation needs for its calls, all operations side by side. */
export function throttleBoundSeconds(calls: Readonly<Record<string, number>>): number {
  const seconds = Object.entries(calls).map(([operation, count]) => {
    const [rate, burst] = publishedRates[operation] ?? [Number.POSITIVE_INFINITY, 0];
    return Math.max(0, (count - burst) / rate);
  });
  return Math.max(...seconds);
}
