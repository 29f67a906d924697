import { patternTouchesService } from '../base/matching.ts';
import { patternsMeet } from '../base/pattern-relations.ts';

/** Actions that AWS never records as used: IAM User Guide, "Things to know about last accessed information". */
export const neverRecorded = { namespace: 'iam', name: 'PassRole', action: 'iam:PassRole' } as const;

/** A service whose use the access reports may not show, and where that comes from. */
export interface UnseenService {
  readonly namespace: string;
  /** Patterns of the actions whose use may not show, without prefix; every other one is a call that AWS records. */
  readonly actions: readonly string[];
  readonly why: string;
}

/**
 * Services whose use reports may not show, as known on 2026-11-29. A statement that names one keeps it unless the report
 * shows its use within the threshold; an older date tells of its API alone. Reports rest on requests that AWS's control
 * planes log; these are asked of databases, brokers, file systems and agents, or by other services. ElastiCache and
 * MemoryDB are not among them: a cluster that somebody connects to is in the bill, which `sources.cost` reads.
 */
export const unseenServices: readonly UnseenService[] = [
  {
    namespace: 'rds-db',
    actions: ['connect'],
    why: 'rds-db:connect is checked by the database when somebody signs in with an IAM token (Amazon RDS User Guide, "IAM database authentication")',
  },
  {
    namespace: 'kafka-cluster',
    actions: ['*'],
    why: 'kafka-cluster actions are checked by the brokers of the cluster (Amazon MSK Developer Guide, "IAM access control")',
  },
  {
    namespace: 'neptune-db',
    actions: ['*'],
    why: 'neptune-db actions are checked by the database cluster for each query (Amazon Neptune User Guide, "Using IAM to authenticate")',
  },
  {
    namespace: 'execute-api',
    actions: ['Invoke', 'InvalidateCache', 'ManageConnections'],
    why: 'execute-api:Invoke is a call of somebody\'s own API, not of an API of AWS (Amazon API Gateway Developer Guide, "Control access for invoking an API")',
  },
  {
    namespace: 'elasticfilesystem',
    actions: ['Client*'],
    why: 'elasticfilesystem:ClientMount and ClientWrite are checked by NFS when a file system is mounted (Amazon EFS User Guide, "Using IAM to control file system data access")',
  },
  {
    namespace: 'aoss',
    actions: ['APIAccessAll', 'DashboardsAccessAll'],
    why: 'aoss:APIAccessAll is checked by the collection for each search (Amazon OpenSearch Service Developer Guide, "Data access control for Amazon OpenSearch Serverless")',
  },
  {
    namespace: 's3files',
    actions: ['Client*'],
    why: 's3files:ClientMount and ClientWrite are checked by NFS when a file system is mounted (Service Authorization Reference, "Amazon S3 Files")',
  },
  {
    namespace: 'opensearch',
    actions: ['ApplicationAccessAll'],
    why: 'opensearch:ApplicationAccessAll is checked by the application when somebody opens it (Service Authorization Reference, "Amazon OpenSearch")',
  },
  {
    namespace: 'codedeploy-commands-secure',
    actions: ['*'],
    why: 'codedeploy-commands-secure actions are asked for by the CodeDeploy agent over its own endpoint (AWS CodeDeploy User Guide, "Use CodeDeploy with Amazon Virtual Private Cloud")',
  },
  {
    namespace: 'appstream',
    actions: ['Stream'],
    why: 'appstream:Stream is checked when a federated user opens a session (Amazon AppStream 2.0 Administration Guide, "Amazon AppStream 2.0 Integration with SAML 2.0")',
  },
  {
    namespace: 'dax',
    actions: [
      'GetItem',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchGetItem',
      'BatchWriteItem',
      'ConditionCheckItem',
      'Query',
      'Scan',
    ],
    why: 'dax:GetItem and the like are checked by the nodes of the cluster (Amazon DynamoDB Developer Guide, "DAX access control")',
  },
  {
    namespace: 'dsql',
    actions: ['DbConnect*'],
    why: 'dsql:DbConnect is checked by the database when somebody signs in (Amazon Aurora DSQL User Guide, "Authentication and authorization")',
  },
  {
    namespace: 'vpc-lattice-svcs',
    actions: ['*'],
    why: 'vpc-lattice-svcs:Invoke is a call of somebody\'s own service, not of an API of AWS (Amazon VPC Lattice User Guide, "Auth policies")',
  },
  {
    namespace: 'es',
    actions: ['ESHttp*', 'ESCrossClusterGet'],
    why: 'es:ESHttpGet and the like are checked by the domain for each request (Amazon OpenSearch Service Developer Guide, "Identity and Access Management")',
  },
  {
    namespace: 'appsync',
    actions: ['GraphQL', 'SourceGraphQL', 'EventConnect', 'EventPublish', 'EventSubscribe'],
    why: 'appsync:GraphQL is a call of somebody\'s own API, not of an API of AWS (AWS AppSync Developer Guide, "Authorization and authentication")',
  },
  {
    namespace: 'ssmmessages',
    actions: ['*'],
    why: 'ssmmessages actions are asked for by the SSM Agent over its own channel (AWS Systems Manager User Guide, "Reference: ec2messages, ssmmessages, and other API operations")',
  },
  {
    namespace: 'ec2messages',
    actions: ['*'],
    why: 'ec2messages actions are asked for by the SSM Agent over its own channel (AWS Systems Manager User Guide, "Reference: ec2messages, ssmmessages, and other API operations")',
  },
  {
    namespace: 'kms',
    actions: [
      'Encrypt',
      'Decrypt',
      'GenerateDataKey*',
      'GenerateMac',
      'GenerateRandom',
      'ReEncrypt*',
      'Sign',
      'Verify*',
      'DeriveSharedSecret',
      'CreateGrant',
      'RetireGrant',
      'DescribeKey',
    ],
    why: 'kms actions are asked for by other services in the name of whoever reads or writes encrypted data (AWS KMS Developer Guide, "kms:ViaService"; IAM User Guide, "Forward access sessions")',
  },
];

const byNamespace: ReadonlyMap<string, UnseenService> = new Map(
  unseenServices.map((each) => [each.namespace, each]),
);

/** Whether the use of some action of a service may be missing from reports. */
export function isUnseen(namespace: string): boolean {
  return byNamespace.has(namespace);
}

/** Whether an action, or one that a pattern matches, is one of this service whose use may be missing from reports. */
export function mayBeUnseen(pattern: string, namespace: string): boolean {
  const unseen = byNamespace.get(namespace)?.actions ?? [];
  if (unseen.length === 0 || !patternTouchesService(pattern, namespace)) return false;
  const [, name = '*'] = pattern.split(':');
  return unseen.some((action) => patternsMeet(name, action));
}
