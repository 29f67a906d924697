import table from './cost-names.json' with { type: 'json' };

/** When the table of cost names was made, `YYYY-MM-DD`. AWS publishes none: it was written from the names that bills and Cost Explorer show. */
export function costNamesDate(): string {
  return table.date;
}

// A usage type begins with the Region's mark (`EUC1-`), and what follows names the product (Cost and Usage Report, `lineItem/UsageType`).
const usageTypes: Readonly<Record<string, readonly (readonly [pattern: RegExp, namespaces: string])[]>> = {
  'EC2 - Other': [
    [/EBS:/, 'ec2 ebs'],
    [/NatGateway|ElasticIP|DataTransfer|In-Bytes|Out-Bytes|CPUCredits|PublicIPv4|VpcPeering/, 'ec2'],
  ],
  AmazonCloudWatch: [
    [/RUM/, 'rum'],
    [/Canary/, 'synthetics'],
    [/Evidently/, 'evidently'],
    [/Internet-?Monitor|CityNetwork/, 'internetmonitor'],
    [/Network-?Flow/, 'networkflowmonitor'],
    [/Network-?Monitor/, 'networkmonitor'],
    [/Application-?Signals/, 'application-signals'],
    [/DataProcessing|DataScanned|TimedStorage|VendedLog|Logs/, 'logs'],
    [/CW:/, 'cloudwatch'],
  ],
};

/** The names that stand for so much that a second request splits them by usage type. */
export const namesToSplit: readonly string[] = Object.keys(usageTypes);

// Models of other vendors are billed by name, as products of AWS Marketplace: `Claude 3.5 Sonnet (Amazon Bedrock Edition)`.
const modelOfBedrock = /\(Amazon Bedrock Edition\)$/;

/** What a name, and a usage type where it is known, may stand for; null: the name is in no table. A usage type that is in none may be any of the name's. */
export function namespacesOfCost(costName: string, usageType?: string): readonly string[] | null {
  const names: Readonly<Record<string, string>> = table.names;
  if (modelOfBedrock.test(costName)) return ['bedrock'];
  if (!Object.hasOwn(names, costName)) return null;
  const known = usageTypes[costName]?.find(([pattern]) => usageType !== undefined && pattern.test(usageType));
  return (known?.[1] ?? names[costName] ?? '').split(' ').filter(Boolean);
}

const lookFor: Readonly<Record<string, string>> = {
  dms: 'replication instances',
  directconnect: 'connections and virtual interfaces',
  ds: 'directories',
  ec2: 'instances, volumes, addresses and gateways',
  elasticache: 'clusters and serverless caches',
  elasticfilesystem: 'file systems',
  es: 'domains',
  fsx: 'file systems',
  kafka: 'clusters',
  lambda: 'functions, also any with a public URL',
  memorydb: 'clusters',
  mq: 'brokers',
  rds: 'instances, clusters and snapshots',
  redshift: 'clusters and snapshots',
  sagemaker: 'endpoints and notebooks',
  transfer: 'servers',
  workspaces: 'desktops',
};

/** What runs, or is kept, without one call to IAM where a service costs something. */
export function whatToLookFor(namespace: string): string {
  return lookFor[namespace] ?? 'what Cost Explorer shows by usage type';
}

/** Those of some services of which it is known what runs so, in words. */
export function whatMayRun(namespaces: readonly string[]): readonly string[] {
  return namespaces.flatMap((namespace) => {
    const what = lookFor[namespace];
    return what === undefined ? [] : `${namespace} (${what})`;
  });
}
