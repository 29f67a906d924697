import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { dueNotices } from '../../core/message/telling/notices.ts';
import { changeView } from '../../core/message/views/change-view.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { unknownEvents } from './event-schemas.ts';
import {
  baseText,
  development,
  developmentAndElsewhere,
  developmentPolicy,
  elsewhere,
} from './organization.ts';
import { openStory, type Story, type StoryOptions } from './story.ts';

let story: Story;
let id: string;
const open = async (options: StoryOptions = {}): Promise<void> => {
  story = await openStory(options);
  id = await story.approved();
};
const settle = async (): Promise<void> => {
  expect(await story.outcome(id)).toBe('applied');
  story.advance(600);
};
afterEach(async () => {
  expect(unknownEvents(story.sandbox.events())).toEqual([]);
  await story.close();
});

const told = (type: string): readonly Readonly<Record<string, unknown>>[] =>
  story
    .eventsOf(type)
    .map(({ detail }) => (detail as { readonly data: Readonly<Record<string, unknown>> }).data);
const viewNow = async () => {
  const { configuration, ports } = story;
  return changeView((await story.load(id)).record, { now: ports.clock.now(), configuration });
};
const use = (accountId: string, service: string): void =>
  recordUse(story.sandbox.world, { accountId, service, daysAgo: 0 });

describe('an SCP that is not as it was applied', () => {
  test('is told once by the review that sees it, its return is noted, its next loss told anew', async () => {
    await open();
    await settle();
    const applied = story.text() ?? '';
    for (const text of [`${baseText} `, `${baseText} `, applied, `${baseText} `]) {
      story.edit(text);
      const { publication } = await story.review();
      expect(publication.sending.failed).toEqual([]);
    }
    expect(told('SCP Drift Detected')).toHaveLength(2);
    expect(told('SCP Drift Detected')[0]?.detail).toContain(
      'NewServiceTest (p-newsvctest) is not as it was applied: its text no longer denies dms, lex',
    );
    expect((await viewNow()).statusSentence).toContain('not as it was applied');
  });

  test('and has its text from before: that is told, the same is asked anew where a person says so, and the later revision is none the worse', async () => {
    await open({ configuration: { editablePolicies: [developmentPolicy] } });
    await settle();
    story.edit(baseText);
    await story.review();
    expect(told('SCP Drift Detected')).toHaveLength(1);
    expect(told('SCP Drift Detected')[0]?.detail).toContain('it is the one from before this change again');
    expect(await viewNow()).toMatchObject({
      ...{ revision: 2, status: 'proposed' },
      whyRevised:
        'proposed again: revision 1 was applied, and somebody has undone it in NewServiceTest since',
    });
    await story.approve(id);
    await settle();
    expect((await viewNow()).statusSentence).not.toContain('not as it was applied');
    story.edit(baseText);
    await story.review(elsewhere);
    expect(told('SCP Drift Detected')).toHaveLength(2);
  });

  test('is not what another of our changes is about to take back', async () => {
    // Read anew, so that it may be changed.
    const scenario = JSON.parse(JSON.stringify(developmentAndElsewhere));
    scenario.root.children[0].children[0].usage.polly = { daysAgo: 150 };
    scenario.policies[0].content = baseText.replace('"dms:*"', '"dms:*", "polly:*"');
    await open({ scenario });
    await settle();
    story.advance(40 * 86_400);
    recordUse(story.sandbox.world, { accountId: '222222222222', service: 'sts', daysAgo: 1 });
    const later = await story.propose();
    await story.approve(later);
    expect(await story.outcome(later)).toBe('applied');
    story.advance(600);
    expect((await story.rollBack(later)).refusals).toEqual([]);
    await story.review();
    expect(told('SCP Drift Detected')).toEqual([]);
  });
});

describe('attempts at what is denied', () => {
  beforeEach(async () => {
    const topics = { ana: 'arn:aws:sns:us-east-1:111111111111:ana' };
    await open({ configuration: { rollBackDays: 1, email: { topics } } });
    await settle();
  });

  test('are told once each, with the account, as far as a report shows them', async () => {
    use('222222222222', 'lex');
    await story.review('r-ex01');
    await story.review('r-ex01');
    expect(told('Denied Access Observed')).toEqual([
      expect.objectContaining({ changeId: id, serviceNamespace: 'lex', accountId: '222222222222' }),
    ]);
    expect((await story.load(id)).record.state.status).toBe('applied');
    // After the time for it nobody is told to roll back, but how to ask for it back; with drift beside them, drift is what people are told.
    story.advance(3 * 86_400);
    story.sandbox.world.policies.get(developmentPolicy)?.targets.add(elsewhere);
    use('222222222223', 'dms');
    await story.review('r-ex01');
    const due = dueNotices((await story.load(id)).record, story.configuration, story.ports.clock.now());
    expect(due.map(({ kind, link }) => [kind, link?.purpose])).toEqual([['drift', 'request-back']]);
    expect((await viewNow()).statusSentence).toMatch(
      /could be rolled back until .* also attached to Elsewhere.* lex was called by dev-1.* oar changes give-back chg-/s,
    );
  });

  test('of an account that moved away and used it elsewhere are none', async () => {
    moveAccount(story.sandbox.world, '222222222222', elsewhere);
    story.advance(600);
    use('222222222222', 'lex');
    story.advance(600);
    await story.review('r-ex01');
    expect(told('Denied Access Observed')).toEqual([]);
  });

  test('of an account that used it elsewhere and moved in are none', async () => {
    use('333333333333', 'lex');
    story.advance(600);
    moveAccount(story.sandbox.world, '333333333333', development);
    story.advance(600);
    await story.review('r-ex01');
    expect(told('Denied Access Observed')).toEqual([]);
    // It came under the deny with that use: told once, with the link to roll back.
    await story.review('r-ex01');
    expect(told('SCP Account Came Under Denial')).toEqual([
      expect.objectContaining({
        ...{ changeId: id, accountId: '333333333333', how: 'moved' },
        used: [expect.objectContaining({ serviceNamespace: 'lex' })],
      }),
    ]);
    const due = dueNotices((await story.load(id)).record, story.configuration, story.ports.clock.now());
    expect(new Set(due.map(({ kind, link }) => `${kind} ${link?.purpose}`))).toContain(
      'came-under roll-back',
    );
    expect((await viewNow()).statusSentence).toMatch(
      /moved under it and uses lex \(last on .*: roll back if that is meant/,
    );
  });
});

test('a review that read the SCP before our own write says nothing of it and proposes nothing over it', async () => {
  await open();
  let isFirst = true;
  const organization = {
    ...story.ports.organization,
    readPolicies: async (textsUntil?: number) => {
      const read = await story.ports.organization.readPolicies(textsUntil);
      if (isFirst) {
        isFirst = false;
        expect(await story.outcome(id)).toBe('applied');
      }
      return read;
    },
  };
  await reviewAndPublish({ ...story.ports, organization }, { scope: 'r-ex01' }, story.configuration, {});
  expect(told('SCP Drift Detected')).toEqual([]);
  expect((await story.load(id)).record).toMatchObject({ revision: 1, state: { status: 'applied' } });
  expect((await story.rollBack(id)).refusals).toEqual([]);
});

test('a change that cannot be read stops no review and is named', async () => {
  await open();
  await settle();
  const load = async (asked: string) => {
    if (asked === id) throw new Error('its evidence is damaged');
    return story.ports.stores.changes.load(asked);
  };
  const stores = { ...story.ports.stores, changes: { ...story.ports.stores.changes, load } };
  const ports = { ...story.ports, stores };
  const { publication } = await reviewAndPublish(ports, { scope: elsewhere }, story.configuration, {});
  expect(publication.watched.unread).toEqual([{ changeId: id, reason: 'its evidence is damaged' }]);
});
