import '../scripts/node-notice.cjs';
import { measureAcrossAccounts } from './across-accounts.ts';
import { measureAnalysis } from './analysis.ts';
import { measureApprovalPage } from './approval-page.ts';
import { measureConfigRule } from './config-rule.ts';
import { measureFaults } from './faults.ts';
import type { Figure, Row } from './figure.ts';
import { measureIdentityJudgement } from './identity-judgement.ts';
import { measureJobOrder } from './job-order.ts';
import { measureLostTime } from './lost-time.ts';
import { readOptions } from './options.ts';
import { measureOrganizationReads } from './organization-reads.ts';
import { measurePageRequests } from './page-requests.ts';
import { measurePolicyRewrites } from './policy-rewrites.ts';
import { measureReportJobs } from './report-jobs.ts';
import { measureSharedQuota } from './shared-quota.ts';
import { measureSources } from './sources.ts';
import { measureStartUp } from './start-up.ts';
import { tableOf } from './table.ts';
import { measureThrottledAccount } from './throttled-account.ts';
import { measureWarmYear } from './warm-year.ts';

/** Everything that is measured, in the order of the table. A further figure is one file and one line here. */
const figures: Readonly<Record<string, Figure>> = {
  'organization-reads': measureOrganizationReads,
  'report-jobs': measureReportJobs,
  'job-order': measureJobOrder,
  'warm-year': measureWarmYear,
  'shared-quota': measureSharedQuota,
  'lost-time': measureLostTime,
  faults: measureFaults,
  analysis: measureAnalysis,
  'approval-page': measureApprovalPage,
  'page-requests': measurePageRequests,
  'config-rule': measureConfigRule,
  'policy-rewrites': measurePolicyRewrites,
  'identity-judgement': measureIdentityJudgement,
  'across-accounts': measureAcrossAccounts,
  'throttled-account': measureThrottledAccount,
  sources: measureSources,
  'start-up': measureStartUp,
};

const options = readOptions(process.argv.slice(2), Object.keys(figures));
if ('problem' in options) {
  console.error(options.problem);
  process.exitCode = 2;
} else {
  const rows: Row[] = [];
  for (const [name, figure] of Object.entries(figures)) {
    if (options.only !== null && options.only !== name) continue;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[Kmeasuring ${name} …`);
    // One after another: two figures at a time would measure each other.
    rows.push(...(await figure(options)));
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(options.json ? JSON.stringify(rows) : tableOf(rows));
}
