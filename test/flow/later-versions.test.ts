import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { kindOf } from '../../core/kinds/kinds.ts';
import { seenBy } from '../../flow/review.ts';
import { watchChanges } from '../../flow/watch.ts';
import { asLaterVersion } from '../support/raw-items.ts';
import { everyKind, everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { openIamStory } from './iam-story.ts';
import { baseText } from './organization.ts';
import { openStory, type Story } from './story.ts';

let story: Story;
let id: string;
beforeEach(async () => {
  story = await openStory();
  id = await story.approved();
});
afterEach(() => story.close());

const later = (how: Parameters<typeof asLaterVersion>[3]): Promise<void> =>
  asLaterVersion(DynamoDBDocumentClient.from(createDynamoDbClient()), 'story', id, how);

describe('a change that a later version went on with', () => {
  test('waits to be applied and says why, and nothing is written', async () => {
    await later({ event: 'quarantined' });
    expect(await story.outcome(id)).toContain(
      'waits: its history holds events that this version does not know',
    );
    expect(story.text()).toBe(baseText);
    await later({ format: 99 });
    expect(await story.outcome(id)).toContain(`waits: CHANGE#${id} (change) is stored in format 99`);
    expect(story.text()).toBe(baseText);
  });

  test('is never written over, and no review is stopped by it', async () => {
    await later({ event: 'quarantined' });
    const stored = await story.load(id);
    await expect(story.ports.stores.changes.save(stored, stored.version)).rejects.toThrow(
      'cannot be written: its history holds events that this version does not know (quarantined)',
    );
    const { publication } = await story.review();
    expect(publication.changed).not.toContain(id);
  });

  test('is for something that this one does not know: it is shown, and nobody decides or writes', async () => {
    await later({ intent: 'quarantine' });
    expect(await story.outcome(id)).toContain('proposed for quarantine');
    const { record } = await story.load(id);
    expect(kindOf(record.content).tell(record.content).deed).toContain('this version does not know');
    const { publication } = await story.review();
    expect(publication.changed).not.toContain(id);
    expect((await story.rollBack(id)).refusals).toMatchObject([{ code: 'LATER_VERSION' }]);
    expect(story.text()).toBe(baseText);
  });

  test('waits to be rolled back, and is named among those that nobody watches', async () => {
    expect(await story.outcome(id)).toBe('applied');
    await later({ event: 'quarantined' });
    const text = story.text();
    const { publication, run } = await story.review();
    const { clock, stores } = story.ports;
    expect(publication.watched.unread).toMatchObject([{ changeId: id }]);
    expect((await watchChanges(stores, run.result.organizationId, seenBy(run, clock.now()))).noted).toEqual(
      [],
    );
    expect((await story.rollBack(id)).refusals).toMatchObject([{ code: 'LATER_VERSION' }]);
    expect(story.text()).toBe(text);
  });
});

test('a change of IAM that a later version went on with is not written, not named for what it may not be, and stops no review', async () => {
  const own = await openIamStory({ scenario: everyKindScenario });
  try {
    await own.reviewIdentities(everyKindEvent);
    const untouched = await own.access();
    const laterThan = async (title: string, how: Parameters<typeof later>[0]): Promise<string> => {
      id = await own.idOf(title);
      await own.approveFully(id);
      await later(how);
      return id;
    };
    const meant = await laterThan(everyKind.version, { intent: 'give-away' });
    const { record } = await own.load(meant);
    expect(kindOf(record.content).tell(record.content).deed).toBe(
      'Edit IAM in a way that this version does not know',
    );
    const gone = await laterThan(everyKind.inline, { event: 'quarantined' });
    expect(await own.outcome(gone)).toContain(
      'waits: its history holds events that this version does not know',
    );
    const { changed, watched } = await own.reviewIdentities(everyKindEvent);
    expect(changed).not.toContain(gone);
    expect(watched.unread).toMatchObject([]);
    expect((await own.rollBack(gone)).refusals).toMatchObject([{ code: 'LATER_VERSION' }]);
    expect(await own.access()).toEqual(untouched);
  } finally {
    await own.close();
  }
});
