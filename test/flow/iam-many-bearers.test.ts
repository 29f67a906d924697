import { afterEach, expect, test } from '@jest/globals';
import { digestMismatch } from '../../core/change/content/digest.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import { type IamStory, openIamStory } from './iam-story.ts';

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const broad = 'arn:aws:iam::aws:policy/PowerUserAccess';
const narrow = 'arn:aws:iam::aws:policy/AmazonSQSFullAccess';
const title = 'Replace PowerUserAccess by a narrower copy';
const bearers = Array.from({ length: 6 }, (_, index) => `developer-${index}`);

const scenario = {
  organization: {
    id: 'o-exampleorg1',
    managementAccountId: '111111111111',
    managementAccountName: 'Example Corp',
  },
  root: { id: 'r-ex01', children: [] },
  identities: {
    '111111111111': {
      users: [
        { name: 'arnav', policies: [administrator] },
        { name: 'zoe', policies: [narrow] },
        ...bearers.map((name) => ({ name, policies: [broad] })),
      ],
      use: [
        { by: 'user/arnav', service: 'iam', daysAgo: 0.2 },
        ...bearers.map((name) => ({ by: `user/${name}`, service: 's3', daysAgo: 1 })),
      ],
    },
  },
} as const;

let own: IamStory;
afterEach(() => own.close());

const changesOf = (ids: readonly string[]): Promise<readonly StoredChange[]> =>
  Promise.all(ids.map((id) => own.load(id)));

/** A store that has no room for the change with the title. */
function withoutRoom({ stores }: ApplyPorts): ApplyPorts['stores'] {
  const { changes } = stores;
  const isMeant = ({ record }: StoredChange): boolean => record.content.identity?.title === title;
  const roomIn = (change: StoredChange): number => (isMeant(change) ? 99_999 : changes.roomIn(change));
  return { ...stores, changes: { ...changes, roomIn } };
}

test('a policy that many bear: a change that does not fit is refused alone, and where it is proposed its evidence lies beside it', async () => {
  own = await openIamStory({ scenario });
  const review = (stores: ApplyPorts['stores']) =>
    own.reviewIdentities({ all: true, thresholdDays: 90 }, { stores });

  const { changed, run } = await review(withoutRoom(own.ports));
  expect(changed.length).toBeGreaterThan(0);
  const titles = (await changesOf(changed)).map(({ record }) => record.content.identity?.title);
  expect(titles).not.toContain(title);
  expect(run.result.changes.map((change) => change.title).sort()).toEqual(titles.sort());
  expect(run.result.refusals).toContainEqual(
    expect.objectContaining({ code: 'TOO_LARGE', detail: expect.stringContaining(title) }),
  );

  await review(own.ports.stores);
  const change = await own.load(await own.idOf(title));
  const { content } = change.record;
  expect(content.identity?.evidence.length).toBeGreaterThan(1000);
  expect(content.findingIds.length).toBe(content.identity?.evidence.length);
  expect(digestMismatch(content)).toBeNull();
  // DynamoDB: 400 KB an item. Six bearers had left 240 KB.
  expect(own.ports.stores.changes.roomIn(change)).toBeGreaterThan(320_000);

  // More approvals are asked for, so it would be revised. Nobody is to approve what its review no longer stands behind.
  Object.assign(own.configuration, { requiredApprovals: 4 });
  const later = await review(withoutRoom(own.ports));
  expect(later.changed).toContain(change.record.id);
  expect((await own.load(change.record.id)).record.state).toMatchObject({
    status: 'superseded',
    reason: { code: 'TOO_LARGE' },
  });
});
