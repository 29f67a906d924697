import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DetachPolicyCommand,
  type OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import type { ScpResource } from '../../core/change/content/change.ts';
import { scpResource } from '../../core/change/content/scp-resource.ts';
import type { Write } from '../../core/change/engine/next-action.ts';
import type { PolicyWriter } from '../ports.ts';
import { readPolicyTargets, readPolicyText } from './policy-reader.ts';
import { AwsRefusal, refusing } from './refusal.ts';

/** Writes one type of resource: leaves `after` there (null: nothing) and answers the id of the SCP. */
type ResourcePort<Of> = (
  client: OrganizationsClient,
  resource: Of,
  write: Pick<Write, 'existingId' | 'after'>,
) => Promise<string>;

type ResourceOf<Type> = Extract<ScpResource, { readonly type: Type }>;

/** One port for each type of resource of an SCP: a new type without one does not compile. */
const ports: { readonly [Type in ScpResource['type']]: ResourcePort<ResourceOf<Type>> } = {
  'policy-text': writePolicyText,
  attachment: writeAttachment,
};

/** Reads and writes single SCPs. `readClient` retries; `writeClient` must not: after a failed write nobody knows whether it was done, so a new attempt starts by reading. */
export function createPolicyWriter(
  readClient: OrganizationsClient,
  writeClient: OrganizationsClient,
): PolicyWriter {
  return {
    readPolicyText: (policyId) => readPolicyText(readClient, policyId),
    readPolicyTargets: (policyId) => readPolicyTargets(readClient, policyId),
    write: (write) => {
      const resource = scpResource(write.resource);
      return portOf(resource)(writeClient, resource, write);
    },
  };
}

function portOf<Type extends ScpResource['type']>(resource: {
  readonly type: Type;
}): ResourcePort<ScpResource> {
  return ports[resource.type] as ResourcePort<ScpResource>;
}

async function writePolicyText(
  client: OrganizationsClient,
  resource: ResourceOf<'policy-text'>,
  { after, existingId: policyId }: Pick<Write, 'existingId' | 'after'>,
): Promise<string> {
  if (policyId === null) return createPolicy(client, resource, after);
  if (after === null)
    await refusing('DeletePolicy', () => client.send(new DeletePolicyCommand({ PolicyId: policyId })));
  else
    await refusing('UpdatePolicy', () =>
      client.send(new UpdatePolicyCommand({ PolicyId: policyId, Content: after })),
    );
  return policyId;
}

async function createPolicy(
  client: OrganizationsClient,
  resource: ResourceOf<'policy-text'>,
  text: string | null,
): Promise<string> {
  if (resource.policyId !== null || text === null) throw new Error(`${resource.name} is not to be made`);
  const operation = 'CreatePolicy';
  const { description: Description, name: Name, tags = {} } = resource;
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const input = { Type: 'SERVICE_CONTROL_POLICY', Name, Description, Content: text, Tags } as const;
  const { Policy } = await refusing(operation, () => client.send(new CreatePolicyCommand(input)));
  const policyId = Policy?.PolicySummary?.Id;
  if (policyId) return policyId;
  throw new AwsRefusal({
    operation,
    code: 'UNREADABLE_ANSWER',
    kind: 'answer',
    said: 'the answer names no policy',
  });
}

async function writeAttachment(
  client: OrganizationsClient,
  { targetId: TargetId }: ResourceOf<'attachment'>,
  { after, existingId: policyId }: Pick<Write, 'existingId' | 'after'>,
): Promise<string> {
  if (policyId === null) throw new Error('an SCP is attached before it is made');
  const input = { PolicyId: policyId, TargetId };
  if (after === null) await refusing('DetachPolicy', () => client.send(new DetachPolicyCommand(input)));
  else await refusing('AttachPolicy', () => client.send(new AttachPolicyCommand(input)));
  return policyId;
}
