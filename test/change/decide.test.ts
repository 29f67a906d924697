import { describe, expect, test } from '@jest/globals';
import type { Result } from '../../core/base/result.ts';
import { approvalVoid } from '../../core/change/deciding/approval-validity.ts';
import { cancel, requestRollBack } from '../../core/change/deciding/cancel-or-roll-back.ts';
import { type DecisionContext, decide } from '../../core/change/deciding/decide.ts';
import type { DecisionInput } from '../../core/change/deciding/decision-fields.ts';
import { decisionLimits } from '../../core/change/deciding/decision-fields.ts';
import { coversTargets } from '../../core/change/deciding/scope.ts';
import { approvalsMissing } from '../../core/change/life/approvals.ts';
import type { ChangeEvent, EventBody } from '../../core/change/life/events.ts';
import { approvalsOf, type ChangeRecord, evolve } from '../../core/change/life/life.ts';
import type { Starter } from '../../core/change/life/starter.ts';
import { type DecisionRefusal, refusalStatus } from '../../core/change/links/refusal.ts';
import cancellations from '../cases/change/cancellations.json' with { type: 'json' };
import decisions from '../cases/change/decisions.json' with { type: 'json' };
import { treeOf } from '../support/small-world.ts';
import { approvalOf, bodiesUntil, lived } from './lives.ts';
import { content, day, hour, proposal, type Replaced, start, starterNamed } from './samples.ts';

function context(replaced: Partial<DecisionContext> = {}): DecisionContext {
  return {
    now: start + hour,
    approver: { id: 'ana' },
    actor: { type: 'approver', id: 'ana' },
    channel: 'email',
    coolingMinutes: 240,
    rejectionDays: 90,
    requireProven: [],
    approvers: [],
    identityCenterRoles: [],
    ...replaced,
  };
}

function outcomeOf(result: Result<readonly ChangeEvent[], DecisionRefusal>) {
  if (result.ok) return { events: result.value.map(({ type }) => type) };
  return {
    refusals: result.reasons.map(({ code, field }) =>
      field && code.endsWith('_FIELD') ? `${code} ${field}` : code,
    ),
  };
}

const nobody = { approvers: [], identityCenterRoles: [] };
const endings: Readonly<Record<string, readonly EventBody[]>> = {
  expired: [{ type: 'expired' }],
  rejected: [{ type: 'rejected', approverId: 'bob', reason: 'no', notAgainBefore: start + 90 * day }],
  approved: bodiesUntil('approved'),
  superseded: [{ type: 'superseded', reason: { code: 'TEXT_CHANGED', detail: 'edited by hand' } }],
  'services-exempted': [
    { type: 'services-exempted', approverId: 'bob', services: ['lex'], reason: 'tests', until: start + day },
  ],
};

/** What makes of the sample a give-back to these principals alone. */
function freeing(principals: readonly string[] | undefined): Replaced {
  if (principals === undefined) return {};
  return { intent: 'give-back', exemptions: [{ principals, services: ['lex'], of: 'chg-000000000001' }] };
}

describe('a decision', () => {
  test.each(decisions)('$name', (row) => {
    const proposed = proposal(
      content({ requiredApprovals: row.requiredApprovals ?? 1, ...freeing(row.frees) }),
      starterNamed(row.startedBy ?? null),
    );
    const record = lived(proposed, [
      ...(row.approvedBy ?? []).map(approvalOf),
      ...(endings[row.ended ?? ''] ?? []),
    ]);
    const {
      afterHours = 1,
      scopes,
      ...rest
    } = (row.context ?? {}) as {
      readonly afterHours?: number;
      readonly scopes?: string[];
    };
    const input: DecisionInput = {
      decision: 'approve',
      confirm: 'Development',
      digest: record.content.digest,
      ...(row.input as DecisionInput),
    };
    const asked = context({
      now: start + afterHours * hour,
      approver: { id: 'ana', ...(scopes && { scopes }) },
      ...rest,
    });
    const decided = decide(record, input, asked);
    expect(outcomeOf(decided)).toEqual(row.events ? { events: row.events } : { refusals: row.refusals });
    if (decided.ok) expect(() => decided.value.reduce(evolve, record)).not.toThrow();
  });

  test('that completes it starts the cooling time at that moment', () => {
    const record = lived(proposal(), []);
    const input = { decision: 'approve', confirm: 'Development', digest: record.content.digest };
    const decided = decide(record, input, context());
    expect(decided.ok && decided.value[1]).toMatchObject({
      type: 'approved',
      applyNotBefore: start + 5 * hour,
    });
  });

  test('to reject says until when the same is not proposed again', () => {
    const record = lived(proposal(), []);
    const input = { decision: 'reject', reason: 'no', confirm: 'Development', digest: record.content.digest };
    const decided = decide(record, input, context());
    expect(decided.ok && decided.value[0]).toMatchObject({ notAgainBefore: start + hour + 90 * day });
  });

  test('takes a reason of 2,000 characters and not one more', () => {
    const record = lived(proposal(), []);
    const input = { decision: 'reject', confirm: 'Development', digest: record.content.digest };
    const long = 'x'.repeat(decisionLimits.reasonCharacters);
    expect(decide(record, { ...input, reason: long }, context()).ok).toBe(true);
    expect(outcomeOf(decide(record, { ...input, reason: `${long}x` }, context()))).toEqual({
      refusals: ['WRONG_FIELD reason'],
    });
  });

  test('says who still has to approve', () => {
    const missing = (record: ChangeRecord): number => approvalsMissing(record, approvalsOf(record), nobody);
    const two = proposal(content({ requiredApprovals: 2 }), starterNamed('ana'));
    expect(missing(lived(two, []))).toBe(2);
    expect(missing(lived(two, [approvalOf('ana')]))).toBe(1);
    expect(missing(lived(proposal(content(), starterNamed('ana')), [approvalOf('ana')]))).toBe(1);
    const unknown = proposal(content(), starterNamed('unknown'));
    expect(missing(lived(unknown, []))).toBe(2);
    expect(missing(lived(unknown, [approvalOf('ana')]))).toBe(1);
    expect(missing(lived(unknown, [approvalOf('ana'), approvalOf('bob')]))).toBe(0);
  });
});

describe('who started the review', () => {
  const arn = 'arn:aws:iam::111111111111:user/eve';
  const by = (approverId: string | null) =>
    lived(proposal(content(), { type: 'principal', arn, approverId }), []);
  const approvers = (id: string, principals: string[]) => [{ id, name: id, email: id, principals }];
  const approve = (record: ChangeRecord, asked: Partial<DecisionContext>) =>
    outcomeOf(
      decide(
        record,
        { decision: 'approve', confirm: 'Development', digest: record.content.digest },
        context(asked),
      ),
    );
  const one = { events: ['approval-recorded'] };
  const done = { events: ['approval-recorded', 'approved'] };

  test('is looked up in the configuration of now as well: who becomes an approver since is not free', () => {
    expect(approve(by(null), { approvers: approvers('ana', []) })).toEqual(done);
    expect(approve(by(null), { approvers: approvers('ana', [arn]) })).toEqual(one);
    expect(approve(by(null), { approvers: approvers('bob', [arn]) })).toEqual(done);
  });

  test('voids an approval right before the write, and says why', () => {
    const starter: Starter = { type: 'principal', arn, approverId: null };
    const record = lived(proposal(content(), starter), [
      approvalOf('ana'),
      { type: 'approved', applyNotBefore: start },
    ]);
    const tree = treeOf({});
    expect(approvalVoid(record, { ...nobody, approvers: approvers('ana', []) }, tree)).toBeNull();
    expect(approvalVoid(record, { ...nobody, approvers: approvers('ana', [arn]) }, tree)).toMatchObject({
      code: 'STARTER_ALONE',
      detail: expect.stringContaining('everyone who approved may also have started this change'),
    });
  });

  test('is not free under another id, nor once the principal was taken out', () => {
    expect(approve(by('anna'), { approvers: approvers('ana', [arn]) })).toEqual(one);
    expect(approve(by('ana'), { approvers: approvers('ana', []) })).toEqual(one);
  });
});

describe('taking back', () => {
  test.each(cancellations)('$name', (row) => {
    const record = lived(proposal(), bodiesUntil(row.until));
    const { reason = 'a team needs it', scopes } = row;
    const asked = context({
      now: start + (row.afterDays ?? 0.1) * day,
      approver: { id: 'ana', ...(scopes && { scopes }) },
    });
    const decided =
      row.request === 'cancel'
        ? cancel(record, { reason }, asked)
        : requestRollBack(record, { reason }, asked);
    expect(outcomeOf(decided)).toEqual(row.events ? { events: row.events } : { refusals: row.refusals });
    if (decided.ok) expect(() => evolve(record, decided.value[0])).not.toThrow();
  });
});

describe('a roll back that gives somebody access again', () => {
  const applied = lived(proposal(), bodiesUntil('applied'));
  const givesTo = (arn: string) => {
    const identity = { accountId: '111111111111', title: 'narrow', actions: [], principals: [arn] };
    return { ...applied, content: { ...applied.content, kind: 'iam', steps: [], identity } } as never;
  };
  const dev = 'arn:aws:iam::111111111111:role/teams/Dev';
  test.each<[string, string, string, string, boolean]>([
    ['somebody else', dev, 'arn:aws:iam::111111111111:user/ana', 'arn:aws:iam::111111111111:user/ana', true],
    [
      'whose user it is',
      'arn:aws:iam::111111111111:user/a/Ana',
      'arn:aws:iam::111111111111:user/ana',
      'x',
      false,
    ],
    ['whose session is of the role', dev, 'arn:aws:sts::111111111111:assumed-role/Dev/ana', 'x', false],
    ['whose role stands without its path', dev, 'arn:aws:iam::111111111111:role/Dev', 'x', false],
    ['who signed with the role', dev, 'x', 'arn:aws:sts::111111111111:assumed-role/Dev/ana', false],
    ['whose role has the name in another account', dev, 'arn:aws:iam::222222222222:role/Dev', 'x', true],
  ])('is asked for by %s: %#', (_, arn, principal, signed, may) => {
    const asked = {
      ...context({ approver: { id: 'ana', principals: [principal] } }),
      actor: { type: 'principal', id: signed } as const,
    };
    expect(requestRollBack(givesTo(arn), { reason: 'needed' }, asked).ok).toBe(may);
  });
});

describe('scopes', () => {
  const paths = { 'ou-a': 'o-1/r-1/ou-a', 'ou-b': 'o-1/r-1/ou-x/ou-b' };
  test.each([
    [[], ['ou-a', 'ou-b'], true],
    [['r-1'], ['ou-a', 'ou-b'], true],
    [['ou-a'], ['ou-a', 'ou-b'], false],
    [['ou-a', 'ou-x'], ['ou-a', 'ou-b'], true],
    [['o-1/r-1/ou-x'], ['ou-b'], true],
    [['o-1/r-1/ou'], ['ou-b'], false],
    [['ou-a'], ['ou-unknown'], false],
    [['ou-unknown'], ['ou-unknown'], true],
    [['ou-a'], [], false],
    [['constructor'], ['constructor'], true],
    [['ou-a'], ['constructor'], false],
  ])('%j over targets %j: %p', (scopes, targets, covered) => {
    expect(coversTargets({ scopes }, targets, paths)).toBe(covered);
  });
});

test('each refusal has the status that people and programs are promised', () => {
  expect(refusalStatus).toEqual({
    WRONG_FIELD: 422,
    MISSING_FIELD: 422,
    TOO_MANY: 429,
    NOT_NOW: 409,
    UNKNOWN_TOKEN: 404,
    OUT_OF_SCOPE: 403,
    HIGH_RISK: 403,
    OTHER_DIGEST: 409,
    ALREADY_DECIDED: 409,
    EXPIRED: 410,
    LATER_VERSION: 409,
  });
});
