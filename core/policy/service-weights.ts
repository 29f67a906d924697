/** What misuse of a service would cost, in a phrase. */
export interface ServiceWeight {
  /** 3: whoever has it may give himself everything; 2: reads secrets, runs code as others or hides traces; 1: costs money or loses data. */
  readonly weight: 1 | 2 | 3;
  readonly why: string;
}

// Sources: AWS's service authorization reference (access levels "Permissions management" and "Write") and the security
// chapters of each service's user guide. A service that is not named here weighs nothing: it is still listed.
const weights: Readonly<Record<string, ServiceWeight>> = {
  iam: { weight: 3, why: 'gives any permission to anybody' },
  organizations: { weight: 3, why: 'lifts the guardrails of accounts' },
  sso: { weight: 3, why: 'gives people access to accounts' },
  'sso-directory': { weight: 3, why: 'makes people and groups that have access' },
  identitystore: { weight: 3, why: 'makes people and groups that have access' },
  sts: { weight: 3, why: 'assumes other roles' },
  rolesanywhere: { weight: 3, why: 'lets machines outside AWS assume roles' },
  ds: { weight: 3, why: 'manages directories that people sign in with' },
  cloudformation: { weight: 2, why: 'makes resources with the permissions of its roles' },
  lambda: { weight: 2, why: 'runs code with the permissions of its roles' },
  ssm: { weight: 2, why: 'runs commands on machines and reads parameters' },
  secretsmanager: { weight: 2, why: 'reads secrets' },
  kms: { weight: 2, why: 'decrypts data and can make it unreadable' },
  codebuild: { weight: 2, why: 'runs code with the permissions of its roles' },
  codepipeline: { weight: 2, why: 'deploys with the permissions of its roles' },
  glue: { weight: 2, why: 'runs code with the permissions of its roles' },
  sagemaker: { weight: 2, why: 'runs code with the permissions of its roles' },
  ecs: { weight: 2, why: 'runs code with the permissions of its roles' },
  eks: { weight: 2, why: 'runs code and gives access to clusters' },
  states: { weight: 2, why: 'calls other services with the permissions of its roles' },
  cloudtrail: { weight: 2, why: 'stops the record of who did what' },
  config: { weight: 2, why: 'stops the record of how resources are set up' },
  guardduty: { weight: 2, why: 'silences findings of attacks' },
  securityhub: { weight: 2, why: 'silences findings of weak settings' },
  'access-analyzer': { weight: 2, why: 'silences findings of access from outside' },
  logs: { weight: 2, why: 'reads and deletes logs' },
  ram: { weight: 2, why: 'shares resources with other accounts' },
  account: { weight: 2, why: 'closes accounts and changes their contacts' },
  ec2: { weight: 1, why: 'opens networks and starts machines that cost money' },
  s3: { weight: 1, why: 'reads, publishes and deletes data' },
  dynamodb: { weight: 1, why: 'reads and deletes data' },
  rds: { weight: 1, why: 'copies and deletes databases' },
  redshift: { weight: 1, why: 'reads and deletes data' },
  backup: { weight: 1, why: 'deletes backups' },
  route53: { weight: 1, why: 'points names elsewhere' },
  route53domains: { weight: 1, why: 'buys domains and gives them away' },
  acm: { weight: 1, why: 'issues and deletes certificates' },
  'acm-pca': { weight: 1, why: 'issues certificates that others trust' },
  ecr: { weight: 1, why: 'replaces images that others run' },
  bedrock: { weight: 1, why: 'runs models that cost money' },
  'aws-marketplace': { weight: 1, why: 'subscribes to products that cost money' },
  savingsplans: { weight: 1, why: 'makes commitments that cost money for years' },
  billing: { weight: 1, why: 'changes how the account pays' },
};

/** What misuse of a service would cost, or null for one that weighs nothing. */
export function weightOf(namespace: string | null): ServiceWeight | null {
  return namespace === null || !Object.hasOwn(weights, namespace) ? null : (weights[namespace] ?? null);
}

/** Orders services by what their misuse would cost, the most first, then by namespace. */
export function byWeight(a: string | null, b: string | null): number {
  const weightier = (weightOf(b)?.weight ?? 0) - (weightOf(a)?.weight ?? 0);
  return weightier !== 0 ? weightier : (a ?? '').localeCompare(b ?? '', 'en');
}
