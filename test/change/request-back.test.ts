import { describe, expect, test } from '@jest/globals';
import { decide } from '../../core/change/deciding/decide.ts';
import {
  judgeRequestBack,
  stillAnswered,
  type WhoAsks,
  whyNobodyElse,
} from '../../core/change/deciding/request-back.ts';
import { type AskedBack, stillCounted, whyNoRoom } from '../../core/change/deciding/room-to-ask.ts';
import { starterOf } from '../../core/change/life/starter.ts';
import requests from '../cases/change/request-back.json' with { type: 'json' };
import rooms from '../cases/change/room-to-ask.json' with { type: 'json' };
import { peopleConfiguration } from '../message/sample-view.ts';
import { bodiesUntil, lived } from './lives.ts';
import { content, day, hour, proposal, start } from './samples.ts';

describe('who may ask services back, and what for', () => {
  test.each(requests)('$name', (row) => {
    const record = lived(proposal(), bodiesUntil(row.until ?? 'applied'));
    const who: WhoAsks =
      row.arn === undefined
        ? { type: 'link', name: row.typed ?? 'x'.repeat(row.typedCharacters ?? 0) }
        : { type: 'principal', arn: row.arn };
    const input = {
      services: row.services ?? ['lex'],
      principals: row.principals ?? [],
      reason: row.reason ?? 'x'.repeat(row.reasonCharacters ?? 10),
      ...(row.days === undefined ? {} : { days: row.days }),
    };
    const judged = judgeRequestBack(record, who, input, {
      ...{ now: start + day, frozen: row.frozen ?? false },
      mode: row.mode === 'observe' ? 'observe' : 'approve',
    });
    if (judged.ok)
      expect([row.refused, judged.value]).toEqual([
        undefined,
        { ...input, days: row.days === undefined ? undefined : Number(row.days) },
      ]);
    else expect(judged.reasons.map(({ code, field }) => [code, field].join(' ').trim())).toEqual(row.refused);
  });
});

describe('how much may be asked', () => {
  test.each(rooms)('$name', (row) => {
    const asked = row.asked.map((line, index): AskedBack & { readonly answered: boolean } => {
      const [asker = '', hours = '', ...more] = line.split(' ');
      const at = start - Number.parseInt(hours, 10) * hour;
      return {
        id: `chg-00000000010${index}`,
        of: more.includes('other') ? 'chg-000000000002' : 'chg-000000000001',
        asker: asker === '-' ? null : asker,
        ...{ at, until: at + 72 * hour, answered: more.includes('answered') },
      };
    });
    const ended = new Set(asked.flatMap(({ answered, id }) => (answered ? [id] : [])));
    const counted = stillCounted(asked, start, ended);
    const by = { asker: row.by === null ? null : (row.by ?? 'mia'), of: 'chg-000000000001' };
    const refusal = whyNoRoom(counted, by, start, ended)?.refusal ?? null;
    if (row.refused === undefined) expect(refusal).toBeNull();
    else expect(refusal).toMatchObject({ code: 'TOO_MANY', detail: expect.stringContaining(row.refused) });
  });

  test('what neither waits nor is of the last day is kept no longer', () => {
    const entry = { id: 'chg-000000000100', of: 'chg-000000000001', asker: 'mia' };
    const old = { ...entry, at: start - 30 * hour, until: start + 42 * hour };
    expect(stillCounted([old], start, new Set())).toEqual([old]);
    expect(stillCounted([old], start, new Set([entry.id]))).toEqual([]);
    expect(stillCounted([old], start + 50 * hour, new Set())).toEqual([]);
  });
});

test.each<[string, readonly string[], string | null, boolean]>([
  ['one approver, and AWS names somebody else', ['ana'], 'arn:aws:iam::222222222222:user/dev', true],
  ['one approver, and a name is typed', ['ana'], null, true],
  ['one approver in scope, another elsewhere', ['ana', 'cleo'], 'arn:aws:iam::222222222222:user/dev', true],
  ['two approvers', ['ana', 'bob'], 'arn:aws:iam::222222222222:user/dev', false],
  ['two approvers, and a name is typed', ['ana', 'bob'], null, false],
  [
    'one approver, whom IAM Identity Center tells apart',
    ['ana'],
    'arn:aws:sts::222222222222:assumed-role/Sso/dev',
    false,
  ],
  ['the only approver himself', ['ana'], 'arn:aws:sts::222222222222:assumed-role/Sso/ana', true],
])('whether anybody could approve it: %s', (_, ids, arn, refused) => {
  const everybody = peopleConfiguration();
  const session = 'arn:aws:sts::111111111111:assumed-role/Sso/ana';
  const people = peopleConfiguration({
    approvers: everybody.approvers
      .filter(({ id }) => ids.includes(id))
      .map((each) => (each.id === 'ana' ? { ...each, principals: [session] } : each)),
    identityCenterRoles: ['Sso'],
  });
  const record = lived(proposal(), bodiesUntil('applied'));
  const asker = arn === null ? ({ type: 'unknown' } as const) : ({ type: 'principal', arn } as const);
  const givenBack = { ...record, content: { ...record.content, intent: 'give-back' } } as const;
  const refusal = whyNobodyElse(givenBack, starterOf(asker, '', people), people);
  expect(refusal?.code).toBe(refused ? 'NOT_NOW' : undefined);
});

describe('who asked', () => {
  const configuration = peopleConfiguration();
  const [approver] = configuration.approvers;
  if (!approver) throw new Error('somebody must be an approver');
  const arn = 'arn:aws:iam::222222222222:user/dev';
  const people = {
    ...configuration,
    approvers: configuration.approvers.map((each) =>
      each.id === approver.id ? { ...each, principals: [arn] } : each,
    ),
  };
  const asker = { name: arn, verified: true, reason: 'payroll' };
  const give = content({ intent: 'give-back', requiredApprovals: 1 });
  const starter = starterOf({ type: 'principal', arn }, arn, people);
  const approving = (record: ReturnType<typeof lived>, by: string) => {
    const who = people.approvers.find(({ id }) => id === by);
    if (!who) throw new Error(`nobody is called ${by}`);
    return decide(
      record,
      { decision: 'approve', digest: record.content.digest, confirm: record.content.confirm },
      {
        ...{ ...people, approver: who, channel: 'email', now: start + hour },
        actor: { type: 'approver', id: by },
      },
    );
  };

  test('never approves it, not even as one of several', () => {
    const record = lived({ ...proposal(give, starter), asker }, []);
    expect(approving(record, approver.id)).toMatchObject({
      reasons: [{ code: 'OUT_OF_SCOPE', detail: expect.stringContaining('others approve it') }],
    });
    // Whatever else is known of who started what led to it.
    const unknown = lived({ ...proposal(give, { type: 'unknown' }), asker }, []);
    expect(approving(unknown, approver.id)).toMatchObject({ reasons: [{ code: 'OUT_OF_SCOPE' }] });
    const other = people.approvers.find(({ id }) => id !== approver.id);
    const denied = { type: 'principal', arn: 'arn:other', approverId: other?.id ?? '' } as const;
    expect(approving(lived({ ...proposal(give, denied), asker }, []), other?.id ?? '')).toMatchObject({
      ok: true,
    });
    expect(approving(record, other?.id ?? '')).toMatchObject({ ok: true });
    // An approver who proposes a give-back as such is one who started it: he approves beside others.
    expect(approving(lived(proposal(give, starter), []), approver.id)).toMatchObject({ ok: true });
  });

  test('and is not put off for ever: what was rejected or snoozed rests as long as that says', () => {
    const rejected = { type: 'rejected', approverId: 'ana', reason: 'no' } as const;
    const record = lived(proposal(give), [{ ...rejected, notAgainBefore: start + 2 * day }]);
    expect(stillAnswered(record, start + day)).toMatchObject({ code: 'NOT_NOW' });
    expect(stillAnswered(record, start + 2 * day)).toBeNull();
    const snoozed = lived(proposal(give), [
      { type: 'snoozed', approverId: 'ana', reason: 'later', until: start + day },
    ]);
    expect([stillAnswered(snoozed, start)?.code, stillAnswered(snoozed, start + day)]).toEqual([
      'NOT_NOW',
      null,
    ]);
    expect(stillAnswered(lived(proposal(give), [{ type: 'expired' }]), start)).toBeNull();
  });
});
