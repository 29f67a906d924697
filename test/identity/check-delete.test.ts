import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { dayMilliseconds } from '../../core/base/limits.ts';
import { indexAccount } from '../../core/identity/account-index.ts';
import { checkDelete } from '../../core/identity/check-delete.ts';
import type { IdentityReport } from '../../core/identity/identity-report.ts';
import { subjectsOf } from '../../core/identity/subject.ts';
import { type AccountSketch, identityReviewOf, reportOf } from '../support/account-builder.ts';

interface Case {
  readonly name: string;
  readonly account: AccountSketch;
  /** `type/name` of what is to be deleted. */
  readonly of: string;
  readonly days?: number;
  readonly settings?: object;
  readonly report?: 'failed' | 'not-made';
  /** Services that the report does not list although the policies allow them. */
  readonly unlisted?: readonly string[];
  readonly safe: boolean;
  readonly lastUsedDaysAgo: number | null;
  readonly usedBy: readonly string[];
  /** `CODE: words of the sentence`, in order. */
  readonly reasons: readonly string[];
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../cases/identity/check-delete.json'), 'utf8'),
) as readonly Case[];

test.each(cases)('$name', (given) => {
  const { facts, request } = identityReviewOf(given.account, given);
  const index = indexAccount(facts.identities);
  const [type, name] = given.of.split('/');
  const chosen = subjectsOf(index, { kind: type as 'user', name: name as string });
  if (!chosen.ok) throw new Error(chosen.reasons[0].detail);
  const [subject] = chosen.value;
  if (!subject) throw new Error(`nothing is ${given.of}`);
  const check = checkDelete({
    index,
    subject,
    report: given.report === 'not-made' ? undefined : reportAs(given, subject.arn),
    catalogue: facts.catalogue,
    care: {
      configuration: request.configuration,
      ownRoleArns: [],
      managementAccountId: facts.managementAccountId,
    },
    controls: [],
    cutOff: request.asOf - request.thresholdDays * dayMilliseconds,
  });
  const told = check.reasons.map(({ code, detail }) => `${code}: ${detail}`);
  const { lastUsedAt, safe, usedBy } = check;
  expect(told).toEqual(given.reasons);
  expect({
    safe,
    days: lastUsedAt === null ? null : (request.asOf - lastUsedAt) / dayMilliseconds,
    usedBy: usedBy.map((arn) => arn.replace(/^.*:/, '')),
  }).toEqual({ safe: given.safe, days: given.lastUsedDaysAgo, usedBy: given.usedBy });
});

function reportAs({ account, report, unlisted = [] }: Case, arn: string): IdentityReport {
  if (report === 'failed')
    return { status: 'failed', subjectArn: arn, failure: { code: 'ServiceError', message: 'try again' } };
  const made = reportOf(account, arn);
  if (made.status === 'failed') return made;
  return { ...made, rows: new Map([...made.rows].filter(([service]) => !unlisted.includes(service))) };
}
