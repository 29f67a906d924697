import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { undoJournalOf } from '../../core/change/life/journal.ts';
import { everyKind, everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { anaSession, benUser } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

const building = 'arn:aws:iam::111111111111:policy/Building';
const broad = 'arn:aws:iam::aws:policy/ExampleBroadAccess';
const auditing = 'arn:aws:iam::111111111111:policy/Security-Audit';
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const copied = 'arn:aws:iam::111111111111:policy/ExampleBroadAccess-narrowed';

/** Somebody works by hand in the account in which everything was applied. */
let story: IamStory;
let hand: IAMClient;
let untouched: unknown;
let applied: Snapshot;
const ids = new Map<string, string>();
beforeAll(async () => {
  story = await openIamStory({ scenario: everyKindScenario });
  hand = new IAMClient({ maxAttempts: 1 });
  untouched = await story.access();
  await story.reviewIdentities(everyKindEvent);
  for (const title of Object.values(everyKind)) {
    const id = await story.idOf(title);
    ids.set(title, id);
    await story.approveFully(id);
    expect([await story.outcome(id), await story.reason(id)]).toEqual(['applied', null]);
  }
  applied = await takeSnapshot(story);
});
afterAll(() => story.close());
beforeEach(() => applied.restore());

const idOf = (title: string): string => ids.get(title) ?? title;
const rollBack = async (title: string, principalArn = benUser) => {
  const request = { purpose: 'roll-back', reason: 'it was needed after all' } as const;
  const { refusals } = await story.ask(idOf(title), { principalArn }, request);
  return refusals.length > 0 ? refusals : story.outcome(idOf(title));
};
const outcomes = async (title: string): Promise<readonly string[]> =>
  undoJournalOf((await story.load(idOf(title))).record.state).flatMap((entry) =>
    entry.phase === 'done' ? [entry.outcome] : [],
  );
const newDefault = (arn: string, text: string) =>
  hand.send(new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: text, SetAsDefault: true }));
const textOf = (arn: string): string => {
  const { written } = story.sandbox.iamAccounts.of(story.accountId);
  const policy = [...written.policies.values()].find((each) => each.arn === arn);
  return policy?.versions.find(({ number }) => number === policy.defaultVersion)?.text ?? '';
};

test('everything is rolled back to what was there, the last first', async () => {
  for (const title of Object.values(everyKind).reverse()) expect(await rollBack(title)).toBe('rolled-back');
  expect(await story.access()).toEqual(untouched);
});

describe('a roll back that would give more than people were shown', () => {
  test('somebody joined the group since: he is named, and it takes two people who know', async () => {
    await hand.send(new AddUserToGroupCommand({ UserName: 'tom', GroupName: 'builders' }));
    const left = await story.access();
    expect(await rollBack(everyKind.version)).toBe('interrupted');
    const { detail } = (await story.reason(idOf(everyKind.version))) ?? {};
    expect(detail).toMatch(/user tom came since.*2 people who ask for it knowing that \(0 did\)/);
    // The same person twice is one person.
    expect(await rollBack(everyKind.version)).toBe('interrupted');
    expect(await rollBack(everyKind.version)).toBe('interrupted');
    expect(await story.access()).toEqual(left);
    expect(await rollBack(everyKind.version, anaSession)).toBe('rolled-back');
    expect(JSON.parse(textOf(building)).Statement[0].Action).toEqual(['codebuild:*', 'sqs:*']);
  });

  test('one who came after the others were named starts it anew', async () => {
    await hand.send(new AddUserToGroupCommand({ UserName: 'tom', GroupName: 'builders' }));
    await rollBack(everyKind.version);
    await rollBack(everyKind.version);
    await hand.send(new AddUserToGroupCommand({ UserName: 'ines', GroupName: 'builders' }));
    expect(await rollBack(everyKind.version, anaSession)).toBe('interrupted');
    expect((await story.reason(idOf(everyKind.version)))?.detail).toMatch(
      /user ines, user tom came since.*0 did/,
    );
  });

  test('who gets access by it himself does not ask for it', async () => {
    await hand.send(new AddUserToGroupCommand({ UserName: 'ben', GroupName: 'builders' }));
    await rollBack(everyKind.version, anaSession);
    expect(await rollBack(everyKind.version, benUser)).toMatchObject([{ code: 'OUT_OF_SCOPE' }]);
    expect(await rollBack(everyKind.version, anaSession)).toBe('interrupted');
  });

  test('AWS changed its policy since: the policy is named', async () => {
    const { written } = story.sandbox.iamAccounts.of(story.accountId);
    const policy = [...written.policies.values()].find(({ arn }) => arn === broad);
    if (!policy) throw new Error(`${broad} is not there`);
    const text = textOf(broad).replace('sqs:*', 'sns:*');
    policy.versions = [...policy.versions, { number: 2, text, created: story.ports.clock.now() }];
    policy.defaultVersion = 2;
    expect(await rollBack(everyKind.copy)).toBe('interrupted');
    expect((await story.reason(idOf(everyKind.copy)))?.detail).toContain(
      `what ${broad} grants was changed since`,
    );
    await rollBack(everyKind.copy);
    expect(await rollBack(everyKind.copy, anaSession)).toBe('rolled-back');
  });

  test('the group that is joined again grants more since: the group is named', async () => {
    await hand.send(new AttachGroupPolicyCommand({ GroupName: 'security', PolicyArn: administrator }));
    expect(await rollBack(everyKind.membership)).toBe('interrupted');
    const { detail } = (await story.reason(idOf(everyKind.membership))) ?? {};
    expect(detail).toContain('what arn:aws:iam::111111111111:group/security grants was changed since');
    await rollBack(everyKind.membership);
    expect(await rollBack(everyKind.membership, anaSession)).toBe('rolled-back');
  });

  test('a policy of the group that is joined again says more since: the group is named', async () => {
    await newDefault(auditing, textOf(auditing).replace('config:*', 'iam:*'));
    expect(await rollBack(everyKind.membership)).toBe('interrupted');
  });

  test('the role that is stopped got more since: the role is named', async () => {
    await hand.send(new AttachRolePolicyCommand({ RoleName: 'sleeper', PolicyArn: administrator }));
    expect(await rollBack(everyKind.quarantine)).toBe('interrupted');
    const { detail } = (await story.reason(idOf(everyKind.quarantine))) ?? {};
    expect(detail).toContain('role/a+b/sleeper grants was changed since');
  });
});

describe('edited since, nothing of it is lost', () => {
  test('others bear the copy: it stays, and is said to', async () => {
    await hand.send(new AttachUserPolicyCommand({ UserName: 'uma', PolicyArn: copied }));
    expect(await rollBack(everyKind.copy)).toBe('rolled-back');
    expect(await outcomes(everyKind.copy)).toEqual(['restored', 'restored', 'detached', 'detached', 'kept']);
    expect(textOf(copied)).not.toBe('');
    await hand.send(new DetachUserPolicyCommand({ UserName: 'uma', PolicyArn: copied }));
  });

  test('a statement beside ours: ours is put back, his stays', async () => {
    const now = JSON.parse(textOf(building));
    const his = { Sid: 'His', Effect: 'Allow', Action: 'ecr:*', Resource: '*' };
    await newDefault(building, JSON.stringify({ ...now, Statement: [...now.Statement, his] }));
    expect(await rollBack(everyKind.version)).toBe('rolled-back');
    const { Statement } = JSON.parse(textOf(building));
    expect(Statement).toHaveLength(2);
    expect(Statement).toContainEqual(his);
    expect(Statement).toContainEqual(expect.objectContaining({ Action: ['codebuild:*', 'sqs:*'] }));
  });

  test('our statement itself: nothing is written, and the text from before is said', async () => {
    await newDefault(building, textOf(building).replace('codebuild:*', 'codebuild:List*'));
    const left = await story.access();
    expect(await rollBack(everyKind.version)).toBe('interrupted');
    expect(await story.access()).toEqual(left);
    const { detail } = (await story.reason(idOf(everyKind.version))) ?? {};
    expect(detail).toContain('a statement that it narrowed was changed or removed');
    expect(detail).toContain('"sqs:*"');
  });

  test('an inline policy with a statement beside ours', async () => {
    const his = { Sid: 'His', Effect: 'Allow', Action: 'ecr:*', Resource: '*' };
    const read = () => hand.send(new GetUserPolicyCommand({ UserName: 'ola', PolicyName: 'own' }));
    const now = JSON.parse(decodeURIComponent((await read()).PolicyDocument ?? ''));
    const text = JSON.stringify({ ...now, Statement: [now.Statement, his].flat() });
    await hand.send(new PutUserPolicyCommand({ UserName: 'ola', PolicyName: 'own', PolicyDocument: text }));
    expect(await rollBack(everyKind.inline)).toBe('rolled-back');
    const { Statement } = JSON.parse(decodeURIComponent((await read()).PolicyDocument ?? ''));
    expect(Statement).toContainEqual(his);
    expect(Statement).toContainEqual(expect.objectContaining({ Action: ['s3:*', 'lambda:*'] }));
  });

  test('a quarantine that somebody made his own stays', async () => {
    const text = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}';
    await hand.send(
      new PutRolePolicyCommand({
        RoleName: 'sleeper',
        PolicyName: 'DenyAllUnusedRole',
        PolicyDocument: text,
      }),
    );
    const left = await story.access();
    expect(await rollBack(everyKind.quarantine)).toBe('rolled-back');
    expect(await outcomes(everyKind.quarantine)).toEqual(['kept']);
    expect(await story.access()).toEqual(left);
  });

  test('who is back in the group already stays there', async () => {
    await hand.send(new AddUserToGroupCommand({ UserName: 'nell', GroupName: 'security' }));
    expect(await rollBack(everyKind.membership)).toBe('rolled-back');
    expect(await outcomes(everyKind.membership)).toEqual(['already-undone']);
  });

  test('five versions by hand: the way back costs the oldest, whose text is kept first', async () => {
    const versions = () => hand.send(new ListPolicyVersionsCommand({ PolicyArn: building }));
    const ours = textOf(building);
    // The version from before was deleted by hand, so its text has to be made again.
    for (const { IsDefaultVersion, VersionId } of (await versions()).Versions ?? [])
      if (!IsDefaultVersion)
        await hand.send(new DeletePolicyVersionCommand({ PolicyArn: building, VersionId }));
    for (const action of ['a4b:*', 'athena:*', 'glue:*'])
      await newDefault(building, ours.replace('codebuild:*', action));
    await newDefault(building, ours);
    expect((await versions()).Versions).toHaveLength(5);
    expect(await rollBack(everyKind.version)).toBe('rolled-back');
    expect(JSON.parse(textOf(building)).Statement[0].Action).toEqual(['codebuild:*', 'sqs:*']);
    const { history } = (await story.load(idOf(everyKind.version))).record;
    expect(history.filter(({ type }) => type === 'version-kept')).toHaveLength(1);
  });
});

describe('AWS shows late who bears a policy', () => {
  afterAll(() => story.sandbox.iamAccounts.lateReads.clear());

  test('what this change itself attached and detached is no reason to keep the copy', async () => {
    story.sandbox.iamAccounts.lateReads.set('ListEntitiesForPolicy', 2);
    expect(await rollBack(everyKind.copy)).toBe('rolled-back');
    expect(await outcomes(everyKind.copy)).toEqual([
      ...['restored', 'restored', 'detached', 'detached', 'deleted'],
    ]);
    expect(textOf(copied)).toBe('');
  });

  test('who else bears it is one, however late', async () => {
    story.sandbox.iamAccounts.lateReads.set('ListEntitiesForPolicy', 2);
    await hand.send(new AttachUserPolicyCommand({ UserName: 'uma', PolicyArn: copied }));
    story.advance(3);
    expect(await rollBack(everyKind.copy)).toBe('rolled-back');
    expect(await outcomes(everyKind.copy)).toContain('kept');
    await hand.send(new DetachUserPolicyCommand({ UserName: 'uma', PolicyArn: copied }));
  });
});
