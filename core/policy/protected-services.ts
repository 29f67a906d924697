import { namespacesOfPrincipal } from './trusted-services.ts';
import { unseenServices } from './unseen-use.ts';

/** A service that is never drafted, whatever its report says. */
export interface ProtectedService {
  readonly namespace: string;
  /** Why, in words that fit behind "protected: ". */
  readonly reason: string;
  /** Where the reason comes from. */
  readonly source: string;
}

interface Group {
  readonly reason: string;
  readonly source: string;
  readonly namespaces: string;
}

const regionSample =
  'AWS sample SCP "Deny access to AWS based on the requested Region" (its list of exempted services)';
const lastAccessed = 'IAM User Guide, "Refine permissions in AWS using last accessed information"';
const authorization = 'Service Authorization Reference';
const organizationServices =
  'Organizations User Guide, "AWS services that you can use with AWS Organizations"';
const experience = 'operating experience: used by few people, at most once a year';

const groups: readonly Group[] = [
  {
    reason: 'people and roles sign in and get their permissions through it',
    source: `${regionSample}; ${lastAccessed} (iam:PassRole is never tracked)`,
    namespaces: 'iam sts signin sso sso-directory sso-oauth identitystore identitystore-auth rolesanywhere',
  },
  {
    reason: 'the organization and its accounts are governed through it',
    source: `${regionSample}; ${organizationServices}`,
    namespaces:
      'organizations account controltower ram servicecatalog servicequotas tag resource-groups resource-explorer-2',
  },
  {
    reason: 'bills, taxes and payments are handled in it, rarely and by few people',
    source: `${regionSample}; ${experience}`,
    namespaces:
      'billing payments tax invoicing ce cur bcm-data-exports budgets consolidatedbilling freetier purchase-orders aws-portal savingsplans aws-marketplace aws-marketplace-management',
  },
  {
    reason: 'help from AWS and news about incidents come through it',
    source: `${regionSample}; ${experience}`,
    namespaces:
      'support supportplans supportapp support-console health trustedadvisor artifact notifications notifications-contacts',
  },
  {
    reason: 'an incident is handled with it, and there may be none for years',
    source: `${regionSample} (route53-recovery-*); ${experience}`,
    namespaces:
      'arc-zonal-shift arc-region-switch route53-recovery-cluster route53-recovery-control-config route53-recovery-readiness ssm-incidents ssm-contacts mpa',
  },
  {
    reason: 'security monitoring runs through service-linked roles whose use the report may not show',
    source: `${organizationServices}; ${experience}`,
    namespaces:
      'cloudtrail cloudtrail-data config guardduty securityhub inspector inspector2 inspector-scan inspector2-telemetry macie2 detective access-analyzer securitylake fms security-ir',
  },
  {
    reason: 'stacks, agents and sessions of other accounts reach this one through it',
    source: authorization,
    namespaces: 'cloudformation ssm ssmmessages ec2messages ssm-guiconnect consoleapp cloudshell',
  },
  {
    reason: 'data is lost or unreadable without it, and a restore may be needed less than once a year',
    source: experience,
    namespaces: 'kms s3 logs secretsmanager backup backup-storage backup-search rbin drs shield route53',
  },
  {
    reason: 'it carries the data of another service, so its own use may not show',
    source: `${authorization}; ${lastAccessed} (data-plane events)`,
    namespaces: 'eks-auth dbqms',
  },
];

const grouped = groups.flatMap(({ reason, source, namespaces }) =>
  namespaces.split(' ').map((namespace): ProtectedService => ({ namespace, reason, source })),
);
const isGrouped = new Set(grouped.map(({ namespace }) => namespace));

/** Every service that is protected by default, by namespace: those above, and each whose use reports may not show. Configuration may add and remove. */
export const protectedServices: readonly ProtectedService[] = [
  ...grouped,
  ...unseenServices
    .filter(({ namespace }) => !isGrouped.has(namespace))
    .map(({ namespace, why }) => ({ namespace, reason: 'its use may not show in reports', source: why })),
].sort((one, other) => (one.namespace < other.namespace ? -1 : 1));

const byNamespace = new Map(protectedServices.map((service) => [service.namespace, service]));

/** What configuration and the organization say about protection; trusted service principals are null where the caller may not read them. */
export interface ProtectionSettings {
  readonly add: readonly string[];
  readonly remove: readonly { readonly service: string }[];
  readonly trustedServicePrincipals: readonly string[] | null;
}

/** Why a service is never drafted, or null if it may be. What configuration removes has an owner there, so it wins over the table and over trusted access; what it adds wins over everything. */
export function protectionOf(
  namespace: string,
  settings: ProtectionSettings,
): { readonly reason: string } | null {
  if (settings.add.includes(namespace)) return { reason: 'the configuration protects it' };
  if (settings.remove.some(({ service }) => service === namespace)) return null;
  const entry = byNamespace.get(namespace);
  if (entry) return { reason: entry.reason };
  const principal = settings.trustedServicePrincipals?.find((each) =>
    namespacesOfPrincipal(each).includes(namespace),
  );
  return principal === undefined ? null : { reason: `the organization trusts ${principal}` };
}
