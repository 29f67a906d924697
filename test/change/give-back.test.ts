import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { openChangeFrom, restsOf, suppressionFrom } from '../../core/change/deciding/suppression.ts';
import { kindOf } from '../../core/kinds/kinds.ts';
import { standsByPolicy } from '../../core/kinds/scp/ours/fold-writes.ts';
import { draftGiveBack } from '../../core/kinds/scp/proposing/give-back.ts';
import { driftNews } from '../../core/kinds/scp/watching/drift.ts';
import { scpWriting } from '../../core/kinds/scp/writing.ts';
import { changeMail } from '../../core/message/mails/change-mail.ts';
import { dueNotices } from '../../core/message/telling/notices.ts';
import { proveGiveBack } from '../../core/proof/give-back.ts';
import cases from '../cases/change/give-back.json' with { type: 'json' };
import { peopleConfiguration, viewOf } from '../message/sample-view.ts';
import { treeOf } from '../support/small-world.ts';
import { bodiesOfCreation, bodiesUntil, lived } from './lives.ts';
import { afterText, beforeText, content, day, newPolicyContent, proposal, start } from './samples.ts';

interface Row {
  readonly name: string;
  readonly services: readonly string[];
  readonly principals?: readonly string[];
  readonly maximumCharacters?: number;
  readonly until?: string;
  readonly change?: 'new';
  readonly after?: readonly object[];
  readonly refused?: string;
  /** What the reasons say beside who asked, as a pattern. */
  readonly says?: string;
}

const asked = (
  services: readonly string[],
  principals: readonly string[] = [],
  maximumCharacters = 5_120,
) => ({
  ...{
    services,
    principals,
    maximumCharacters,
    reason: 'a team needs it',
    requiredApprovals: 1,
    now: start + day,
  },
});
const rests = restsOf({ rejectionDays: 90, thresholdDays: 180 });
const edited = lived(proposal(), bodiesUntil('applied'));

describe('what is asked back of a deny', () => {
  test.each(cases as readonly Row[])('$name', (row) => {
    const { after, change, refused, until = 'applied' } = row;
    const record =
      change === 'new'
        ? lived(proposal(newPolicyContent()), bodiesOfCreation('p-made00000'))
        : lived(proposal(), bodiesUntil(until));
    const drafted = draftGiveBack(
      record,
      [record],
      asked(row.services, row.principals, row.maximumCharacters),
    );
    if (refused !== undefined) {
      expect(drafted).toMatchObject({ ok: false, reasons: [{ code: refused }] });
      return;
    }
    if (!drafted.ok) throw new Error(drafted.reasons[0].detail);
    const edit = editOf(drafted.value);
    expect(edit.before).toBe(editOf(record.content).after);
    expect(JSON.parse(edit.after).Statement).toEqual(after);
    const { choice } = drafted.value;
    expect(choice.slice(1).join()).toMatch(row.says ?? /^$/);
    expect(drafted.value).toMatchObject({ intent: 'give-back', certificate: { ok: true }, findingIds: [] });
  });

  test('starts from the text that was written last', () => {
    const after = afterText.replace('["dms:*","lex:*"]', '["dms:*","glue:*","lex:*"]');
    const more = content({ id: 'chg-later', services: ['glue'], before: afterText, after });
    const later = lived(proposal(more), bodiesUntil('applied'), start + 1);
    const drafted = draftGiveBack(edited, [later], asked(['lex']));
    expect(drafted.ok && editOf(drafted.value).after).toContain('["dms:*","glue:*"]');
  });
});

const deny = (sid: string, ...services: readonly string[]) =>
  `{"Sid":"${sid}","Effect":"Deny","Action":${JSON.stringify(services.map((ns) => `${ns}:*`))},"Resource":"*"}`;
const bound = (sid: string, principals: readonly string[], ...services: readonly string[]) =>
  deny(sid, ...services).replace(
    /}$/,
    `,"Condition":{"ArnNotLike":{"aws:PrincipalArn":${JSON.stringify(principals)}}}}`,
  );
const policy = (...statements: readonly string[]) =>
  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}${statements.map((text) => `,${text}`).join('')}]}`;

describe('the proof of a give-back fails where', () => {
  test.each([
    [
      'a service is not given back',
      policy(deny('DenyUnusedServices', 'lex', 'dms')),
      policy(deny('DenyUnusedServices', 'lex')),
      'only-named-given-back',
    ],
    [
      'the only service named stays denied',
      policy(deny('DenyUnusedServices', 'dms'), deny('DenyUnusedServices2', 'lex')),
      policy(deny('DenyUnusedServices', 'dms'), deny('DenyUnusedServices3', 'lex')),
      'only-named-given-back',
    ],
    [
      'another service goes too',
      policy(deny('DenyUnusedServices', 'lex', 'dms')),
      policy(),
      'only-named-given-back',
    ],
    [
      'a statement of somebody else loses it',
      policy(deny('Others', 'lex', 'dms')),
      policy(deny('Others', 'dms')),
      'other-statements-unchanged',
    ],
    [
      'a statement of somebody else goes',
      policy(deny('Others', 'lex')),
      policy(),
      'other-statements-unchanged',
    ],
    [
      'another deny is added',
      policy(deny('DenyUnusedServices', 'lex')),
      policy(deny('Others', 's3')),
      'only-named-given-back',
    ],
    [
      'an allow is added',
      policy(deny('DenyUnusedServices', 'lex')),
      policy('{"Sid":"New","Effect":"Allow","Action":"lex:*","Resource":"*"}'),
      'other-statements-unchanged',
    ],
    [
      'a principal that was free no longer is',
      policy(bound('DenyUnusedServices', ['role-b'], 'lex')),
      policy(bound('DenyUnusedServices', ['role-a'], 'lex')),
      'only-named-given-back',
    ],
    [
      'another service is given to the principal too',
      policy(deny('DenyUnusedServices', 'lex', 'dms')),
      policy(bound('DenyUnusedServices', ['role-a'], 'lex', 'dms')),
      'other-statements-unchanged',
    ],
    [
      'a statement of somebody else holds it for the principal alone',
      policy(deny('DenyUnusedServices', 'lex', 'dms')),
      policy(deny('DenyUnusedServices', 'dms'), bound('Others', ['role-a'], 'lex')),
      'other-statements-unchanged',
    ],
    ['the text is no policy', policy(deny('DenyUnusedServices', 'lex')), '{', 'only-named-given-back'],
  ])('%s', (_, before, after, name) => {
    const { checks, ok } = proveGiveBack({
      ...{ policyId: 'p-1', policyName: 'One', targets: [], services: ['lex'] },
      ...{ before, after },
    });
    expect(ok).toBe(false);
    expect(checks.filter(({ verdict }) => verdict === 'failed').map((check) => check.name)).toContain(name);
  });
});

/** A deny that made its SCP, and a give-back of one of its two services. */
function partlyGivenBack() {
  const text = policy(deny('DenyUnusedServices', 'dms', 'lex'));
  const made = lived(
    proposal(newPolicyContent({ after: text, services: ['dms', 'lex'] })),
    bodiesOfCreation('p-made00000'),
  );
  const taken = draftGiveBack(made, [made], asked(['lex']));
  if (!taken.ok) throw new Error(taken.reasons[0].detail);
  return { made, taken: taken.value, back: lived(proposal(taken.value), bodiesUntil('applied')) };
}

describe('an applied give-back', () => {
  const drafted = draftGiveBack(edited, [edited], asked(['lex']));
  if (!drafted.ok) throw new Error(drafted.reasons[0].detail);
  const given = lived(proposal(drafted.value, undefined, start + day), bodiesUntil('applied'), start + day);
  const after = editOf(drafted.value).after;
  const seen = {
    readSince: start + 2 * day,
    ...{ stands: standsByPolicy([edited]), tree: treeOf({}) },
    policies: [
      {
        ...{ id: 'p-newsvctest', name: 'NewServiceTest', awsManaged: false, tags: null, text: after },
        targets: edited.content.targets,
      },
    ],
  };
  const newsOf = (facts: Parameters<typeof driftNews>[1]) => driftNews(edited, facts);

  test('is no drift of the deny that it takes from, and would be one without it', () => {
    expect(newsOf({ ...seen, stands: standsByPolicy([edited, given]) })).toEqual([]);
    expect(newsOf(seen)).toMatchObject([{ type: 'drift-detected', detail: expect.stringContaining('lex') }]);
  });

  test('keeps its services from being denied again for a time; while it is open nothing is added to its SCP', () => {
    expect(suppressionFrom(given, rests)).toMatchObject({ services: ['lex'], until: start + 181 * day });
    const open = lived(proposal(drafted.value), []);
    expect(openChangeFrom(open)).toMatchObject({ frozen: true, policyId: 'p-newsvctest' });
    const rejected = lived(proposal(drafted.value), [
      { type: 'rejected', approverId: 'bob', reason: 'no', notAgainBefore: start + day },
    ]);
    expect(suppressionFrom(rejected, rests)).toBeNull();
  });

  test('is spared by no roll back of the deny: what it gave back needs nothing to stay', () => {
    const judge = scpWriting.judgeUndo(
      { ...edited, state: { ...edited.state } },
      { id: 'p-newsvctest', text: after, targetIds: ['ou-ex01-development'] },
      [given],
    );
    const [step] = edited.content.steps;
    if (!step) throw new Error('there is no step');
    const undo = { ...step, before: step.after, after: step.before };
    expect(judge(undo, { isOpen: false, isOurs: false })).toMatchObject({
      ...{ verdict: 'write', told: { outcome: 'removed' } },
      write: { after: beforeText },
    });
  });

  test('keeps no SCP attached that the roll back of the deny detaches', () => {
    const { back, made, taken } = partlyGivenBack();
    const live = { id: 'p-made00000', text: editOf(taken).after, targetIds: ['ou-ex01-development'] };
    const [, attach] = made.content.steps;
    if (!attach) throw new Error('there is no second step');
    const undo = { ...attach, before: attach.after, after: attach.before };
    const judge = scpWriting.judgeUndo(made, live, [back]);
    expect(judge(undo, { isOpen: false, isOurs: false })).toMatchObject({
      ...{ verdict: 'write', told: { outcome: 'detached' } },
    });
  });

  test('to one role alone is told so, is no drift, and is no attempt where the role uses it', () => {
    const role = 'arn:aws:iam::222222222222:role/Bots';
    const forRole = draftGiveBack(edited, [edited], asked(['lex'], [role]));
    if (!forRole.ok) throw new Error(forRole.reasons[0].detail);
    const open = lived(proposal(forRole.value), []);
    expect(viewOf(open).headline).toBe(
      'Give back 1 denied service to 1 principal in Development (2 accounts)',
    );
    const ben = { name: 'Bob', email: 'bob@example.com' };
    const told = { kind: 'decide', view: viewOf(open), to: ben, url: 'https://example.com/x' } as const;
    expect(changeMail(told).text.replace(/\s+/g, '')).toContain('222222222222:role/Bots');
    expect(forRole.value.id).not.toBe(drafted.value.id);
    const applied = lived(
      proposal(forRole.value, undefined, start + day),
      bodiesUntil('applied'),
      start + day,
    );
    const [policy] = seen.policies;
    if (!policy) throw new Error('there is no policy');
    const facts = {
      ...seen,
      policies: [{ ...policy, text: editOf(forRole.value).after }],
      stands: standsByPolicy([edited, applied]),
    };
    expect(newsOf(facts)).toEqual([]);
    // The statement that holds it for everybody else is taken out by hand.
    const gone = { ...policy, text: after };
    expect(newsOf({ ...facts, policies: [gone] })).toMatchObject([
      { type: 'drift-detected', detail: expect.stringContaining('no longer denies lex') },
    ]);
  });

  test('lets the roll back of the deny delete the SCP that it had made', () => {
    const { back, made, taken } = partlyGivenBack();
    const [create] = made.content.steps;
    if (!create) throw new Error('there is no step');
    const undo = { ...create, before: create.after, after: create.before };
    const judged = (live: string, others: readonly (typeof back)[]) =>
      scpWriting.judgeUndo(
        made,
        { id: 'p-made00000', text: live, targetIds: [] },
        others,
      )(undo, {
        isOpen: false,
        isOurs: false,
      });
    const left = editOf(taken).after;
    expect(judged(left, [back])).toMatchObject({ verdict: 'write', told: { outcome: 'deleted' } });
    expect(judged(left, [])).toMatchObject({ told: { outcome: 'kept' } });
    expect(judged(left.replace('dms', 'mq'), [back])).toMatchObject({ told: { outcome: 'kept' } });
  });

  test('is told as what it is, with no link to roll back', () => {
    const open = lived(proposal(drafted.value), []);
    const view = viewOf(open);
    expect(view.headline).toBe('Give back 1 denied service in Development (2 accounts)');
    expect(view.ifApproved).toContain('It is not rolled back.');
    const ben = { name: 'Bob', email: 'bob@example.com' };
    const { subject, text } = changeMail({ kind: 'decide', view, to: ben, url: 'https://example.com/x' });
    expect(subject).toContain('[SCP] Decide');
    expect(text).toContain('-lex:*');
    expect(text).not.toContain('+lex:*');
    const linksOf = (record: typeof given) =>
      dueNotices(record, peopleConfiguration(), start + day).flatMap(({ link }) => link?.purpose ?? []);
    expect(linksOf(open)).toContain('decide');
    expect(linksOf(given)).toEqual([]);
    expect(linksOf(edited)).toContain('roll-back');
    expect(viewOf(given).statusSentence).toContain('It is not rolled back');
  });

  test('is neither rolled back nor exempted from', () => {
    const { notPossible } = kindOf(given.content);
    expect(notPossible(given.content, 'roll-back')).toContain('without fresh evidence');
    expect(notPossible(given.content, 'exempt')).toContain('reject the give-back');
    expect(notPossible(edited.content, 'roll-back')).toBeNull();
  });
});
