import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readEnvironment } from '../../adapters/environment.ts';
import { wirePolicyWriter, wirePublishing, wireReview } from '../../adapters/wire.ts';
import { buildTree } from '../../core/organization/organization.ts';
import { pointAt } from './environment.ts';
import { type Moto, motoIsInstalled, startMoto } from './moto.ts';

/** A second judge beside the sandbox: another implementation of the same wire protocols. It knows no access reports, no throttles and no paths. */
const judge = () => {
  let moto: Moto;
  let restore = () => {};
  let developmentId = '';
  let nestedId = '';
  let memberIds: string[] = [];

  beforeAll(async () => {
    moto = await startMoto();
    restore = pointAt(moto.endpoint);
    const client = new OrganizationsClient({});
    await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const rootId = (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? '';
    developmentId = await createUnit(client, rootId, 'Development');
    nestedId = await createUnit(client, developmentId, 'Nested');
    memberIds = await Promise.all(['one', 'two'].map((name) => createAccount(client, name)));
    const [moved = ''] = memberIds;
    await client.send(
      new MoveAccountCommand({ AccountId: moved, SourceParentId: rootId, DestinationParentId: nestedId }),
    );
  });

  afterAll(async () => {
    restore();
    await moto?.stop();
  });

  test('an organization whose root has no SCPs enabled is refused with the way out', async () => {
    await expect(wireReview().organization.readTree()).rejects.toMatchObject({
      code: 'SCPS_NOT_ENABLED',
      message: expect.stringContaining('enable the policy type SERVICE_CONTROL_POLICY'),
    });
    const client = new OrganizationsClient({});
    const rootId = (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? '';
    await client.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  });

  test('the tree is walked where accounts come without paths', async () => {
    const { organization, meter } = wireReview();
    const tree = buildTree(await organization.readTree());
    expect(tree.entities.get(nestedId)).toMatchObject({
      name: 'Nested',
      parentId: developmentId,
      childIds: [memberIds[0]],
    });
    expect(tree.accounts.map(({ id }) => id).sort()).toEqual([...memberIds].sort());
    expect(tree.accounts.every(({ state, joinedAt }) => state === 'ACTIVE' && joinedAt > 0)).toBe(true);
    expect(meter.calls()).toMatchObject({
      ListRoots: 1,
      ListAccountsForParent: 3,
      ListOrganizationalUnitsForParent: 3,
    });
  });

  test('an SCP is created, attached, read, changed, detached and deleted', async () => {
    const writer = wirePolicyWriter();
    const text = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
    const changed = text.replace('lex:*', 'dms:*');
    const name = 'DenyUnusedServices-Development';
    const resource = { type: 'policy-text', policyId: null, name, description: 'unused services' } as const;
    const attachment = { type: 'attachment', targetId: developmentId } as const;
    const id = await writer.write({ resource, existingId: null, before: null, after: text });
    const attach = { resource: attachment, existingId: id, before: null, after: 'attached' };
    const change = { resource, existingId: id, before: text, after: changed };
    const remove = { resource, existingId: id, before: changed, after: null };
    await writer.write(attach);
    await writer.write(change);
    expect(await writer.readPolicyText(id)).toBe(changed);
    const targets = [{ id: developmentId, type: 'ou', name: 'Development' }];
    expect(await writer.readPolicyTargets(id)).toEqual(targets);

    const { organization } = wireReview();
    const policies = await organization.readTexts(await organization.readPolicies(), [id, 'p-FullAWSAccess']);
    expect(policies.find((policy) => policy.id === id)).toEqual({
      id,
      name: 'DenyUnusedServices-Development',
      description: 'unused services',
      awsManaged: false,
      text: changed,
      targets,
      tags: {},
    });
    expect(policies.find((policy) => policy.id === 'p-FullAWSAccess')).toMatchObject({
      awsManaged: true,
      tags: null,
    });

    await expect(writer.write(remove)).rejects.toMatchObject({
      operation: 'DeletePolicy',
      code: 'PolicyInUseException',
    });
    await writer.write({ ...attach, before: 'attached', after: null });
    await writer.write(remove);
    await expect(writer.readPolicyText(id)).rejects.toMatchObject({ code: 'PolicyNotFoundException' });
  });

  test('events and messages are taken', async () => {
    await new EventBridgeClient({}).send(new CreateEventBusCommand({ Name: 'reviews' }));
    const { TopicArn } = await new SNSClient({}).send(new CreateTopicCommand({ Name: 'reviews' }));
    const { bus, topic } = wirePublishing(readEnvironment({ BUS_NAME: 'reviews', TOPIC_ARN: TopicArn }));
    const events = Array.from({ length: 23 }, (_, sequence) => ({
      detailType: 'Access Review Completed',
      detail: { sequence },
    }));
    expect(await bus.put(events)).toEqual([]);
    await topic.publish({ subject: 'Prüfung der Organisation', text: 'Two services are unused.' });
  });

  test('a topic that does not exist is named', async () => {
    const { topic } = wirePublishing(
      readEnvironment({ BUS_NAME: 'x', TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:none' }),
    );
    await expect(topic.publish({ subject: 's', text: 't' })).rejects.toMatchObject({
      operation: 'Publish',
      kind: 'other',
    });
  });
};

if (motoIsInstalled()) describe('against moto', judge);
else test('against moto', () => console.log('skipped: moto_server is not on the PATH'));

async function createUnit(client: OrganizationsClient, parentId: string, name: string): Promise<string> {
  const { OrganizationalUnit } = await client.send(
    new CreateOrganizationalUnitCommand({ ParentId: parentId, Name: name }),
  );
  return OrganizationalUnit?.Id ?? '';
}

async function createAccount(client: OrganizationsClient, name: string): Promise<string> {
  const { CreateAccountStatus } = await client.send(
    new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }),
  );
  return CreateAccountStatus?.AccountId ?? '';
}
