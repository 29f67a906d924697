import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Adds a part to the table of tracked actions from a copy of AWS's service reference: a folder with one JSON file a service, as
// https://servicereference.us-east-1.amazonaws.com/ lists them, and the day on which it was taken.
//   node --import tsx scripts/add-tracked-actions.ts FOLDER 2026-11-28

interface ServiceReference {
  readonly Name?: string;
  readonly Actions?: readonly {
    readonly Name: string;
    readonly SupportedBy?: Readonly<Record<string, boolean>>;
  }[];
}

const [folder, date] = process.argv.slice(2);
if (!folder || !/^\d{4}-\d\d-\d\d$/.test(date ?? ''))
  throw new Error('give the folder with the JSON files and the day YYYY-MM-DD');
const actions: Record<string, string> = {};
for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith('.json')) continue;
  const service = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ServiceReference;
  const tracked = (service.Actions ?? []).filter(
    (action) => action.SupportedBy?.['IAM Action Last Accessed'],
  );
  if (service.Name && tracked.length > 0)
    actions[service.Name] = tracked
      .map(({ Name }) => Name)
      .sort()
      .join(' ');
}
const target = new URL('../core/policy/tracked-actions.json', import.meta.url);
const table = JSON.parse(readFileSync(target, 'utf8')) as { readonly date: string }[];
const source = 'AWS service reference, SupportedBy["IAM Action Last Accessed"]';
const parts = [...table, { date, source, actions }].sort((one, other) =>
  (one.date ?? '') < (other.date ?? '') ? -1 : 1,
);
writeFileSync(target, `${JSON.stringify(parts, null, 2)}\n`);
process.stderr.write(
  `tracked actions of ${Object.keys(actions).length} services added to ${target.pathname}\n`,
);
