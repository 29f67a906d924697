import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { baseText, developmentAndElsewhere } from './organization.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
const storedMinified = { scenario: { ...developmentAndElsewhere, storedMinified: true } };
const minified = (text: string): string => JSON.stringify(JSON.parse(text));

describe('where AWS stores a text without its white space', () => {
  test.each([[[]], [['lost-answer:UpdatePolicy:1']]])(
    'a change is applied, watched and rolled back %j',
    async (faults) => {
      const own = await open(storedMinified);
      const id = await own.approved();
      for (const fault of faults) own.sandbox.faults.add(fault);
      const begun = own.ports.clock.now();
      expect(await own.outcome(id)).toBe('applied');
      const { after } = editOf((await own.load(id)).record.content);
      expect(own.text()).toBe(minified(after));
      expect(own.text()).not.toBe(after);
      expect(own.count('UpdatePolicy')).toBe(1);
      own.advance(600);
      const { publication } = await own.review();
      expect(publication.watched.noted).toEqual([]);
      expect(own.eventsOf('SCP Drift Detected')).toEqual([]);
      await own.rollBack(id);
      expect(await own.outcome(id)).toBe('rolled-back');
      expect(own.text()).toBe(minified(baseText));
      expect(own.count('UpdatePolicy')).toBe(2);
      // What shows is seen at once, not after a minute of looking for it.
      expect(own.ports.clock.now() - begun).toBeLessThan(630_000);
    },
  );

  test('a new SCP is made, attached, rolled back and deleted', async () => {
    const own = await open({ ...storedMinified, configuration: { editablePolicies: ['Nothing'] } });
    const id = await own.approved();
    expect(await own.outcome(id)).toBe('applied');
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.sandbox.world.policies.size).toBe(3);
  });
});

/** What a console or another tool makes of a text: other white space, other order, other lists. */
const relaid: Readonly<Record<string, (text: string) => string>> = {
  'without white space': minified,
  'on many lines': (text) => JSON.stringify(JSON.parse(text), null, 4),
  'with its statements and keys in another order': (text) => {
    const { Statement, ...rest } = JSON.parse(text);
    const turned = [...Statement].reverse().map((each: object) => {
      return Object.fromEntries(Object.entries(each).reverse());
    });
    return JSON.stringify({ Statement: turned, ...rest });
  },
};

describe('an SCP that somebody saved after the apply', () => {
  test.each(Object.keys(relaid))('%s: no drift, nothing sent, and rolled back whole', async (layout) => {
    const own = await open();
    const id = await own.approved();
    expect(await own.outcome(id)).toBe('applied');
    own.advance(600);
    own.edit(relaid[layout]?.(own.text() ?? '') ?? '');
    const told = own.sandbox.messages().length;
    const { publication } = await own.review();
    expect(publication.watched.noted).toEqual([]);
    expect(own.eventsOf('SCP Drift Detected')).toEqual([]);
    expect(own.sandbox.messages().length - told).toBeLessThanOrEqual(1);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('rolled-back');
    expect(own.text()).toBe(baseText);
  });
});

test('a base text that somebody laid out otherwise is still not written over', async () => {
  const own = await open();
  const id = await own.approved();
  own.edit(minified(baseText));
  expect(await own.outcome(id)).toBe('superseded');
  expect((await own.reason(id))?.code).toBe('TEXT_CHANGED');
  expect(own.count('UpdatePolicy')).toBe(0);
});
