/** How much stops where a service that was taken for unused is needed after all. */
export type LossLevel = 'high' | 'medium' | 'low';

/** What the loss of a service would stop, in a phrase. */
export interface ServiceLoss {
  readonly level: LossLevel;
  readonly why: string;
}

// Sources: what each service is for by the first page of its user guide; for `low`, the list of services that AWS has ended,
// will end or no longer offers to new customers ("AWS Product Lifecycle" page) and services that are named a preview.
// `service-weights` says something else: what misuse of a service would cost.
const groups: readonly (readonly [LossLevel, string, string])[] = [
  [
    'high',
    'holds data that applications read and write',
    's3 s3express dynamodb rds rds-data rds-db dsql redshift redshift-serverless docdb-elastic neptune-db cassandra timestream elasticache memorydb elasticfilesystem fsx ebs es aoss glacier storagegateway',
  ],
  ['high', 'keeps the copies that lost data is restored from', 'backup backup-storage drs'],
  ['high', 'answers names: what asks for them is not found', 'route53 route53resolver route53domains'],
  ['high', 'issues and renews certificates', 'acm acm-pca'],
  [
    'high',
    'signs people and programs in',
    'iam sts sso sso-oauth identitystore cognito-idp cognito-identity ds rolesanywhere signin',
  ],
  ['high', 'decrypts data and hands out secrets', 'kms secretsmanager cloudhsm payment-cryptography'],
  [
    'high',
    'sees faults and attacks, and keeps the record of them',
    'cloudwatch logs cloudtrail config guardduty securityhub xray health',
  ],
  ['high', 'runs the programs themselves', 'ec2 ecs eks lambda autoscaling elasticbeanstalk batch'],
  [
    'high',
    'carries the traffic between users, programs and data centers',
    'elasticloadbalancing cloudfront execute-api apigateway directconnect globalaccelerator vpc-lattice network-firewall wafv2 shield',
  ],
  [
    'high',
    'carries messages from program to program',
    'sqs sns events kinesis kafka kafka-cluster mq states',
  ],
  [
    'low',
    'has been ended, or is no longer offered to new customers',
    'a4b bugbust codestar elastictranscoder evidently honeycode importexport iotanalytics iotevents iotfleethub lookoutmetrics lookoutvision machinelearning mediastore mobileanalytics nimble opsworks opsworks-cm panorama qldb robomaker simspaceweaver sms workdocs worklink',
  ],
  ['low', 'is a preview', 'appmesh-preview'],
];

const losses: ReadonlyMap<string, ServiceLoss> = new Map(
  groups.flatMap(([level, why, names]) =>
    names.split(' ').map((namespace) => [namespace, { level, why }] as const),
  ),
);
const unnamed: ServiceLoss = { level: 'medium', why: 'serves the programs that call it, and no others' };
const order: readonly LossLevel[] = ['high', 'medium', 'low'];

/** What the loss of the service would stop; a service that is not in the table is of the middle level. */
export function lossOf(namespace: string | null): ServiceLoss {
  return losses.get(namespace ?? '') ?? unnamed;
}

/** Orders services by how much their loss would stop, the most first; equal ones keep their order in a stable sort. */
export function byLoss(a: string | null, b: string | null): number {
  return order.indexOf(lossOf(a).level) - order.indexOf(lossOf(b).level);
}

/** Every namespace that the table names. */
export const namedLosses: readonly string[] = groups.flatMap(([, , names]) => names.split(' '));
