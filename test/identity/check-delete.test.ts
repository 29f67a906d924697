import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { dayMilliseconds } from '../../core/base/limits.ts';
import { indexAccount } from '../../core/identity/account-index.ts';
import { noControls } from '../../core/identity/administration-reading.ts';
import { checkDelete } from '../../core/identity/check-delete.ts';
import type { DeleteCheck } from '../../core/identity/delete-question.ts';
import type { IdentityReport } from '../../core/identity/identity-report.ts';
import { subjectsOf } from '../../core/identity/subject.ts';
import { namedServices } from '../../core/identity/unlisted-services.ts';
import type { CredentialsReading } from '../../core/identity/user-credentials.ts';
import type { RegionReading } from '../../core/organization/enabled-regions.ts';
import { unseenServices } from '../../core/policy/unseen-use.ts';
import { type AccountSketch, identityReviewOf, reportOf } from '../support/account-builder.ts';

/** Credentials of a user, in days before the review. */
interface CredentialSketch {
  readonly passwordDaysAgo?: number;
  readonly passwordCreatedDaysAgo?: number;
  readonly accessKeys?: readonly {
    readonly id: string;
    readonly isActive?: boolean;
    readonly createdDaysAgo?: number;
    readonly usedDaysAgo?: number;
    readonly region?: string;
  }[];
  readonly unrecorded?: readonly string[];
}

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
  /** What the user signs in with; absent: nothing. A text: why it was not read. */
  readonly credentials?: string | CredentialSketch;
  /** Which Regions the account may use; absent: one that AWS tracks. `off`: nobody looked. Another text: why they were not read. */
  readonly regions?: string | readonly string[];
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
  const check = checked(given);
  const told = check.reasons.map(({ code, detail }) => `${code}: ${detail}`);
  const { lastUsedAt, safe, usedBy } = check;
  expect(told).toEqual(given.reasons);
  expect({
    safe,
    days:
      lastUsedAt === null
        ? null
        : (identityReviewOf(given.account, given).request.asOf - lastUsedAt) / dayMilliseconds,
    usedBy: usedBy.map((arn) => arn.replace(/^.*:/, '')),
  }).toEqual({ safe: given.safe, days: given.lastUsedDaysAgo, usedBy: given.usedBy });
});

/** One Allow of a group, and what of it no report shows. */
interface PatternCase {
  readonly name: string;
  readonly statement: object;
  /** None: the group may be deleted, unless its report does not list something. */
  readonly untracked: readonly string[] | 'everything' | 'everything but iam:PassRole';
  readonly unlisted?: readonly string[];
  /** One if it is not told. */
  readonly members?: number;
}

const patterns = JSON.parse(
  readFileSync(join(import.meta.dirname, '../cases/identity/check-delete-patterns.json'), 'utf8'),
) as readonly PatternCase[];

const unseen = unseenServices.map(({ namespace }) => namespace);
const listed = (untracked: PatternCase['untracked']): readonly string[] => {
  if (untracked === 'everything') return [...unseen, 'iam:PassRole'];
  return untracked === 'everything but iam:PassRole' ? unseen : untracked;
};

test.each(patterns)('a group that grants: $name', ({ members = 1, statement, unlisted = [], ...given }) => {
  const untracked = listed(given.untracked);
  const own = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Resource: '*', ...statement }] };
  const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const users = [
    { name: 'ana', groups: members === 1 ? ['g'] : [] },
    { name: 'boss', inline: { all: everything } },
  ];
  const account = { users, groups: [{ name: 'g', inline: { own } }] };
  const { reasons, safe } = checked({ account, of: 'group/g', unlisted });
  const told = (code: string): readonly string[] =>
    reasons.filter((each) => each.code === code).map(({ detail }) => detail);
  expect(told('NOT_TRACKED')).toEqual(
    untracked.length === 0
      ? []
      : [`g grants ${namedServices(untracked)}, whose use AWS's reports may not show`],
  );
  expect(told('EVIDENCE_MISSING')).toEqual(
    unlisted.map((each) => `g grants ${each}, which its report does not list: whether it is used is unknown`),
  );
  expect(safe).toBe(untracked.length + unlisted.length === 0 && !hasDeny(statement, members));
});

function hasDeny(statement: object, members: number): boolean {
  return 'Effect' in statement && statement.Effect === 'Deny' && members > 0;
}

type Question = Pick<
  Case,
  'account' | 'of' | 'days' | 'settings' | 'report' | 'unlisted' | 'credentials' | 'regions'
>;

function checked(given: Question): DeleteCheck {
  const { facts, request } = identityReviewOf(given.account, given);
  const index = indexAccount(facts.identities);
  const [type, name] = given.of.split('/');
  const chosen = subjectsOf(index, { kind: type as 'user', name: name as string });
  if (!chosen.ok) throw new Error(chosen.reasons[0].detail);
  const [subject] = chosen.value;
  if (!subject) throw new Error(`nothing is ${given.of}`);
  return checkDelete({
    index,
    subject,
    report: given.report === 'not-made' ? undefined : reportAs(given, subject.arn),
    credentials: subject.type === 'user' ? readingOf(given.credentials ?? {}, request.asOf) : null,
    regions: regionsOf(given.regions ?? ['us-east-1']),
    catalogue: facts.catalogue,
    care: {
      configuration: request.configuration,
      ownRoleArns: [],
      managementAccountId: facts.managementAccountId,
    },
    controls: noControls,
    place: facts.place,
    asOf: request.asOf,
    cutOff: request.asOf - request.thresholdDays * dayMilliseconds,
  });
}

function readingOf(given: string | CredentialSketch, now: number): CredentialsReading {
  if (typeof given === 'string') return { failure: given };
  const ago = (days: number | undefined): number | null =>
    days === undefined ? null : now - days * dayMilliseconds;
  const accessKeys = (given.accessKeys ?? []).map((key) => ({
    id: key.id,
    isActive: key.isActive ?? true,
    createdAt: now - (key.createdDaysAgo ?? 900) * dayMilliseconds,
    lastUsedAt: ago(key.usedDaysAgo),
    region: key.region ?? null,
  }));
  const { passwordCreatedDaysAgo, passwordDaysAgo, unrecorded = [] } = given;
  return {
    credentials: {
      passwordLastUsedAt: ago(passwordDaysAgo),
      passwordCreatedAt: ago(passwordCreatedDaysAgo),
      ...{ accessKeys, unrecorded },
    },
  };
}

function regionsOf(given: string | readonly string[]): RegionReading | 'off' {
  if (given === 'off') return 'off';
  return typeof given === 'string' ? { failure: given } : { regions: given };
}

function reportAs({ account, report, unlisted = [] }: Question, arn: string): IdentityReport {
  if (report === 'failed')
    return { status: 'failed', subjectArn: arn, failure: { code: 'ServiceError', message: 'try again' } };
  const made = reportOf(account, arn);
  if (made.status === 'failed') return made;
  return { ...made, rows: new Map([...made.rows].filter(([service]) => !unlisted.includes(service))) };
}
