import { CreatePolicyVersionCommand, IAMClient, ListPolicyVersionsCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import cases from '../cases/flow/iam-refusals.json' with { type: 'json' };
import { everyKind, everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { at, beforeCall, freeze } from './moments.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

let story: IamStory;
let proposed: Snapshot;
let untouched: unknown;
const ids = new Map<string, string>();
beforeAll(async () => {
  story = await openIamStory({ scenario: everyKindScenario });
  await story.reviewIdentities(everyKindEvent);
  for (const [kind, title] of Object.entries(everyKind)) {
    ids.set(kind, await story.idOf(title));
  }
  untouched = await story.access();
  proposed = await takeSnapshot(story);
});
afterAll(() => story.close());

describe('what IAM answers to the write of an approved change', () => {
  test.each(cases.cases)(
    '$change: $operation answers $answer',
    async ({ answer, change, code, operation, status, stays, then, times = 1 }) => {
      await proposed.restore();
      const id = ids.get(change) ?? '';
      await story.approveFully(id);
      story.sandbox.faults.add(`error:${operation}:${answer}:${times}`);
      const outcome = await story.outcome(id);
      story.sandbox.faults.clear();
      const reason = await story.reason(id);
      expect({ outcome, code: reason?.code ?? null }).toEqual({ outcome: status, code });
      // Whoever approved is told AWS's own word, the operation and what to do where there is something to do.
      if (reason !== null) expect(reason.detail).toContain(operation);
      if (stays) expect(await story.access()).toEqual(untouched);
      if (then !== undefined) expect(await story.outcome(id)).toBe(then);
    },
  );
});

test('a version that somebody makes the default after the last look stays, and nothing counts as written', async () => {
  await proposed.restore();
  const id = ids.get('version') ?? '';
  await story.approveFully(id);
  const { written } = story.sandbox.iamAccounts.of(story.accountId);
  let edited: unknown = null;
  let isLooking = false;
  const byHand = (): void => {
    const building = written.policies.get('arn:aws:iam::111111111111:policy/Building');
    if (!building) throw new Error('the policy is not there');
    const text = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}';
    const number = building.nextVersion;
    building.versions = [...building.versions, { number, text, created: 0 }];
    building.defaultVersion = number;
    building.nextVersion = number + 1;
    edited = structuredClone(building);
  };
  // The writer alone lists versions: the last look reads the default one.
  beforeCall(story, 'ListPolicyVersions', byHand, () => isLooking);
  const looks = at('sending-journalled', () => {
    isLooking = true;
  });
  expect(await story.outcome(id, looks)).toBe('superseded');
  expect(await story.reason(id)).toMatchObject({ code: 'TEXT_CHANGED' });
  expect(edited).not.toBeNull();
  expect(written.policies.get('arn:aws:iam::111111111111:policy/Building')).toEqual(edited);
});

test.each(['version', 'inline', 'membership'])(
  'the kill switch, turned while the account is entered to write it (%s)',
  async (change) => {
    await proposed.restore();
    const id = ids.get(change) ?? '';
    await story.approveFully(id);
    const { sessions } = story.ports;
    const openToWrite: typeof sessions.openToWrite = async (...of) => {
      const opened = await sessions.openToWrite(...of);
      await freeze(story, true);
      return opened;
    };
    expect(await story.outcome(id, { sessions: { ...sessions, openToWrite } })).toContain('frozen');
    expect(await story.access()).toEqual(untouched);
    // Nothing was sent, so nobody has to look at it afterwards.
    story.advance(3600);
    await freeze(story, false);
    expect(await story.outcome(id)).toBe('applied');
  },
);

test('right before a write only what it writes over is read, however many the change writes', async () => {
  await proposed.restore();
  const id = ids.get('copy') ?? '';
  await story.approveFully(id);
  const { sandbox } = story;
  const steps: unknown[] = [];
  let from = 0;
  const onPoint = (point: string): void => {
    if (point === 'sending-journalled') from = sandbox.calls().length;
    if (point !== 'written') return;
    const calls = sandbox.calls().slice(from);
    const iam = calls.filter(({ service }) => service === 'iam');
    steps.push([
      ...new Set(iam.map(({ input, operation }) => `${operation} ${input.UserName ?? ''}`.trim())),
    ]);
  };
  expect(await story.outcome(id, { onPoint })).toBe('applied');
  expect(steps).toEqual([
    ['GetPolicy', 'CreatePolicy'],
    ['ListAttachedUserPolicies ines', 'AttachUserPolicy ines'],
    ['ListAttachedUserPolicies tom', 'AttachUserPolicy tom'],
    ['ListAttachedUserPolicies ines', 'DetachUserPolicy ines'],
    ['ListAttachedUserPolicies tom', 'DetachUserPolicy tom'],
  ]);
});

describe('a managed policy with as many versions as IAM takes', () => {
  const PolicyArn = 'arn:aws:iam::111111111111:policy/Building';
  const hand = new IAMClient({ maxAttempts: 1 });
  const versions = async () => (await hand.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions ?? [];

  /** The approved change of the policy, to which somebody adds versions by hand. */
  async function approvedWithFive(): Promise<string> {
    await proposed.restore();
    const id = ids.get('version') ?? '';
    await story.approveFully(id);
    for (const action of ['a4b:*', 'athena:*', 'glue:*', 'kendra:*']) {
      const Statement = { Effect: 'Allow', Action: action, Resource: '*' };
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await hand.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }));
    }
    return id;
  }

  test('refused after a version was deleted: it ends as failed, and says which version is gone', async () => {
    const id = await approvedWithFive();
    story.sandbox.faults.add('error:CreatePolicyVersion:LimitExceeded:1');
    expect(await story.outcome(id)).toBe('apply-failed');
    expect(await versions()).toHaveLength(4);
    const reason = await story.reason(id);
    expect(reason).toMatchObject({ code: 'LimitExceeded' });
    expect(reason?.detail).toContain(`v2 of ${PolicyArn}`);
  });

  test('a table that refuses to keep the text is no refusal by IAM: nothing is deleted, and the next run goes on', async () => {
    const id = await approvedWithFive();
    const { stores } = story.ports;
    const save: typeof stores.changes.save = async (change, version) => {
      if (change.record.history.at(-1)?.type !== 'version-kept') return stores.changes.save(change, version);
      const refusal = { code: 'ValidationException', kind: 'other', refusedByAws: true };
      throw Object.assign(new Error('the table said no'), refusal);
    };
    const refusing = { stores: { ...stores, changes: { ...stores.changes, save } } };
    expect(await story.outcome(id, refusing)).toContain('the table said no');
    expect(await versions()).toHaveLength(5);
    expect(await story.outcome(id)).toBe('applied');
    expect(await versions()).toHaveLength(5);
  });
});
