// Checks who imports whom: node scripts/architecture.mjs [--json] [FOLDER]
// The library instead of the command of dependency-cruiser: its answer is cut down to what the architecture test reads.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { cruise } from 'dependency-cruiser';

const folders = ['handlers', 'core', 'flow', 'adapters', 'web', 'cli', 'sandbox', 'demo', 'bench', 'smoke'];
const { options, forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});

if (positionals[0]) process.chdir(positionals[0]);
const { enhancedResolveOptions, ...cruiseOptions } = options;
const { output } = await cruise(
  folders.filter((folder) => existsSync(folder)),
  { ...cruiseOptions, validate: true, ruleSet: { forbidden } },
  enhancedResolveOptions,
);
const { violations, totalCruised, totalDependenciesCruised } = output.summary;
const found = violations.map(({ rule, from, to, cycle, via }) => ({
  rule: rule.name,
  from,
  to,
  by: (cycle ?? via ?? []).map(({ name }) => name),
}));

if (values.json) {
  const edges = output.modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => ({ from: source, to: resolved })),
  );
  console.log(JSON.stringify({ violations: found, edges }));
} else {
  for (const { rule, from, to, by } of found) {
    console.log(`${rule}: ${from} imports ${to}${by.length > 0 ? ` (${by.join(' > ')})` : ''}`);
  }
  console.log(`${totalCruised} modules, ${totalDependenciesCruised} imports, ${found.length} violations`);
}
process.exitCode = found.length > 0 ? 1 : 0;
