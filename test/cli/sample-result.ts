import type { FindingResult } from '../../core/review/finding-result.ts';
import { totalsOf } from '../../core/review/outcome.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';

const path = 'o-exampleorg1/r-ex01/ou-ex01-development';

/** A finding of Development, changed as given. */
export function sampleFinding(changes: Partial<FindingResult> = {}): FindingResult {
  const { status = 'open' } = changes;
  return {
    id: 'fnd-18f9c73acb12',
    kind: 'lapsed',
    entityId: 'ou-ex01-development',
    entityPath: path,
    serviceNamespace: 'lex',
    serviceName: 'Amazon Lex',
    lastAccessedAt: '2026-04-25T08:48:19.015Z',
    daysUnused: 213,
    lastAccessedEntityPath: `${path}/222222222222`,
    lastAccessedRegion: 'eu-west-1',
    accountsEverUsed: 1,
    accounts: 7,
    youngAccounts: [],
    status,
    outcome: status === 'open' ? 'proposed' : status,
    ...changes,
  };
}

/** A never-used finding of Development. */
export function neverUsed(serviceNamespace: string, changes: Partial<FindingResult> = {}): FindingResult {
  return sampleFinding({
    ...{
      id: `fnd-${serviceNamespace}`,
      kind: 'never-used',
      serviceNamespace,
      serviceName: `AWS ${serviceNamespace}`,
    },
    ...{ lastAccessedAt: null, daysUnused: null, lastAccessedEntityPath: null, lastAccessedRegion: null },
    accountsEverUsed: 0,
    ...changes,
  });
}

/** A review of Development with one lapsed service and one change, changed as given. */
export function sampleResult(changes: Partial<ReviewResult> = {}): ReviewResult {
  const { findings = [sampleFinding()] } = changes;
  const before =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lex:*"],"Resource":"*"}]}';
  const after =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lex:*"],"Resource":"*"},{"Sid":"DenyUnusedServices","Effect":"Deny","Action":["lex:*"],"Resource":"*"}]}';
  return {
    version: 1,
    reviewId: 'rev-20261124t085212z-e634ab',
    organizationId: 'o-exampleorg1',
    scope: { id: 'ou-ex01-development', type: 'ou', name: 'Development', path },
    asOf: '2026-11-24T08:52:12.157Z',
    thresholdDays: 180,
    status: 'completed',
    entities: [
      {
        ...{ id: 'ou-ex01-development', type: 'ou', name: 'Development', path, accounts: 7 },
        report: { jobId: 'job-1', completedAt: '2026-11-24T08:52:17.043Z', services: 14 },
      },
    ],
    totals: totalsOf(findings),
    findings,
    changes: [
      {
        ...{ id: 'chg-a21c03382af6', revision: 1, kind: 'update-policy', policyId: 'p-newsvctest' },
        ...{ policyName: 'NewServiceTest', confirm: 'Development', services: ['lex'], before, after },
        targets: [{ id: 'ou-ex01-development', type: 'ou', name: 'Development' }],
        ...{ digest: 'c8'.repeat(32), baseDigest: '63'.repeat(32), accounts: 7 },
        certificate: {
          ok: true,
          checks: [
            { name: 'evidence-complete', verdict: 'ok', detail: '1 finished report covers all 7 accounts' },
            { name: 'regions', verdict: 'not-proven', detail: 'AWS keeps no data for some Regions' },
          ],
        },
        risk: { level: 'low', flags: ['NOT_PROVEN:regions'] },
        choice: ['NewServiceTest (p-newsvctest) is attached to Development itself.'],
      },
    ],
    refusals: [],
    metrics: { reportJobs: 1, apiCalls: { ListRoots: 1 }, throttled: 0, durationMs: 2_000 },
    ...changes,
  };
}

/** A setting that has no effect on the organization of the sample. */
export const idleSetting = {
  key: 'exemptions.0.entity',
  value: 'Aps',
  detail: 'no root, OU or account of this organization has the id, path or name "Aps"',
};

/** What may reach neither a terminal nor a page: control characters except the line break, invisible ones, marks of reading direction. */
export const undisplayable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

/** Names that somebody might give an account or an OU to mislead whoever reads them. */
export const hostileNames: readonly (readonly [string, string])[] = [
  ['markup', `<script>alert(1)</script><img src=x onerror="alert(1)">'"&`],
  ['a terminal escape', 'dev\u001b[2J\u001b]0;title\u0007\u009b31m'],
  ['a change of reading direction', 'dev\u202egnp.exe\u2066\u200b'],
  ['ten thousand characters', 'x'.repeat(10_000)],
  ['line breaks', 'dev\r\nstatus completed\n'],
];

/** A review in which the scope, the policy, the service, the account and the sentences about them all carry that name. */
export function hostileResult(name: string): ReviewResult {
  const base = sampleResult();
  const [change] = base.changes;
  if (!change) throw new Error('the sample has a change');
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: name, Effect: 'Deny' }] });
  return {
    ...base,
    scope: { ...base.scope, name },
    entities: base.entities.map((entity) => ({
      ...entity,
      name,
      report: { failed: { code: 'FAILED', message: name } },
    })),
    findings: [
      sampleFinding({ serviceName: name, status: 'held', note: name }),
      neverUsed('dms', { status: 'exempt', note: name }),
    ],
    changes: [
      {
        ...change,
        policyName: name,
        confirm: name,
        targets: change.targets.map((target) => ({ ...target, name })),
        choice: [name],
        before: text,
        after: `${text.slice(0, -2)},{"Sid":"DenyUnusedServices"}]}`,
        certificate: { ok: false, checks: [{ name: 'syntax', verdict: 'failed', detail: name }] },
      },
    ],
    refusals: [
      {
        code: 'FOREIGN_POLICY',
        detail: name,
        services: ['lex'],
        patch: { policyId: 'p-1', before: text, after: '{}' },
      },
    ],
    warnings: [{ key: `slack.channels.${name}`, value: name, detail: name }],
    status: 'partial',
  };
}
