import type { Statement } from '../policy/document.ts';
import { namesService } from './granted-services.ts';

/** A service whose use last accessed reports may not show. */
interface SilentService {
  readonly namespace: string;
  readonly why: string;
  readonly source: string;
}

/** The day on which the table was last compared with AWS's pages. */
export const silentServicesDate = '2026-11-27';

const dataPlane = 'IAM User Guide, "Things to know about last accessed information": data plane events';

/** Prefixes whose use may leave no trace in a report: no row without a date proves anything there. */
export const silentServices: readonly SilentService[] = [
  {
    namespace: 'rds-db',
    why: 'rds-db:connect is checked by the database itself, with a token',
    source: 'Amazon RDS User Guide, "IAM database authentication": no AWS API call is made',
  },
  {
    namespace: 'kafka-cluster',
    why: 'brokers check it on their own port',
    source: 'Amazon MSK Developer Guide, "IAM access control": connections to brokers',
  },
  {
    namespace: 'neptune-db',
    why: 'the database checks it at its own endpoint',
    source: 'Amazon Neptune User Guide, "IAM data-access policies"',
  },
  { namespace: 'execute-api', why: 'calls of an API are data plane events', source: dataPlane },
  {
    namespace: 'elasticfilesystem',
    why: 'a mount is checked by the file system itself',
    source: 'Amazon EFS User Guide, "Using IAM to control file system data access"',
  },
  { namespace: 'ssmmessages', why: 'the agent keeps one long connection', source: dataPlane },
  { namespace: 'ec2messages', why: 'the agent polls a data channel', source: dataPlane },
  {
    namespace: 'kms',
    why: 'other services use keys in the name of whoever calls them',
    source: 'AWS KMS Developer Guide, "kms:ViaService": forward access sessions',
  },
];

const byNamespace = new Map(silentServices.map((service) => [service.namespace, service]));

/** Why a row without a date says nothing of a service that one of these statements names; null: it does. */
export function silenceOf(statements: readonly Statement[], namespace: string): string | null {
  const silent = byNamespace.get(namespace);
  const isNamed = statements.some(
    (statement) => statement.effect === 'Allow' && namesService(statement, namespace),
  );
  return silent && isNamed ? silent.why : null;
}
