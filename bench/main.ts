import { parseArgs } from 'node:util';
import { measureAnalysis } from './analysis.ts';
import type { Figure, Row } from './figure.ts';
import { measureLostTime } from './lost-time.ts';
import { measureOrganizationReads } from './organization-reads.ts';
import { measureReportJobs } from './report-jobs.ts';
import { measureStartUp } from './start-up.ts';
import { tableOf } from './table.ts';

/** Everything that is measured, in the order of the table. A further figure is one file and one line here. */
const figures: readonly Figure[] = [
  measureOrganizationReads,
  measureReportJobs,
  measureLostTime,
  measureAnalysis,
  measureStartUp,
];

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});
const rows: Row[] = [];
for (const figure of figures) {
  // One after another: two figures at a time would measure each other.
  rows.push(...(await figure({ quick: values.quick })));
  if (!values.json && process.stderr.isTTY) process.stderr.write(`\r${rows.length} figures measured `);
}
if (!values.json && process.stderr.isTTY) process.stderr.write('\r\u001b[K');
console.log(values.json ? JSON.stringify(rows) : tableOf(rows));
