/** Products that answer under several namespaces: while one member is in use, another one without use of its own is not safe to deny. Source: AWS Service Authorization Reference, one product page against its prefixes. */
const families: readonly (readonly string[])[] = [
  ['apigateway', 'execute-api'],
  ['rds', 'rds-data', 'rds-db'],
  ['waf', 'waf-regional', 'wafv2'],
  ['redshift', 'redshift-data', 'redshift-serverless', 'sqlworkbench'],
  ['kafka', 'kafka-cluster', 'kafkaconnect'],
  ['s3', 's3-outposts', 's3-object-lambda', 's3express', 's3tables', 's3vectors'],
  ['ecr', 'ecr-public'],
  ['eks', 'eks-auth', 'eks-mcp'],
  ['ecs', 'ecs-mcp'],
  ['cloudfront', 'cloudfront-keyvaluestore'],
  ['cloudtrail', 'cloudtrail-data'],
  ['codestar-connections', 'codeconnections'],
  ['sso', 'sso-directory', 'identitystore', 'identitystore-auth', 'sso-oauth', 'signin'],
  ['ssm', 'ssmmessages', 'ec2messages', 'ssm-guiconnect'],
  ['neptune-db', 'neptune-graph'],
  ['inspector', 'inspector2', 'inspector-scan'],
  ['bedrock', 'bedrock-agentcore', 'bedrock-mantle'],
  ['backup', 'backup-storage', 'backup-gateway'],
  ['billing', 'payments', 'tax', 'invoicing', 'consolidatedbilling', 'cur', 'ce', 'freetier', 'aws-portal'],
];

const others = new Map<string, readonly string[]>(
  families.flatMap((family) =>
    family.map((member): [string, readonly string[]] => [
      member,
      family.filter((other) => other !== member).sort(),
    ]),
  ),
);

/** The other namespaces of the product that a namespace belongs to, sorted; empty for a product with one namespace. */
export function familyOf(namespace: string): readonly string[] {
  return others.get(namespace) ?? [];
}
