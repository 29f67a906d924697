import { afterEach, describe, expect, test } from '@jest/globals';
import { changeView } from '../../core/message/change-view.ts';
import { dueNotices } from '../../core/message/notices.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { baseText, development, developmentPolicy, elsewhere, smallOrganization } from './organization.ts';
import { openStory, type Story, type StoryOptions } from './story.ts';

let story: Story | undefined;
const open = async (options?: StoryOptions): Promise<Story> => {
  story = await openStory(options);
  return story;
};
afterEach(async () => {
  await story?.close();
  story = undefined;
});
/** A story whose change is applied and has settled. */
const applied = async (options?: StoryOptions) => {
  const own = await open(options);
  const id = await own.approved();
  expect(await own.outcome(id)).toBe('applied');
  own.advance(600);
  return { own, id };
};
const use = (own: Story, accountId: string, service = 'lex', daysAgo = 0): void =>
  recordUse(own.sandbox.world, { accountId, service, daysAgo });
const told = (own: Story, type: string) =>
  own.eventsOf(type).map(({ detail }) => (detail as { readonly data: Record<string, unknown> }).data);
const sentence = async (own: Story, id: string) => {
  const { configuration, ports } = own;
  return changeView((await own.load(id)).record, { now: ports.clock.now(), configuration }).statusSentence;
};
const topics = { email: { topics: { ana: 'arn:aws:sns:us-east-1:111111111111:ana' } } };

describe('a review that read the SCP before our own write', () => {
  test('proposes nothing over what is in force', async () => {
    const own = await open();
    const id = await own.approved();
    let isFirst = true;
    const organization = {
      ...own.ports.organization,
      readPolicies: async () => {
        const read = await own.ports.organization.readPolicies();
        if (isFirst) {
          isFirst = false;
          expect(await own.outcome(id)).toBe('applied');
        }
        return read;
      },
    };
    await reviewAndPublish({ ...own.ports, organization }, { scope: 'r-ex01' }, own.configuration, {});
    expect((await own.load(id)).record).toMatchObject({ revision: 1, state: { status: 'applied' } });
    expect((await own.rollBack(id)).refusals).toEqual([]);
  });
});

describe('drift', () => {
  test('of an earlier revision is none of a later one, and the same is told again', async () => {
    const { own, id } = await applied();
    own.edit(baseText);
    await own.review();
    expect((await own.load(id)).record).toMatchObject({ revision: 2, state: { status: 'proposed' } });
    await own.approve(id);
    expect(await own.outcome(id)).toBe('applied');
    expect(await sentence(own, id)).not.toContain('not as it was applied');
    own.advance(600);
    own.edit(baseText);
    await own.review(elsewhere);
    expect(told(own, 'SCP Drift Detected')).toHaveLength(2);
  });

  test('is not what another of our changes is about to take back', async () => {
    const scenario = JSON.parse(JSON.stringify(smallOrganization));
    scenario.root.children[0].children[0].usage.polly = { daysAgo: 150 };
    scenario.policies[0].content = baseText.replace('"dms:*"', '"dms:*", "polly:*"');
    const { own } = await applied({ scenario });
    own.advance(40 * 86_400);
    use(own, '222222222222', 'sts', 1);
    const later = await own.propose();
    await own.approve(later);
    expect(await own.outcome(later)).toBe('applied');
    own.advance(600);
    await own.review();
    expect((await own.rollBack(later)).refusals).toEqual([]);
    await own.review();
    expect(told(own, 'SCP Drift Detected')).toEqual([]);
  });

  test('comes before attempts where both are to be told', async () => {
    const { own, id } = await applied({ configuration: topics });
    own.sandbox.world.policies.get(developmentPolicy)?.targets.add(elsewhere);
    use(own, '222222222222');
    await own.review('r-ex01');
    const { record } = await own.load(id);
    const due = dueNotices(record, own.configuration, own.ports.clock.now());
    expect(due.map(({ kind }) => kind)).toEqual(['drift']);
    expect(await sentence(own, id)).toMatch(/also attached to Elsewhere.*lex was called by dev-1/s);
  });

  test('that makes a new proposal is told in it', async () => {
    const { own, id } = await applied();
    own.edit(baseText);
    await own.review();
    const { configuration, ports } = own;
    const view = changeView((await own.load(id)).record, { now: ports.clock.now(), configuration });
    expect(view.whyRevised).toBe(
      'proposed again: revision 1 was applied, and somebody has undone it in NewServiceTest since',
    );
  });
});

describe('no denied access', () => {
  test('where the deny was taken out by hand', async () => {
    const { own } = await applied();
    own.edit(`${baseText} `);
    own.advance(600);
    use(own, '222222222222');
    await own.review('r-ex01');
    expect(told(own, 'Denied Access Observed')).toEqual([]);
  });

  test('of an account that used it elsewhere and moved in', async () => {
    const { own } = await applied();
    use(own, '333333333333');
    own.advance(600);
    moveAccount(own.sandbox.world, '333333333333', development);
    own.advance(600);
    await own.review('r-ex01');
    expect(told(own, 'Denied Access Observed')).toEqual([]);
  });

  test('is told twice of one account within thirty days', async () => {
    const { own } = await applied();
    for (const days of [0, 10, 31]) {
      own.advance(days * 86_400);
      use(own, '222222222222');
      await own.review('r-ex01');
    }
    expect(told(own, 'Denied Access Observed')).toHaveLength(2);
  });
});

test('after the time for it nobody is told to roll back', async () => {
  const { own, id } = await applied({ configuration: { rollBackDays: 1, ...topics } });
  own.advance(3 * 86_400);
  use(own, '222222222222');
  await own.review('r-ex01');
  expect(await sentence(own, id)).toMatch(/could be rolled back until .* take it out of the SCP by hand/s);
});

test('a change that cannot be read stops no review and is named', async () => {
  const { own, id } = await applied();
  const load = async (asked: string) => {
    if (asked === id) throw new Error('its evidence is damaged');
    return own.ports.stores.changes.load(asked);
  };
  const stores = { ...own.ports.stores, changes: { ...own.ports.stores.changes, load } };
  const { publication } = await reviewAndPublish(
    { ...own.ports, stores },
    { scope: elsewhere },
    own.configuration,
    {},
  );
  expect(publication.watched.unread).toEqual([{ changeId: id, reason: 'its evidence is damaged' }]);
});
