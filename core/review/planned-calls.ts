import type { Configuration } from '../base/configuration.ts';
import { counted, grouped } from '../base/counted.ts';
import {
  accessReportLimits,
  accountLimits,
  athenaLimits,
  costLimits,
  identityLimits,
  organizationsLimits,
  simulationLimits,
} from '../base/limits.ts';
import type { PlannedCall } from '../base/planned-call.ts';
import type { ReviewMetrics } from './review-result.ts';

const { organizationalUnitDepth: deepest, pageItems: page } = organizationsLimits;
const reportRows = grouped(accessReportLimits.pageRows);

type Row = readonly [call: string, howMany: string];

const rows = (purpose: string, calls: readonly Row[]): readonly PlannedCall[] =>
  calls.map(([call, howMany]) => ({ call, howMany, purpose }));

const treeRows: readonly Row[] = [
  ['organizations:DescribeOrganization', '1'],
  ['organizations:ListRoots', '1'],
  ['organizations:ListOrganizationalUnitsForParent', `1 + OUs above level ${deepest}`],
];

const scpRows: readonly Row[] = [
  ['organizations:ListPolicies', `SCPs / ${page}`],
  ['organizations:ListTargetsForPolicy', `SCPs, one more for each further ${page} targets`],
];

/** What the sources that are turned on may need, a line each; none of one that the last review asked, by its `counts` of calls: these tell how much it was. */
export function estimateLines(
  { cost, replay, simulate, simulatedCalls }: Configuration['sources'],
  kind: 'organization' | 'identities',
  counts: ReviewMetrics['apiCalls'],
): readonly string[] {
  const { accountsPerQuestion, dollarsPerRequest } = costLimits;
  const dollars = (accounts: number): string => {
    const least = Math.ceil(accounts / accountsPerQuestion) * dollarsPerRequest;
    return `$${least.toFixed(2)} to $${(3 * least).toFixed(2)}`;
  };
  const isOfOrganization = kind === 'organization';
  return [
    ...(simulate && !('SimulateCustomPolicy' in counts)
      ? [`at most ${counted(simulatedCalls, 'call')} of the policy simulator, free of charge`]
      : []),
    ...(cost && isOfOrganization && !('GetCostAndUsage' in counts)
      ? [
          `Cost Explorer: ${dollars(accountsPerQuestion)} where drafts affect up to ${accountsPerQuestion} accounts, ${dollars(1_000)} for 1,000, ${dollars(10_000)} for 10,000`,
        ]
      : []),
    ...(replay !== null && isOfOrganization && !('StartQueryExecution' in counts)
      ? [`Athena: $${athenaLimits.dollarsPerTerabyte} for each terabyte of the trail that a query scans`]
      : []),
  ];
}

/** What a review of the organization asks of AWS. Reports are asked one after another, and only as long as something is undecided. */
export const reviewCalls: readonly PlannedCall[] = [
  ...rows('who calls', [['sts:GetCallerIdentity', '1']]),
  ...rows('the tree', [
    ...treeRows,
    ['organizations:ListAccounts', `2 × accounts / ${page}: before and after the reports`],
    ['organizations:ListAccountsForParent', '0; 2 × (1 + OUs) where ListAccounts gives no paths'],
  ]),
  ...rows('the SCPs', [
    ...scpRows,
    ['organizations:DescribePolicy', 'SCPs with a target, of a part of the organization those around it'],
    ['organizations:ListTagsForResource', "as many, less AWS's own SCPs"],
  ]),
  ...rows('services that must not be denied', [
    ['organizations:ListAWSServiceAccessForOrganization', `trusted services / ${page}`],
    ['organizations:ListDelegatedAdministrators', `delegated administrators / ${page}`],
    ['organizations:ListDelegatedServicesForAccount', 'delegated administrators'],
  ]),
  ...rows('what was used', [
    [
      'iam:GenerateOrganizationsAccessReport',
      'reports: from 1 to the roots, OUs and accounts of the scope with ACTIVE accounts, more where accounts move',
    ],
    ['iam:GetOrganizationsAccessReport', 'reports × (seconds that AWS takes for one, 1 to 12 as a rule)'],
  ]),
  ...rows('further sources of proof, for what is drafted', [
    [
      'account:ListRegions',
      `0; with sources.regions: ACTIVE accounts below the targets of drafts, more where AWS answers fewer than ${accountLimits.pageItems} Regions a page`,
    ],
    [
      'iam:SimulateCustomPolicy',
      `0; with sources.simulate 2 × distinct chains of SCPs × actions / ${simulationLimits.actionsPerCall}, sources.simulatedCalls at most`,
    ],
    [
      'ce:GetCostAndUsage',
      `0; with sources.cost, at $${costLimits.dollarsPerRequest} each: these accounts / ${costLimits.accountsPerQuestion}, three times as many where names are split, and one for each further page`,
    ],
    [
      'athena:StartQueryExecution',
      `0; with sources.replay these accounts / ${grouped(athenaLimits.accountsPerQuestion)}, more where accounts or services come later; each costs $${athenaLimits.dollarsPerTerabyte} for a scanned terabyte, up to the limit of the workgroup`,
    ],
    ['athena:GetQueryExecution', 'queries × (seconds that one takes / 5), more at first'],
    ['athena:GetQueryResults', `queries × rows / ${grouped(athenaLimits.pageRows)}`],
  ]),
];

/** What a review of identities asks of AWS, for each account that it reviews where nothing else is said. */
export const identityCalls: readonly PlannedCall[] = [
  ...rows('who calls', [['sts:GetCallerIdentity', '2 in all']]),
  ...rows('where accounts stand, if that may be read', [
    ...treeRows.map(([call, howMany]): Row => [call, `${howMany}, in all`]),
    ['organizations:ListAccounts', `accounts / ${page}, in all`],
    ['organizations:ListAccountsForParent', '0; 1 + OUs in all where ListAccounts gives no paths'],
    ...scpRows.map(([call, howMany]): Row => [call, `${howMany}, in all`]),
    ['organizations:DescribePolicy', 'SCPs with a target, in all'],
    ['organizations:ListTagsForResource', "as many, less AWS's own SCPs"],
  ]),
  ...rows('to enter an account', [
    ['sts:AssumeRole', "0 for the caller's own account, else 1, and 1 for each further hour"],
  ]),
  ...rows('users, groups, roles and policies', [
    ['iam:GetAccountSummary', '1'],
    [
      'iam:GetAccountAuthorizationDetails',
      `(users + groups + roles + policies) / ${identityLimits.detailItems}`,
    ],
    [
      'iam:GetPolicy',
      'customer-managed policies by which those that are judged come by access, and policies of AWS in use that that answer left out',
    ],
    ['iam:GetPolicyVersion', 'as many of the latter'],
    ['iam:ListPolicyVersions', 'customer-managed policies made meanwhile'],
  ]),
  ...rows('what was used', [
    ['iam:GenerateServiceLastAccessedDetails', 'reports: those that are judged, and whoever an edit touches'],
    ['iam:GetServiceLastAccessedDetails', `reports × (polls + rows / ${reportRows})`],
    [
      'iam:GetServiceLastAccessedDetailsWithEntities',
      'services in use, for each group and policy that is judged',
    ],
  ]),
  ...rows('further sources of proof, for what is drafted', [
    [
      'account:ListRegions',
      `0; with sources.regions 1, more where AWS answers fewer than ${accountLimits.pageItems} Regions a page`,
    ],
    [
      'iam:SimulateCustomPolicy',
      `0; with sources.simulate 2 × different sets of policies × actions / ${simulationLimits.actionsPerCall}, sources.simulatedCalls at most`,
    ],
  ]),
];
