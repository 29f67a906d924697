import { expect, test } from '@jest/globals';
import { groupsOf } from '../../core/change/content/service-groups.ts';
import { decide } from '../../core/change/deciding/decide.ts';
import { type DecisionInput, parseDecision } from '../../core/change/deciding/decision-fields.ts';
import narrowings from '../cases/change/narrowings.json' with { type: 'json' };
import cases from '../cases/change/service-groups.json' with { type: 'json' };
import { evidenceOf } from '../web/sample-changes.ts';
import { lived } from './lives.ts';
import { content, day, hour, proposal, start } from './samples.ts';

interface Narrowing {
  readonly name: string;
  readonly keep: readonly string[];
  readonly typed?: string;
  readonly confirm?: string;
  readonly services?: readonly string[];
  readonly rests?: readonly string[];
  readonly reason?: string;
  readonly refusals?: readonly string[];
}

const used = { codestar: 400, dynamodb: null, lex: 213, polly: null, rds: 300 } as const;
const sample = content({
  services: Object.keys(used),
  evidence: Object.entries(used).map(([name, days]) => evidenceOf(name, days)),
});

test('lapsed before never used, then by what their loss would stop', () => {
  const shown = groupsOf(sample.evidence).map(({ count, id, levels }) => [
    id,
    count,
    ...levels.map((level) => [level.id, ...level.entries.map(({ serviceNamespace }) => serviceNamespace)]),
  ]);
  expect(shown).toEqual([
    ['lapsed', 3, ['lapsed-high', 'rds'], ['lapsed-medium', 'lex'], ['lapsed-low', 'codestar']],
    ['never-used', 2, ['never-used-high', 'dynamodb'], ['never-used-medium', 'polly']],
  ]);
});

test.each(cases)('exempting $name', ({ exempted, groups, services }) => {
  const until = new Date(start + 30 * day).toISOString();
  const input = { decision: 'exempt', confirm: sample.confirm, reason: 'a pilot', until, groups, services };
  const parsed = parseDecision(input, sample, [], start);
  if (exempted === null) {
    expect('refusals' in parsed && parsed.refusals.map(({ field }) => field)).toEqual(['services']);
  } else {
    expect('decision' in parsed && parsed.decision).toMatchObject({ decision: 'exempt', services: exempted });
  }
});

const narrowed = (fields: DecisionInput, rejectionDays = 90) =>
  decide(
    lived(proposal(sample), []),
    { decision: 'narrow', digest: sample.digest, confirm: sample.confirm, ...fields },
    {
      ...{
        now: start + hour,
        approver: { id: 'ana' },
        actor: { type: 'approver', id: 'ana' },
        channel: 'email',
      },
      ...{ coolingMinutes: 240, rejectionDays, requireProven: [], approvers: [], identityCenterRoles: [] },
    },
  );

test.each<Narrowing>(narrowings)(
  'narrowing: $name',
  ({ confirm, keep, reason, refusals, rests, services, typed }) => {
    const decided = narrowed({
      keep,
      confirm: confirm ?? sample.confirm,
      services: services ?? [],
      reason: typed ?? '',
    });
    if (decided.ok)
      expect(decided.value).toMatchObject([
        {
          type: 'services-exempted',
          services: rests,
          reason,
          approverId: 'ana',
          until: start + hour + 90 * day,
        },
      ]);
    else expect(decided.reasons.map(({ code, field }) => `${code} ${field}`)).toEqual(refusals);
  },
);

test('what is not kept rests no longer than anybody may exempt it', () => {
  const decided = narrowed({ keep: ['lapsed'] }, 3_650);
  expect(decided.ok && decided.value[0]).toMatchObject({ until: start + hour + 731 * day });
});
