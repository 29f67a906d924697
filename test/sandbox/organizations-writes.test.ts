import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  ListParentsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  MoveAccountCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import syntaxCases from '../cases/sandbox/scp-syntax.json' with { type: 'json' };
import { clientsOf, errorOf, smallScenario } from './clients.ts';

const denyText = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
const policy = (name: string, content = denyText) =>
  new CreatePolicyCommand({ Name: name, Description: '', Type: 'SERVICE_CONTROL_POLICY', Content: content });

describe('changing policies', () => {
  let sandbox: Sandbox;
  let clients: ReturnType<typeof clientsOf>;
  beforeEach(async () => {
    sandbox = await startSandbox({ scenario: smallScenario });
    clients = clientsOf(sandbox);
  });
  afterEach(async () => {
    clients.destroy();
    await sandbox.close();
  });
  const failure = async (command: unknown) => {
    const error = await errorOf(clients.organizations.send(command as UpdatePolicyCommand));
    return error.Reason === undefined ? error.name : `${error.name} ${error.Reason}`;
  };

  test('a policy lives from create over attach and detach to delete', async () => {
    const text = `${denyText}\n  `;
    const { Policy } = await clients.organizations.send(policy('Fresh', text));
    expect(Policy?.Content).toBe(text);
    const PolicyId = Policy?.PolicySummary?.Id;
    const target = { PolicyId, TargetId: 'ou-ex01-production' };
    await clients.organizations.send(new AttachPolicyCommand(target));
    expect(await failure(new AttachPolicyCommand(target))).toBe('DuplicatePolicyAttachmentException');
    expect(await failure(new DeletePolicyCommand({ PolicyId }))).toBe('PolicyInUseException');
    const { Targets } = await clients.organizations.send(new ListTargetsForPolicyCommand({ PolicyId }));
    expect(Targets).toEqual([
      {
        TargetId: 'ou-ex01-production',
        Name: 'Production',
        Type: 'ORGANIZATIONAL_UNIT',
        Arn: 'arn:aws:organizations::111111111111:ou/o-exampleorg1/ou-ex01-production',
      },
    ]);
    await clients.organizations.send(new DetachPolicyCommand(target));
    expect(await failure(new DetachPolicyCommand(target))).toBe('PolicyNotAttachedException');
    await clients.organizations.send(new DeletePolicyCommand({ PolicyId }));
    expect(await failure(new DescribePolicyCommand({ PolicyId }))).toBe('PolicyNotFoundException');
  });

  test('UpdatePolicy answers only the fields that were sent, and keeps the exact text', async () => {
    const PolicyId = 'p-newsvctest';
    const nothing = await clients.organizations.send(new UpdatePolicyCommand({ PolicyId }));
    expect(Object.keys(nothing.Policy?.PolicySummary ?? {}).sort()).toEqual([
      'Arn',
      'AwsManaged',
      'Id',
      'Type',
    ]);
    const spaced = denyText.replaceAll(',', ', ');
    const changed = await clients.organizations.send(
      new UpdatePolicyCommand({ PolicyId, Name: 'Renamed', Description: '', Content: spaced }),
    );
    expect(changed.Policy).toMatchObject({
      Content: spaced,
      PolicySummary: { Name: 'Renamed', Description: '' },
    });
    expect((await clients.organizations.send(new DescribePolicyCommand({ PolicyId }))).Policy?.Content).toBe(
      spaced,
    );
  });

  test('AWS refuses what it must, with its own reasons', async () => {
    const PolicyId = 'p-newsvctest';
    const withContent = (Content: string) => new UpdatePolicyCommand({ PolicyId, Content });
    const padded = (length: number) => `${denyText}${' '.repeat(length - denyText.length)}`;
    expect(await failure(new UpdatePolicyCommand({ PolicyId: 'p-FullAWSAccess', Content: denyText }))).toBe(
      'InvalidInputException IMMUTABLE_POLICY',
    );
    expect(await failure(new DeletePolicyCommand({ PolicyId: 'p-FullAWSAccess' }))).toBe(
      'InvalidInputException IMMUTABLE_POLICY',
    );
    expect(await failure(withContent(''))).toBe('InvalidInputException MIN_LENGTH_EXCEEDED:CONTENT');
    expect(await failure(new UpdatePolicyCommand({ PolicyId, Name: '' }))).toBe(
      'InvalidInputException MIN_LENGTH_EXCEEDED:NAME',
    );
    expect(await failure(new UpdatePolicyCommand({ PolicyId, Description: 'x'.repeat(513) }))).toBe(
      'InvalidInputException MAX_LENGTH_EXCEEDED:DESCRIPTION',
    );
    await clients.organizations.send(
      new UpdatePolicyCommand({ PolicyId, Description: '\u00e9'.repeat(512) }),
    );
    await clients.organizations.send(withContent(padded(10_240)));
    expect(await failure(withContent(padded(10_241)))).toBe(
      'ConstraintViolationException POLICY_CONTENT_LIMIT_EXCEEDED',
    );
    expect(await failure(policy('Unattached'))).toBe('DuplicatePolicyException');
    expect(await failure(new UpdatePolicyCommand({ PolicyId, Name: 'Unattached' }))).toBe(
      'DuplicatePolicyException',
    );
    expect(await failure(new UpdatePolicyCommand({ PolicyId: 'p-notexist0', Content: denyText }))).toBe(
      'PolicyNotFoundException',
    );
    expect(await failure(policy('<script>alert(1)</script>'))).toBe(
      'InvalidInputException INVALID_PATTERN:NAME',
    );
  });

  test('the eleventh SCP and the removal of the last one are refused', async () => {
    const TargetId = 'ou-ex01-production';
    for (let index = 0; index < 10; index += 1) {
      const { Policy } = await clients.organizations.send(policy(`Scp${index}`));
      const attach = new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId });
      if (index < 9) await clients.organizations.send(attach);
      else
        expect(await failure(attach)).toBe(
          'ConstraintViolationException MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
        );
    }
    expect(
      await failure(new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId: '333333333333' })),
    ).toBe('ConstraintViolationException MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    expect(
      await failure(new AttachPolicyCommand({ PolicyId: 'p-unattached', TargetId: '999999999999' })),
    ).toBe('TargetNotFoundException');
  });

  test('disabling SCPs detaches them for good; enabling starts again with FullAWSAccess', async () => {
    const type = { RootId: 'r-ex01', PolicyType: 'SERVICE_CONTROL_POLICY' } as const;
    expect(await failure(new EnablePolicyTypeCommand(type))).toBe('PolicyTypeAlreadyEnabledException');
    await clients.organizations.send(new DisablePolicyTypeCommand(type));
    expect(await failure(new AttachPolicyCommand({ PolicyId: 'p-unattached', TargetId: 'r-ex01' }))).toBe(
      'PolicyTypeNotEnabledException',
    );
    await clients.organizations.send(new EnablePolicyTypeCommand(type));
    const { Targets } = await clients.organizations.send(
      new ListTargetsForPolicyCommand({ PolicyId: 'p-newsvctest' }),
    );
    expect(Targets).toEqual([]);
  });

  test('accounts move and tags change', async () => {
    const AccountId = '222222222224';
    const move = { AccountId, SourceParentId: 'ou-ex01-developteam', DestinationParentId: 'r-ex01' };
    expect(await failure(new MoveAccountCommand({ ...move, DestinationParentId: 'ou-ex01-elsewhere' }))).toBe(
      'DestinationParentNotFoundException',
    );
    expect(
      await failure(new MoveAccountCommand({ ...move, DestinationParentId: 'ou-ex01-developteam' })),
    ).toBe('DuplicateAccountException');
    await clients.organizations.send(new MoveAccountCommand(move));
    expect(
      (await clients.organizations.send(new ListParentsCommand({ ChildId: AccountId }))).Parents,
    ).toEqual([{ Id: 'r-ex01', Type: 'ROOT' }]);
    expect(await failure(new MoveAccountCommand(move))).toBe('SourceParentNotFoundException');
    await clients.organizations.send(
      new TagResourceCommand({
        ResourceId: AccountId,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await clients.organizations.send(new UntagResourceCommand({ ResourceId: AccountId, TagKeys: ['a'] }));
    expect(
      (await clients.organizations.send(new ListTagsForResourceCommand({ ResourceId: AccountId }))).Tags,
    ).toEqual([{ Key: 'b', Value: '2' }]);
    expect(
      await failure(new TagResourceCommand({ ResourceId: AccountId, Tags: [{ Key: 'aws:x', Value: '' }] })),
    ).toBe('InvalidInputException INVALID_SYSTEM_TAGS_PARAMETER');
  });
});

describe('the text of an SCP', () => {
  let sandbox: Sandbox;
  let clients: ReturnType<typeof clientsOf>;
  beforeAll(async () => {
    sandbox = await startSandbox({ scenario: smallScenario });
    clients = clientsOf(sandbox);
  });
  afterAll(async () => {
    clients.destroy();
    await sandbox.close();
  });

  test.each(syntaxCases)('$case', async ({ text, accepted }) => {
    const content = typeof text === 'string' ? text : JSON.stringify(text);
    const outcome = await clients.organizations
      .send(new UpdatePolicyCommand({ PolicyId: 'p-unattached', Content: content }))
      .then(({ Policy }) => Policy?.Content)
      .catch((error: Error) => error.name);
    expect(outcome).toBe(accepted ? content : 'MalformedPolicyDocumentException');
  });
});
