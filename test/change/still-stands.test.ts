import { describe, expect, test } from '@jest/globals';
import { approvalTooOld } from '../../core/change/deciding/approval-age.ts';
import { approvalVoid } from '../../core/change/deciding/approval-validity.ts';
import type { EventBody } from '../../core/change/life/events.ts';
import { voidReason } from '../../core/kinds/scp/writing/approval-proof.ts';
import { silentSource } from '../../core/kinds/silent-source.ts';
import { buildTree } from '../../core/organization/organization.ts';
import { notProvenOf } from '../../core/proof/subject.ts';
import type { CheckResult } from '../../core/proof/verdict.ts';
import ages from '../cases/change/approval-ages.json' with { type: 'json' };
import { peopleConfiguration } from '../message/sample-view.ts';
import { approvalOf, bodiesUntil, lived } from './lives.ts';
import { content, day, proposal, start } from './samples.ts';

interface AgeRow {
  readonly name: string;
  readonly events: readonly string[];
  readonly daysAfterCooling: number;
  readonly maxAgeDays?: number;
  readonly tooOld: boolean;
}

const account = (id: string, joinedAt = start - 900 * day) =>
  ({ id, name: `account-${id}`, parentId: 'ou-ex01-development', state: 'ACTIVE', joinedAt }) as const;
const treeOf = (accounts: ReturnType<typeof account>[], unit = 'ou-ex01-development') =>
  buildTree({
    id: 'o-exampleorg1',
    managementAccountId: '111111111111',
    root: { id: 'r-ex01', name: 'Root' },
    organizationalUnits: [{ id: unit, name: 'Development', parentId: 'r-ex01' }],
    accounts: accounts.map((one) => ({ ...one, parentId: unit })),
  });
const shown = content();
const accounts = shown.accountIds.map((id) => account(id));
const tree = treeOf(accounts);
const certificate = (checks: readonly CheckResult[]) => ({ ok: true, checks });
const code = (...[approved, now, proof]: [typeof shown, typeof tree, typeof shown.certificate]) =>
  voidReason(approved, now, proof, [])?.code ?? null;

/** Accounts of which a check is not proven, and of how many. */
type Unproven = readonly [ids: readonly string[], all: number];
/** Whether the source of a check was read for all accounts. */
type Unread = 'ALL_READ' | undefined;
const many = (count: number, name = 'account'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

describe('what was approved', () => {
  test('stands while nothing is worse', () => {
    expect(code(shown, tree, shown.certificate)).toBeNull();
    expect(code(shown, treeOf(accounts.slice(1)), shown.certificate)).toBeNull();
    expect(code(shown, treeOf([...accounts, account('444444444444', start)]), shown.certificate)).toBeNull();
  });

  test('is void without a target, with an older account more, with a failed or a weaker proof', () => {
    expect(code(shown, treeOf(accounts, 'ou-ex01-other'), shown.certificate)).toBe('TARGET_GONE');
    expect(code(shown, treeOf([...accounts, account('444444444444')]), shown.certificate)).toBe(
      'BLAST_RADIUS_GREW',
    );
    const [first, ...others] = shown.certificate.checks;
    if (!first) throw new Error('no check');
    const worse = (verdict: CheckResult['verdict']) => certificate([{ ...first, verdict }, ...others]);
    expect(code(shown, tree, worse('failed'))).toBe('PROOF_FAILED');
    expect(code(shown, tree, worse('not-proven'))).toBe('PROOF_WEAKER');
  });
});

test('a check that was not proven of some accounts may not be unproven of more, or of all', () => {
  const of = (unproven?: number) => {
    const check: CheckResult = { name: 'regions', verdict: 'not-proven', detail: 'unread' };
    const unprovenIds = many(unproven ?? 0);
    return certificate([unproven === undefined ? check : { ...check, unproven, unprovenIds }]);
  };
  const becomes = (before?: number, now?: number) =>
    code(content({ certificate: of(before) }), tree, of(now));
  expect([becomes(1, 1), becomes(2, 1), becomes(undefined, 1), becomes()]).toEqual([null, null, null, null]);
  expect([becomes(1, 2), becomes(1)]).toEqual(['PROOF_WEAKER', 'PROOF_WEAKER']);
  const record = lived(proposal(content({ certificate: of(1) })), bodiesUntil('approved'));
  const sources = { ...peopleConfiguration().sources, regions: true };
  const waits = (now?: number) => silentSource(record, of(now), { sources }, start + day);
  expect([waits(1), waits(2), waits()]).toEqual([null, 'regions: unread', 'regions: unread']);
});

test.each<[string, before: Unproven, now: Unproven, string | null]>([
  ['the same account', [['A'], 3], [['A'], 3], null],
  ['another account', [['A'], 3], [['B'], 3], 'PROOF_WEAKER'],
  ['one more', [['A'], 3], [['A', 'B'], 3], 'PROOF_WEAKER'],
  ['fewer', [['A', 'B'], 3], [['B'], 3], null],
  ['all that are left, where the others left', [['A', 'B'], 3], [['A', 'B'], 2], null],
  ['all, where it was all', [['A'], 1], [['A', 'B'], 2], null],
  ['none by itself, then one', [[], 3], [['A'], 3], 'PROOF_WEAKER'],
  ['the same many', [many(60), 99], [many(60), 99], null],
  ['as many, of them one other', [many(60), 99], [[...many(59), 'other'], 99], 'PROOF_WEAKER'],
  ['more', [many(60), 99], [many(61), 99], 'PROOF_WEAKER'],
  ['all', [many(60), 99], [many(99), 99], 'PROOF_WEAKER'],
])('of which accounts a check may be not proven by now: %s', (_, before, now, voided) => {
  const of = ([ids, all]: Unproven) =>
    certificate([
      { name: 'regions', ...notProvenOf(ids, [...ids, ...many(all - ids.length, 'read')], 'unread') },
    ]);
  expect(code(content({ certificate: of(before) }), tree, of(now))).toBe(voided);
});

test.each<[string, before: Unread, now: Unread, string | null]>([
  [
    'what it left open was shown of all, and its source cannot be read by now',
    'ALL_READ',
    undefined,
    'PROOF_WEAKER',
  ],
  ['it could not be read of any, and what it leaves open is told by now', undefined, 'ALL_READ', null],
  ['what it leaves open is shown as before', 'ALL_READ', 'ALL_READ', null],
  ['it cannot be read as before', undefined, undefined, null],
])('a check that was proven of no account: %s', (_, before, now, voided) => {
  const of = (read: Unread) =>
    certificate([{ name: 'regions', ...notProvenOf(['A', 'B'], ['A', 'B'], 'unread', read) }]);
  expect(code(content({ certificate: of(before) }), tree, of(now))).toBe(voided);
});

describe('who approved', () => {
  const ana = { id: 'ana', name: 'Ana', email: 'ana@example.com' };
  const ben = { id: 'ben', name: 'Ben', email: 'ben@example.com' };
  const record = lived(proposal(content({ requiredApprovals: 2 })), [approvalOf('ana'), approvalOf('ben')]);
  const voided = (approvers: readonly object[]) =>
    approvalVoid(record, { approvers: approvers as never, identityCenterRoles: [] }, tree)?.code ?? null;

  test('counts while configured with scopes over every target', () => {
    expect(voided([ana, { ...ben, scopes: ['ou-ex01-development'] }])).toBeNull();
    expect(voided([ana, { ...ben, scopes: ['ou-ex01-other'] }])).toBe('APPROVER_OUT_OF_SCOPE');
    expect(voided([ana])).toBe('APPROVER_OUT_OF_SCOPE');
  });
});

describe('an approval ages', () => {
  const bodies: Readonly<Record<string, EventBody>> = {
    'apply-started': { type: 'apply-started' },
    'step-sending': { type: 'step-sending', step: 0 },
    interrupted: { type: 'interrupted', detail: 'the write does not show' },
    resumed: { type: 'resumed', approverId: 'bob', reason: 'it was not written' },
    cancelled: { type: 'cancelled', approverId: 'bob', reason: null },
  };
  const cooled = start + 10 * day;
  test.each(ages as readonly AgeRow[])('$name', ({ daysAfterCooling, events, maxAgeDays = 14, tooOld }) => {
    const happened = events.map((name) => bodies[name] as EventBody);
    const record = lived(proposal(shown), [
      approvalOf('bob'),
      { type: 'approved', applyNotBefore: cooled },
      ...happened,
    ]);
    const found = approvalTooOld(record, { approvalMaxAgeDays: maxAgeDays }, cooled + daysAfterCooling * day);
    expect(found?.code ?? null).toBe(tooOld ? 'APPROVAL_TOO_OLD' : null);
  });
});

describe('a later use than people were shown', () => {
  const evidence = (lastAccessedAt: number | null, entityId: string) =>
    content({
      evidence: [
        {
          ...{ serviceNamespace: 'lex', serviceName: 'Amazon Lex', findingId: 'fnd-1', kind: 'lapsed' },
          ...{ entityId, entityName: 'any', daysUnused: 213, accountsEverUsed: 1, accounts: 2 },
          ...{ lastAccessedAt, lastAccessedAccount: null, lastAccessedRegion: null },
          report: { jobId: 'job', entityId, completedAt: start },
        },
      ],
    });
  const reportOf = (entityId: string, lastAccessedAt: number) => ({
    ...({ status: 'completed', entityId, jobId: 'job-2', createdAt: start, completedAt: start } as const),
    rows: new Map([
      [
        'lex',
        {
          ...{ serviceNamespace: 'lex', serviceName: 'Amazon Lex', lastAccessedAt, accountsEverUsed: 1 },
          ...{ lastAccessedBy: null, lastAccessedRegion: null },
        },
      ],
    ]),
  });
  const unit = 'ou-ex01-development';
  const before = start - 213 * day;

  test.each([
    ['the same', before, unit, unit, before, null],
    ['an earlier one', before, unit, unit, before - day, null],
    ['a later one, though before the cut-off', before, unit, unit, before + day, 'USED_SINCE'],
    ['any where none was shown', null, unit, unit, before, 'USED_SINCE'],
    ['a later one than an entity above said', before, 'r-ex01', unit, before + 1, 'USED_SINCE'],
    ['one elsewhere, by the report of an entity above', null, 'r-ex01', 'r-ex01', start, null],
    ["a moved account's own report", before, unit, '222222222222', before + day, null],
  ])('%s', (_, shownAt, shownBy, askedBy, at, expected) => {
    const voided = voidReason(evidence(shownAt, shownBy), tree, shown.certificate, [reportOf(askedBy, at)]);
    expect(voided?.code ?? null).toBe(expected);
  });
});
