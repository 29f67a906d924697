import { afterEach, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { proposeGiveBack } from '../../flow/give-back.ts';
import { unknownEvents } from './event-schemas.ts';
import { at, withIdByHand } from './moments.ts';
import { baseText } from './organization.ts';
import { anaSession, approvalOf, benUser } from './ports.ts';
import { openStory, type Story } from './story.ts';

let story: Story | undefined;
afterEach(async () => {
  if (story) expect(unknownEvents(story.sandbox.events())).toEqual([]);
  await story?.close();
  story = undefined;
});

test('one service of an applied deny: asked back, approved by another, applied, and not denied again at once', async () => {
  story = await openStory();
  const own = story;
  const denied = await own.approved();
  expect(await own.outcome(denied)).toBe('applied');
  const ask = (principalArn: string, input: Parameters<typeof proposeGiveBack>[3]) =>
    proposeGiveBack(own.ports, denied, principalArn, input, own.configuration);
  const wanted = { services: ['lex'], reason: 'a team needs it' };

  expect(await ask('arn:aws:iam::111111111111:user/eve', wanted)).toMatchObject({ ok: false });
  expect(await ask(benUser, { services: ['lex'] })).toMatchObject({
    ok: false,
    reasons: [{ field: 'reason' }],
  });
  const observing = { ...own.configuration, mode: 'observe' as const };
  expect(await proposeGiveBack(own.ports, denied, benUser, wanted, observing)).toMatchObject({
    ok: false,
    reasons: [{ detail: expect.stringContaining('the mode is observe') }],
  });
  const proposed = await ask(benUser, wanted);
  if (!proposed?.ok) throw new Error('it was refused');
  const { id, content } = proposed.value.record;
  expect(own.text()).toContain('lex:*');
  expect(content).toMatchObject({ intent: 'give-back', services: ['lex'], certificate: { ok: true } });
  // Asked twice is one proposal.
  expect(await ask(benUser, wanted)).toMatchObject({ ok: true, value: { record: { id, revision: 1 } } });

  // Whoever asked is not the only one who approves.
  await own.ask(id, { principalArn: benUser }, approvalOf(proposed.value));
  expect((await own.load(id)).record.state.status).toBe('proposed');
  await own.ask(id, { principalArn: anaSession }, approvalOf(proposed.value));
  expect((await own.load(id)).record.state.status).toBe('approved');
  own.advance(5 * 3_600);
  expect(await own.outcome(id)).toBe('applied');

  const text = own.text() ?? '';
  expect(JSON.parse(text).Statement.slice(0, -1)).toEqual(JSON.parse(baseText).Statement);
  expect(JSON.parse(text).Statement.at(-1)).toMatchObject({ Sid: 'DenyUnusedServices', Action: ['dms:*'] });
  const applied = own.eventsOf('SCP Change Applied').map(({ detail }) => detail);
  expect(JSON.stringify(applied.at(-1))).toContain('"intent":"give-back"');

  // The next review neither calls it a drift nor proposes the denial again, and nobody rolls it back.
  own.advance(600);
  const { run } = await own.review();
  expect(own.eventsOf('SCP Drift Detected')).toEqual([]);
  expect(run.decision.changes).toEqual([]);
  expect((await own.rollBack(id)).refusals).toMatchObject([
    { detail: expect.stringContaining('fresh evidence') },
  ]);

  // The deny is rolled back to what it was before, lex included.
  await own.rollBack(denied);
  expect(await own.outcome(denied)).toBe('rolled-back');
  expect(JSON.parse(own.text() ?? '')).toEqual(JSON.parse(baseText));
});

test('given back, and denied again by somebody who put an earlier text back: told, and given back once more', async () => {
  story = await openStory();
  const own = story;
  const denied = await own.approved();
  expect(await own.outcome(denied)).toBe('applied');
  const textOfDeny = own.text() ?? '';
  const giveBack = async (): Promise<string> => {
    const wanted = { services: ['lex'], reason: 'a team needs it' };
    const proposed = await proposeGiveBack(own.ports, denied, benUser, wanted, own.configuration);
    if (!proposed?.ok) throw new Error(proposed?.reasons[0].detail);
    const { id } = proposed.value.record;
    await own.ask(id, { principalArn: anaSession }, approvalOf(proposed.value));
    own.advance(5 * 3_600);
    expect(await own.outcome(id)).toBe('applied');
    return id;
  };
  const first = await giveBack();
  await expect(giveBack()).rejects.toThrow('denies lex no longer');
  own.edit(textOfDeny);
  own.advance(600);
  await own.review();
  const told = own.eventsOf('SCP Drift Detected').map(({ detail }) => JSON.stringify(detail));
  expect(told).toEqual([expect.stringContaining(`its text denies lex again, which ${first} gave back`)]);
  const second = await giveBack();
  expect(second).not.toBe(first);
  expect(own.text()).toContain('"dms:*"');
  expect(JSON.parse(own.text() ?? '').Statement.at(-1)).toMatchObject({ Action: ['dms:*'] });
});

test('somebody edits the SCP beside what is denied: a give-back starts from his text, and is applied', async () => {
  story = await openStory();
  const own = story;
  const denied = await own.approved();
  expect(await own.outcome(denied)).toBe('applied');
  own.advance(600);
  // However often somebody edits it: the last text counts.
  let edited = withIdByHand(own.text() ?? '');
  for (let time = 1; time <= 12; time += 1) {
    edited = edited.replace(/"Id":"[^"]*"/, `"Id":"by-hand-${time}"`);
    own.edit(edited);
    await own.review();
    own.advance(600);
  }
  const wanted = { services: ['lex'], reason: 'a team needs it' };
  const proposed = await proposeGiveBack(own.ports, denied, benUser, wanted, own.configuration);
  if (!proposed?.ok) throw new Error('it was refused');
  const { content, id } = proposed.value.record;
  expect(editOf(content).before).toBe(edited);
  expect(content.choice.join()).toContain('somebody put into the SCP since');
  await own.ask(id, { principalArn: anaSession }, approvalOf(proposed.value));
  own.advance(5 * 3_600);
  expect(await own.outcome(id)).toBe('applied');
  expect(own.text()).toBe(editOf(content).after);
  own.advance(600);
  await own.review();
  const ended = { code: 'DRIFT_ENDED', detail: `the SCP is as ${id} left it` };
  expect((await own.load(denied)).record.history.at(-1)).toMatchObject(ended);
});

test('killed right before its write, and somebody edits the SCP: a person lets it go on, it ends, and is asked once more', async () => {
  story = await openStory();
  const own = story;
  const denied = await own.approved();
  expect(await own.outcome(denied)).toBe('applied');
  own.advance(600);
  const give = async (): Promise<string> => {
    const wanted = { services: ['lex'], reason: 'a team needs it' };
    const asked = await proposeGiveBack(own.ports, denied, benUser, wanted, own.configuration);
    if (!asked?.ok) throw new Error(asked?.reasons[0].detail);
    await own.ask(asked.value.record.id, { principalArn: anaSession }, approvalOf(asked.value));
    own.advance(5 * 3_600);
    return asked.value.record.id;
  };
  const killed = await give();
  const crash = at('sending-journalled', () => {
    throw new Error('killed');
  });
  await expect(own.outcome(killed, crash)).rejects.toThrow('killed');
  own.edit(withIdByHand(own.text()));
  own.advance(40);
  expect(await own.outcome(killed)).toBe('interrupted');
  expect((await own.reason(killed))?.detail).toMatch(
    /was written since .* a write was begun that does not show/,
  );
  const asking = async (services: readonly string[]) => {
    const wanted = { services, reason: 'a team needs it' };
    const asked = await proposeGiveBack(own.ports, denied, benUser, wanted, own.configuration);
    return asked?.ok ? asked.value.record.content.choice.join() : asked?.reasons[0].detail;
  };
  expect(await asking(['lex'])).toContain(
    `is interrupted: an approver looks at it, and lets it go on by npx`,
  );
  expect(await asking(['dms'])).toContain(`${killed} was interrupted and waits for a person. Until then`);
  const resumed = { purpose: 'resume', reason: 'it was not written' } as const;
  expect((await own.ask(killed, { principalArn: anaSession }, resumed)).refusals).toEqual([]);
  expect(await own.outcome(killed)).toBe('superseded');
  own.advance(600);
  await own.review();
  own.advance(600);
  expect(await own.outcome(await give())).toBe('applied');
});

const onManyLines = (text: string): string => JSON.stringify(JSON.parse(text), null, 4);
test.each([
  ['as we left it', (text: string) => [onManyLines(text)]],
  [
    'with an edit that a review told',
    (text: string) => [withIdByHand(text), onManyLines(withIdByHand(text))],
  ],
] as const)(
  'somebody saves the SCP in another layout, %s: a give-back is applied, and nothing is left to ask back',
  async (_, saved) => {
    story = await openStory();
    const own = story;
    const denied = await own.approved();
    expect(await own.outcome(denied)).toBe('applied');
    own.advance(600);
    for (const text of saved(own.text() ?? '')) {
      own.edit(text);
      await own.review();
      own.advance(600);
    }
    const wanted = { services: ['lex'], reason: 'a team needs it' };
    const ask = () => proposeGiveBack(own.ports, denied, benUser, wanted, own.configuration);
    const proposed = await ask();
    if (!proposed?.ok) throw new Error('it was refused');
    const { content, id } = proposed.value.record;
    // A review between the two sees the layout, and stands by the proposal.
    await own.review();
    await own.ask(id, { principalArn: anaSession }, approvalOf(proposed.value));
    own.advance(5 * 3_600);
    expect(await own.outcome(id)).toBe('applied');
    expect(own.text()).toBe(editOf(content).after);
    await own.review();
    expect(await ask()).toMatchObject({ ok: false, reasons: [{ code: 'WRONG_FIELD' }] });
  },
);
