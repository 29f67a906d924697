import { quoted } from '../base/quoted.ts';
import { serviceCatalogue } from '../policy/service-catalogue.ts';
import type { AccessReport } from './access-report.ts';

/** Every service that the catalogue, an earlier review (`seen`, namespaces) or a finished report knows. Namespace to the name that reports give it, else the catalogue's. */
export function knownServices(
  reports: readonly AccessReport[],
  seen: Iterable<string> = [],
): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const namespace of seen) known.set(namespace, namespace);
  for (const namespace of serviceCatalogue.namespaces)
    known.set(namespace, serviceCatalogue.nameOf(namespace) ?? namespace);
  for (const report of reports) {
    if (report.status !== 'completed') continue;
    for (const { serviceName, serviceNamespace } of report.rows.values())
      known.set(serviceNamespace, serviceName);
  }
  return known;
}

/** What to say of a service that is not known; the namespace is named where the value is a service's name. */
export function unknownService(value: string, known: ReadonlyMap<string, string>): string {
  const named = [...known].filter(([, name]) => name.toLowerCase() === value.toLowerCase());
  const hint =
    named.length === 0
      ? 'write a namespace such as lex'
      : `write ${named.map(([namespace]) => namespace).join(' or ')}`;
  return `neither the catalogue nor a report knows the service ${quoted(value)}: ${hint}`;
}
