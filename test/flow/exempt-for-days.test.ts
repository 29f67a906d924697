import { afterEach, expect, test } from '@jest/globals';
import { proposeGiveBack } from '../../flow/give-back.ts';
import { exemptionsOf } from '../../flow/standing-exemptions.ts';
import { unknownEvents } from './event-schemas.ts';
import { baseText } from './organization.ts';
import { anaSession, approvalOf, benUser } from './ports.ts';
import { openStory, type Story } from './story.ts';

let story: Story | undefined;
afterEach(async () => {
  if (story) expect(unknownEvents(story.sandbox.events())).toEqual([]);
  await story?.close();
  story = undefined;
});

const day = 86_400;

test('a principal that was denied is exempt for 7 days; a review proposes to take that out, and the SCP is as it was before', async () => {
  story = await openStory();
  const own = story;
  const denied = await own.approved();
  expect(await own.outcome(denied)).toBe('applied');
  const before = own.text();
  const { accountIds } = (await own.load(denied)).record.content;
  const role = `arn:aws:iam::${accountIds[0]}:role/apps/bot`;
  const ask = async (days: string | undefined, principals: readonly string[] = [role]) => {
    const input = { services: ['lex'], principals, reason: 'the bot is needed', ...(days ? { days } : {}) };
    const asked = await proposeGiveBack(own.ports, denied, benUser, input, own.configuration);
    if (!asked) throw new Error('there is no such change');
    return asked;
  };
  const decide = async (id: string) => {
    await own.ask(id, { principalArn: anaSession }, approvalOf(await own.load(id)));
    expect((await own.load(id)).record.state.status).toBe('approved');
    own.advance(5 * 3_600);
    return own.outcome(id);
  };

  expect(await ask('91')).toMatchObject({ ok: false, reasons: [{ field: 'days' }] });
  expect(await ask('7', [])).toMatchObject({ ok: false, reasons: [{ field: 'days' }] });
  const proposed = await ask('7');
  if (!proposed.ok) throw new Error(proposed.reasons[0].detail);
  const { content, id } = proposed.value.record;
  const [exempted] = content.exemptions ?? [];
  expect(exempted).toMatchObject({ principals: [role], services: ['lex'], of: denied });
  // Asked for another time it is another change; for the same, the same.
  expect(await ask('7')).toMatchObject({ ok: true, value: { record: { id } } });
  const longer = await ask('14');
  expect(longer.ok && longer.value.record.id).not.toBe(id);
  // What would end before it begins is not written, though it was approved.
  const short = await ask('1');
  if (!short.ok) throw new Error(short.reasons[0].detail);
  const { id: over } = short.value.record;
  await own.ask(over, { principalArn: anaSession }, approvalOf(await own.load(over)));
  own.advance(25 * 3_600);
  expect(await own.outcome(over)).toBe('superseded');
  expect(await own.reason(over)).toMatchObject({ code: 'EXEMPTION_OVER' });
  expect(own.text()).toBe(before);
  expect(await decide(id)).toBe('applied');
  expect(own.text()).toContain(role);
  const standing = await exemptionsOf(own.ports.stores, (await own.load(denied)).record);
  expect(standing).toMatchObject([
    { principal: role, service: 'lex', endsAt: exempted?.endsAt, changeId: id },
  ]);
  expect(JSON.stringify(own.eventsOf('SCP Change Applied').at(-1)?.detail)).toContain(
    `"endsAt":"${new Date(exempted?.endsAt ?? 0).toISOString()}"`,
  );

  // While it stands, nothing is proposed; the other proposal no longer fits.
  own.advance(600);
  expect((await own.review()).run.decision.changes).toEqual([]);

  // Once it is over, the review proposes to take it out, and writes nothing.
  own.advance(8 * day);
  const { run } = await own.review();
  const [ended, ...others] = run.decision.changes;
  if (!ended || others.length > 0) throw new Error(`${run.decision.changes.length} changes, not one`);
  expect(ended).toMatchObject({ intent: 'end-exemption', services: ['lex'], certificate: { ok: true } });
  expect(ended.choice.join()).toContain(`The exemption of ${role} from the denial of lex (${id}) ended on`);
  expect(own.text()).toContain(role);
  expect(await decide(ended.id)).toBe('applied');
  expect(own.text()).toBe(before);
  expect(await exemptionsOf(own.ports.stores, (await own.load(denied)).record)).toEqual([]);

  // The next review finds nothing to say of it; the roll back of the deny takes its services out, whoever was exempt meanwhile.
  own.advance(600);
  expect((await own.review()).run.decision.changes).toEqual([]);
  expect(own.eventsOf('SCP Drift Detected')).toEqual([]);
  // What ended may be asked once more, for as long.
  expect(await ask('7')).toMatchObject({ ok: true, value: { record: { state: { status: 'proposed' } } } });
  await own.rollBack(ended.id);
  expect(await own.outcome(ended.id)).toBe('rolled-back');
  expect(own.text()).toContain(role);
  await own.rollBack(denied);
  expect(await own.outcome(denied)).toBe('rolled-back');
  expect(JSON.parse(own.text() ?? '')).toEqual(JSON.parse(baseText));
});
