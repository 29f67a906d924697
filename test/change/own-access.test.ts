import { describe, expect, test } from '@jest/globals';
import type { Approver } from '../../core/base/configuration.ts';
import { approvalVoid } from '../../core/change/deciding/approval-validity.ts';
import { cancel, requestRollBack, resume } from '../../core/change/deciding/cancel-or-roll-back.ts';
import { type DecisionContext, decide } from '../../core/change/deciding/decide.ts';
import type { DecisionInput } from '../../core/change/deciding/decision-fields.ts';
import { mayTakeOver } from '../../core/change/deciding/notes.ts';
import { type Concern, type Verb, whyNotOnOwn } from '../../core/change/deciding/own-access.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import { hintFor } from '../../core/message/words/reader-hint.ts';
import cases from '../cases/change/own-access.json' with { type: 'json' };
import { treeOf } from '../support/small-world.ts';
import { approvalOf, bodiesUntil, lived } from './lives.ts';
import { content, day, hour, proposal, type Replaced, start } from './samples.ts';

const role = 'arn:aws:iam::222222222222:role/apps/Bots';
const session = 'arn:aws:sts::222222222222:assumed-role/bots/ana';
const concerns: readonly Concern[] = ['asked', 'freed', 'bound', 'narrowed'];

/** How somebody is known to have the role: the configuration says so, or he signs with it. */
const ways = ['configured', 'signed'] as const;
type Way = (typeof ways)[number];

const approver = (id: string, principals: string[] = []): Approver => ({
  ...{ id, name: id, email: `${id}@example.com`, principals },
});

const replaced: { readonly [Each in Concern]: Replaced } = {
  asked: { intent: 'give-back' },
  freed: { intent: 'give-back', exemptions: [{ principals: [role], services: ['lex'], of: 'chg-1' }] },
  bound: { intent: 'end-exemption', exemptions: [{ principals: [role], services: ['lex'], of: 'chg-1' }] },
  narrowed: {},
};

/** The change that concerns whoever has the role in this way, as far as this verb needs it to have come. */
function recordFor(verb: string, concern: Concern): ChangeRecord {
  const until = { cancel: 'approved', 'roll-back': 'applied', resume: 'interrupted' }[verb];
  const asker = { name: role, verified: true, reason: 'needed' };
  const proposed = {
    ...proposal(content(replaced[concern])),
    ...(concern === 'asked' ? { asker } : {}),
  };
  const record = lived(proposed, until === undefined ? [] : bodiesUntil(until));
  if (concern !== 'narrowed') return record;
  const identity = { accountId: '111111111111', title: 'narrow', actions: [], principals: [role] } as never;
  return { ...record, content: { ...record.content, kind: 'iam', steps: [], identity } };
}

function contextOf(by: Approver, all: readonly Approver[], signed: string | null): DecisionContext {
  return {
    ...{ now: start + hour, approver: by, approvers: all, identityCenterRoles: [], channel: 'iam' },
    actor: signed === null ? { type: 'approver', id: by.id } : { type: 'principal', id: signed },
    ...{ coolingMinutes: 240, rejectionDays: 90, requireProven: [] },
  };
}

/** Who may do it: the one whom it concerns, or only others. */
function judged(
  verb: Verb,
  record: ChangeRecord,
  by: Approver,
  all: readonly Approver[],
  signed: string | null,
) {
  const context = contextOf(by, all, signed);
  if (verb === 'take-over') {
    const other = approver('dan');
    const giving = contextOf(other, [...all, other], null);
    return mayTakeOver(record, giving).some(({ id }) => id === by.id) ? 'may' : 'others';
  }
  const reason = 'because';
  const input: DecisionInput = {
    ...{ decision: verb, confirm: 'Development', digest: record.content.digest, reason, to: 'cleo' },
    ...{ services: ['lex'], keep: ['dms'], until: new Date(start + 3 * day).toISOString() },
  };
  const result =
    verb === 'cancel'
      ? cancel(record, { reason }, context)
      : verb === 'roll-back'
        ? requestRollBack(record, { reason }, context)
        : verb === 'resume'
          ? resume(record, { reason }, context)
          : decide(record, input, context);
  if (result.ok) return 'may';
  return result.reasons[0].code === 'OUT_OF_SCOPE' ? 'others' : result.reasons[0].detail;
}

describe.each(cases)('to $verb', (row) => {
  const verb = row.verb as Verb;
  const all = [approver('ana', [role]), approver('bob'), approver('cleo')];
  const [ana, bob] = all as [Approver, Approver, Approver];
  test.each(concerns.flatMap((concern) => ways.map((way) => [concern, way] as const)))(
    'what one is %s by, as %s',
    (concern: Concern, way: Way) => {
      const record = recordFor(verb, concern);
      if (way === 'configured') {
        expect(judged(verb, record, ana, all, null)).toBe(row[concern]);
        expect(judged(verb, record, bob, all, null)).toBe('may');
        return;
      }
      // Whoever takes over is known by the configuration alone.
      if (verb === 'take-over') return;
      const nameless = [approver('ana'), approver('bob'), approver('cleo')];
      expect(judged(verb, record, approver('ana'), nameless, session)).toBe(row[concern]);
      expect(judged(verb, record, approver('bob'), nameless, 'arn:aws:iam::111111111111:user/bob')).toBe(
        'may',
      );
    },
  );
});

describe('what is decided against the end of an exemption', () => {
  const record = lived(proposal(content(replaced.bound)), []);
  const context = { ...contextOf(approver('bob'), [approver('bob')], null), rejectionDays: 400 };
  const input = { confirm: 'Development', digest: record.content.digest, reason: 'still needed' };

  test('rests as long as an exemption may last, whatever the configuration says', () => {
    const rejected = decide(record, { ...input, decision: 'reject' }, context);
    expect(rejected.ok && rejected.value[0]).toMatchObject({ notAgainBefore: start + hour + 90 * day });
  });

  test.each([
    [90, true],
    [100, false],
  ])('is not put off by %i days: %p', (days, may) => {
    const until = new Date(start + days * day).toISOString();
    expect(decide(record, { ...input, decision: 'snooze', until }, context).ok).toBe(may);
  });
});

test.each<[Concern, 'decide' | 'cancel' | 'roll-back', string | null]>([
  ['asked', 'decide', 'You asked for this yourself: others approve it.'],
  ['freed', 'decide', 'This frees a user or role of yours: others approve it.'],
  ['bound', 'decide', 'you may approve it, and others decide against it.'],
  ['bound', 'cancel', 'you may approve it, and others decide against it.'],
  ['narrowed', 'roll-back', 'somebody else must ask for it.'],
  ['narrowed', 'decide', null],
  ['freed', 'cancel', null],
])('what is %s by, before a form to %s: %s', (concern, purpose, hint) => {
  const all = [approver('ana', [role]), approver('bob')];
  const said = (id: string) =>
    hintFor(
      id,
      purpose,
      recordFor(purpose, concern),
      contextOf(all.find((one) => one.id === id) ?? approver(id), all, null),
    );
  expect([said('ana'), said('bob')]).toEqual([hint === null ? null : expect.stringContaining(hint), null]);
});

test('an approval does not count of somebody whom the change frees by the configuration of now', () => {
  const freeing = proposal(content(replaced.freed));
  const record = lived(freeing, [approvalOf('ana'), { type: 'approved', applyNotBefore: start }]);
  const tree = treeOf({});
  const void_ = (principals: string[]) =>
    approvalVoid(record, { approvers: [approver('ana', principals)], identityCenterRoles: [] }, tree)?.code;
  expect([void_([]), void_([role])]).toEqual([undefined, 'APPROVER_OUT_OF_SCOPE']);
});

describe('who has a role of a permission set in one account is taken to have those in the others', () => {
  const roleIn = (account: string, name: string) =>
    `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_${name}`;
  const freed = roleIn('222222222222', 'Platform_0123456789abcdef');
  test.each<[string, string, boolean]>([
    ['a session in another account', 'Platform_fedcba9876543210/ana', true],
    ['a session of another permission set', 'Platform_Read_fedcba9876543210/ana', false],
    ['a session of a role that only begins so', 'Platform/ana', false],
  ])('%s', (_, session, isOwn) => {
    const signed = `arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_${session}`;
    const exemptions = [{ principals: [freed], services: ['lex'], of: 'chg-1' }];
    const record = lived(proposal(content({ intent: 'give-back', exemptions })), []);
    const ana = approver('ana', [signed]);
    for (const by of [contextOf(ana, [ana], null), contextOf(approver('ana'), [approver('ana')], signed)])
      expect(whyNotOnOwn(record, 'approve', by) !== null).toBe(isOwn);
  });
});
