import { afterEach, expect, test } from '@jest/globals';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import type { ApplyPorts } from '../../flow/apply-ports.ts';
import { everyKind, everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { type IamStory, openIamStory } from './iam-story.ts';

let own: IamStory;
afterEach(() => own.close());

/** A store that has no room for the change of a policy that many bear. */
function withoutRoom({ stores }: ApplyPorts): ApplyPorts['stores'] {
  const { changes } = stores;
  const isMeant = ({ record }: StoredChange): boolean => record.content.identity?.title === everyKind.copy;
  const roomIn = (change: StoredChange): number => (isMeant(change) ? 99_999 : changes.roomIn(change));
  return { ...stores, changes: { ...changes, roomIn } };
}

test('a change that does not fit is refused alone; one that is open already is ended', async () => {
  own = await openIamStory({ scenario: everyKindScenario });
  const review = (stores: ApplyPorts['stores']) => own.reviewIdentities(everyKindEvent, { stores });

  const { changed, run } = await review(withoutRoom(own.ports));
  const proposed = await Promise.all(changed.map((id) => own.load(id)));
  const titles = proposed.map(({ record }) => record.content.identity?.title);
  expect(titles).toContain(everyKind.version);
  expect(titles).not.toContain(everyKind.copy);
  expect(run.result.changes.map(({ title }) => title).sort()).toEqual(titles.sort());
  expect(run.result.refusals).toContainEqual(
    expect.objectContaining({ code: 'TOO_LARGE', detail: expect.stringContaining(everyKind.copy) }),
  );

  await review(own.ports.stores);
  const id = await own.idOf(everyKind.copy);
  // More approvals are asked for, so it would be revised. Nobody is to approve what its review no longer stands behind.
  Object.assign(own.configuration, { requiredApprovals: 4 });
  expect((await review(withoutRoom(own.ports))).changed).toContain(id);
  expect((await own.load(id)).record.state).toMatchObject({
    status: 'superseded',
    reason: { code: 'TOO_LARGE' },
  });
});
