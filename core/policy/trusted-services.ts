// Where the principal's labels do not say the namespace. Source: Organizations User Guide, "AWS services that you can use with AWS Organizations".
const namespacesByLabel: Readonly<Record<string, readonly string[]>> = {
  'aws-artifact-account-sync': ['artifact'],
  backup: ['backup', 'backup-storage'],
  'billing-cost-management': ['billing', 'ce', 'budgets'],
  'config-multiaccountsetup': ['config'],
  infrastructureperformance: ['ec2'],
  ipam: ['ec2'],
  macie: ['macie2'],
  marketplace: ['aws-marketplace'],
  networkinsights: ['ec2', 'tiros'],
  reachabilityanalyzer: ['ec2', 'tiros'],
  ssm: ['ssm', 'ssmmessages', 'ec2messages'],
  sso: ['sso', 'sso-directory', 'sso-oauth', 'identitystore', 'identitystore-auth', 'signin'],
  stacksets: ['cloudformation'],
};

/**
 * The namespaces that a trusted service principal such as `member.org.stacksets.cloudformation.amazonaws.com` stands for.
 * Each label counts as a namespace too, so an unknown principal protects at least its leading label.
 */
export function namespacesOfPrincipal(principal: string): readonly string[] {
  const labels = principal
    .toLowerCase()
    .replace(/\.amazonaws\.com(\.cn)?$/, '')
    .split('.');
  return [...new Set(labels.flatMap((label) => [label, ...(namespacesByLabel[label] ?? [])]))].filter(
    (label) => label !== '',
  );
}
