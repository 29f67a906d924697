import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type IamStory, openIamStory } from './iam-story.ts';

const accountId = '222222222222';
const externalId = 'reviewer-1';
const event = { all: true, thresholdDays: 90 } as const;

const openMember = (): Promise<IamStory> =>
  openIamStory({
    scenario: 'across-organization',
    accountId,
    configuration: { memberRoles: { externalId } },
  });

/** Lets the management account assume a role with this external id. */
function setTrust(story: IamStory, name: string, actions: readonly string[], id: string): void {
  const { roles } = story.sandbox.iamAccounts.of(accountId).written;
  const role = roles.get(name);
  if (!role) throw new Error(`there is no role ${name}`);
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111111111111:root' },
    Action: actions,
    Condition: { StringEquals: { 'sts:ExternalId': id } },
  };
  roles.set(name, { ...role, trust: JSON.stringify({ Version: '2012-10-17', Statement }) });
}

const toWrite = 'OrgAccessReviewerWrite';
const both = ['sts:AssumeRole', 'sts:SetSourceIdentity'];

describe('a change in a member account', () => {
  let story: IamStory;
  let before: unknown;
  let ids: readonly string[] = [];
  beforeAll(async () => {
    story = await openMember();
    for (const name of ['OrgAccessReviewerRead', toWrite]) setTrust(story, name, both, externalId);
    before = await story.access();
    ids = (await story.reviewIdentities(event)).changed;
  });
  afterAll(() => story.close());

  /** What each session to write was assumed with. */
  const sessionsToWrite = () =>
    story.sandbox
      .calls()
      .filter(
        ({ input, operation }) => operation === 'AssumeRole' && String(input.RoleArn).endsWith(toWrite),
      );

  /** The changes that a review of an account reads. */
  async function readBy(account: string): Promise<readonly string[]> {
    const { stores } = story.ports;
    const read = new Set<string>();
    const load = (id: string) => {
      read.add(id);
      return stores.changes.load(id);
    };
    const counting = { stores: { ...stores, changes: { ...stores.changes, load } } };
    await story.reviewIdentities({ ...event, accountId: account }, counting);
    return [...read].sort();
  }

  test('is not read by the review of another account while it waits', async () => {
    expect(await readBy('111111111111')).toEqual([]);
  });

  test('is applied in a session a step that names the change and may do the step alone', async () => {
    expect(ids).toHaveLength(2);
    for (const id of ids) {
      expect((await story.approveFully(id)).record.state.status).toBe('approved');
      expect([await story.outcome(id), await story.reason(id)]).toEqual(['applied', null]);
    }
    expect(await story.access()).not.toEqual(before);
    const steps = ids.length;
    expect(sessionsToWrite()).toHaveLength(steps);
    expect(
      sessionsToWrite()
        .map(({ input }) => input.SourceIdentity)
        .sort(),
    ).toEqual([...ids].sort());
    for (const { input } of sessionsToWrite()) {
      expect(input).toMatchObject({ ExternalId: externalId, RoleSessionName: input.SourceIdentity });
      expect(String(input.Policy)).toContain(`arn:aws:iam::${accountId}:policy/`);
    }
  });

  test('is not read by the review of another account once it is applied either', async () => {
    expect(await readBy('111111111111')).toEqual([]);
    expect(await readBy(accountId)).toEqual([...ids].sort());
  });

  test('is rolled back to what was there', async () => {
    for (const id of [...ids].reverse()) {
      expect((await story.rollBack(id)).refusals).toEqual([]);
      const before = story.count('AssumeRole');
      expect([await story.outcome(id), await story.reason(id)]).toEqual(['rolled-back', null]);
      // An attempt enters the account once to read it, and once a step to write it.
      const { content } = (await story.load(id)).record;
      expect(story.count('AssumeRole') - before).toBe(1 + content.steps.length);
    }
    expect(await story.access()).toEqual(before);
  });
});

describe('an account that cannot be written', () => {
  let story: IamStory;
  beforeAll(async () => {
    story = await openMember();
  });
  afterAll(() => story.close());

  test.each<[string, () => void, string]>([
    [
      'the role is missing',
      () => story.sandbox.iamAccounts.of(accountId).written.roles.delete(toWrite),
      'AssumeRole',
    ],
    ['the role wants another external id', () => setTrust(story, toWrite, both, 'another'), 'AssumeRole'],
    [
      'the role lets nobody set a source identity',
      () => setTrust(story, toWrite, ['sts:AssumeRole'], externalId),
      'SetSourceIdentity',
    ],
  ])('%s: nothing is written, and the reason names the role and the way out', async (_, spoil, action) => {
    const { roles } = story.sandbox.iamAccounts.of(accountId).written;
    const role = roles.get(toWrite);
    const before = await story.access();
    const [id = 'none'] = (await story.reviewIdentities(event)).changed;
    await story.approveFully(id);
    spoil();
    expect(await story.outcome(id)).toBe('superseded');
    if (role) roles.set(toWrite, role);
    const reason = await story.reason(id);
    const resource = `sts:${action} on resource: arn:aws:iam::${accountId}:role/${toWrite}`;
    expect(reason).toMatchObject({ code: 'AccessDenied', detail: expect.stringContaining(resource) });
    expect(reason?.detail).toContain(`has to have the role ${toWrite} of deploy/member-roles.yml`);
    expect(await story.access()).toEqual(before);
  });

  test('once the role is there, the same change is proposed, waits while STS fails, and is applied', async () => {
    const before = await story.access();
    const [id = 'none'] = (await story.reviewIdentities(event)).changed;
    await story.approveFully(id);
    for (const fault of ['throttle:AssumeRole:400', 'error:AssumeRole:503:400']) {
      const onPoint = (point: string): void => {
        if (point === 'sending-journalled') story.sandbox.faults.add(fault);
      };
      expect(await story.outcome(id, { onPoint })).toContain('waits');
      story.sandbox.faults.clear();
      expect((await story.load(id)).record.state.status).toBe('applying');
      expect(await story.access()).toEqual(before);
    }
    expect(await story.outcome(id)).toBe('applied');
  });
});
