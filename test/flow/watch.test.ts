import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { recordUse } from '../../sandbox/tree.ts';
import { unknownEvents } from './event-schemas.ts';
import { baseText, developmentPolicy, elsewhere } from './organization.ts';
import { openStory, type Story } from './story.ts';

let story: Story;
let id: string;
beforeEach(async () => {
  story = await openStory();
  id = await story.approved();
  expect(await story.outcome(id)).toBe('applied');
  story.advance(600);
});
afterEach(async () => {
  expect(unknownEvents(story.sandbox.events())).toEqual([]);
  await story.close();
});

/** What a further review says on the bus. */
const further = async (scope?: string): Promise<readonly string[]> => {
  const before = story.sandbox.events().length;
  const { publication } = await story.review(scope);
  expect(publication.sending.failed).toEqual([]);
  return story.eventTypes().slice(before);
};
const told = (type: string): readonly Readonly<Record<string, unknown>>[] =>
  story
    .eventsOf(type)
    .map(({ detail }) => (detail as { readonly data: Readonly<Record<string, unknown>> }).data);
const drifts = (): readonly string[] => told('SCP Drift Detected').map(({ detail }) => String(detail));
const policy = () => {
  const found = story.sandbox.world.policies.get(developmentPolicy);
  if (!found) throw new Error('the SCP is gone');
  return found;
};

describe('an SCP that is not as it was applied', () => {
  test('nothing is said while it is', async () => {
    await further();
    expect(drifts()).toEqual([]);
  });

  test('a deny that somebody took out is told once, with what is open again; its return is noted, its next loss told anew', async () => {
    const applied = story.text() ?? '';
    story.edit(`${baseText} `);
    await further();
    await further();
    expect(drifts()).toEqual([
      expect.stringContaining(
        'NewServiceTest (p-newsvctest) is not as it was applied: its text no longer denies dms, lex',
      ),
    ]);
    story.edit(applied);
    await further();
    const { history } = (await story.load(id)).record;
    expect(history.at(-1)).toMatchObject({ type: 'noted', code: 'DRIFT_ENDED' });
    story.edit(`${baseText} `);
    await further();
    expect(drifts()).toHaveLength(2);
  });

  test('an exact return to the text before is told, and the same is asked anew', async () => {
    story.edit(baseText);
    const types = await further();
    expect(types).toEqual(expect.arrayContaining(['SCP Drift Detected', 'SCP Change Proposed']));
    expect((await story.load(id)).record).toMatchObject({ revision: 2, state: { status: 'proposed' } });
    await story.approve(id);
    expect(await story.outcome(id)).toBe('applied');
  });

  test('another edit is told too, and that the denials still stand', async () => {
    story.edit(`${story.text()} `);
    await further();
    expect(drifts()).toEqual([
      expect.stringContaining('its text was edited; what this change denies is still denied'),
    ]);
  });

  test('a target more or fewer is told by name', async () => {
    policy().targets.add(elsewhere);
    await further();
    policy().targets.clear();
    await further();
    expect(drifts()).toEqual([
      expect.stringContaining(
        'it is also attached to Elsewhere (ou-ex01-elsewhere), for which nothing was proved',
      ),
      expect.stringContaining('it is no longer attached to Development (ou-ex01-development)'),
    ]);
  });

  test('an SCP that was deleted is told', async () => {
    story.sandbox.world.policies.delete(developmentPolicy);
    await further();
    expect(drifts()).toEqual([expect.stringContaining('does not exist any more')]);
  });

  test('what a change rolled back is no drift, and a change that was rolled back is no longer watched', async () => {
    await story.rollBack(id);
    expect(await story.outcome(id)).toBe('rolled-back');
    story.advance(600);
    await further();
    expect(drifts()).toEqual([]);
  });
});

describe('attempts at what is denied', () => {
  const attempt = (accountId: string, service: string, secondsAgo = 0): void =>
    recordUse(story.sandbox.world, { accountId, service, daysAgo: secondsAgo / 86_400 });

  test('are told once each, with the account, as far as a report shows them', async () => {
    attempt('222222222222', 'lex');
    await further('r-ex01');
    await further('r-ex01');
    expect(told('Denied Access Observed')).toEqual([
      expect.objectContaining({ changeId: id, serviceNamespace: 'lex', accountId: '222222222222' }),
    ]);
    attempt('222222222223', 'dms');
    await further('r-ex01');
    expect(told('Denied Access Observed')).toHaveLength(2);
    expect((await story.load(id)).record.state.status).toBe('applied');
  });

  test('of accounts elsewhere, and use until the deny took effect, are none', async () => {
    attempt('333333333333', 'lex', 1);
    attempt('222222222222', 'dms', 500);
    await further('r-ex01');
    expect(told('Denied Access Observed')).toEqual([]);
  });
});

test('a review that read before the write has settled says nothing', async () => {
  const other = await openStory();
  try {
    const own = await other.approved();
    expect(await other.outcome(own)).toBe('applied');
    other.edit(baseText);
    await other.review();
    expect(other.eventsOf('SCP Drift Detected')).toEqual([]);
  } finally {
    await other.close();
  }
});
