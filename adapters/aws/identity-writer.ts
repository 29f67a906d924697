import {
  AddUserToGroupCommand,
  type IAMClient,
  ListGroupsForUserCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import { identityLimits } from '../../core/base/limits.ts';
import type { PrincipalName } from '../../core/identity/account-identities.ts';
import type { IdentityResource } from '../../core/identity/identity-step.ts';
import { attached, member } from '../../core/identity/identity-values.ts';
import type { IdentityWrite, IdentityWriter, ResourceReader, WriteChecks } from '../identity-ports.ts';
import { requireStillAsSeen } from './as-seen.ts';
import { nextMarker, unlessAbsent } from './iam-pages.ts';
import { readDefaultText } from './managed-policy-reader.ts';
import { type PolicyClients, readBearers, writeManagedPolicy } from './managed-policy-writer.ts';
import { readAll } from './pages.ts';
import { decodeDocument } from './policy-document.ts';
import { principalPolicies, principalWords } from './principal-policies.ts';
import { refusing } from './refusal.ts';

type ResourceOf<Type> = Extract<IdentityResource, { readonly type: Type }>;

/** Reads and writes one type of resource. */
interface ResourcePort<Of> {
  read(client: IAMClient, resource: Of): Promise<string | null>;
  write(clients: PolicyClients, resource: Of, write: IdentityWrite, checks: WriteChecks): Promise<void>;
}

/** One port for each type of resource: a new type without one does not compile. */
const ports: { readonly [Type in IdentityResource['type']]: ResourcePort<ResourceOf<Type>> } = {
  'managed-policy': {
    read: (client, { arn }) => readDefaultText(client, arn),
    write: (clients, { arn }, write, checks) => writeManagedPolicy(clients, arn, write, checks),
  },
  'inline-policy': { read: readInline, write: writeInline },
  'policy-attachment': { read: readAttachment, write: writeAttachment },
  membership: { read: readMembership, write: writeMembership },
};

/** Reads single resources. */
export function createResourceReader(client: IAMClient): ResourceReader {
  return {
    read: (resource) => portOf(resource).read(client, resource),
    readBearers: (policyArn) => readBearers(client, policyArn),
    isThere: async (principal) => (await unlessAbsent(() => readAttachedArns(client, principal))) !== null,
  };
}

/** Reads and writes single resources. `reading` retries; `writing` must not: after a failed write nobody knows whether it was done, so a new attempt starts by reading. */
export function createIdentityWriter(clients: PolicyClients): IdentityWriter {
  return {
    ...createResourceReader(clients.reading),
    write: async (write, checks) => {
      await checks.mayWrite();
      await portOf(write.resource).write(clients, write.resource, write, checks);
    },
  };
}

function portOf(resource: IdentityResource): ResourcePort<IdentityResource> {
  return ports[resource.type] as ResourcePort<IdentityResource>;
}

async function readInline(
  client: IAMClient,
  { name, principal }: ResourceOf<'inline-policy'>,
): Promise<string | null> {
  const operation = `Get${principalWords[principal.type]}Policy`;
  const answer = await unlessAbsent(() =>
    refusing(operation, () => principalPolicies[principal.type].getInline(client, principal.name, name)),
  );
  return answer && decodeDocument(operation, answer.PolicyDocument);
}

async function writeInline(
  { clock, reading, writing }: PolicyClients,
  resource: ResourceOf<'inline-policy'>,
  { after, before }: IdentityWrite,
): Promise<void> {
  const { name, principal } = resource;
  const policies = principalPolicies[principal.type];
  const operation = `iam:${after === null ? 'Delete' : 'Put'}${principalWords[principal.type]}Policy`;
  await requireStillAsSeen(clock, operation, before, () => readInline(reading, resource));
  if (after === null) await taken(operation, () => policies.deleteInline(writing, principal.name, name));
  else await refusing(operation, () => policies.putInline(writing, principal.name, name, after));
}

async function readAttachment(
  client: IAMClient,
  { policyArn, principal }: ResourceOf<'policy-attachment'>,
): Promise<string | null> {
  const arns = await unlessAbsent(() => readAttachedArns(client, principal));
  return arns?.includes(policyArn) ? attached : null;
}

async function readAttachedArns(
  client: IAMClient,
  { name, type }: PrincipalName,
): Promise<readonly (string | undefined)[]> {
  const operation = `ListAttached${principalWords[type]}Policies`;
  const policies = await readAll(operation, async (marker) => {
    const at = { MaxItems: identityLimits.pageItems, Marker: marker };
    const page = await principalPolicies[type].listAttached(client, name, at);
    return { items: page.AttachedPolicies, nextToken: nextMarker(operation, page) };
  });
  return policies.map(({ PolicyArn }) => PolicyArn);
}

async function writeAttachment(
  { clock, reading, writing }: PolicyClients,
  resource: ResourceOf<'policy-attachment'>,
  { after, before }: IdentityWrite,
): Promise<void> {
  const { policyArn, principal } = resource;
  const policies = principalPolicies[principal.type];
  const operation = `iam:${after === null ? 'Detach' : 'Attach'}${principalWords[principal.type]}Policy`;
  await requireStillAsSeen(clock, operation, before, () => readAttachment(reading, resource));
  if (after === null) await taken(operation, () => policies.detach(writing, principal.name, policyArn));
  else await refusing(operation, () => policies.attach(writing, principal.name, policyArn));
}

async function readMembership(
  client: IAMClient,
  { group, user }: ResourceOf<'membership'>,
): Promise<string | null> {
  const operation = 'ListGroupsForUser';
  const groups = await unlessAbsent(() =>
    readAll(operation, async (marker) => {
      const input = { UserName: user, MaxItems: identityLimits.pageItems, Marker: marker };
      const page = await client.send(new ListGroupsForUserCommand(input));
      return { items: page.Groups, nextToken: nextMarker(operation, page) };
    }),
  );
  return groups?.some(({ GroupName }) => GroupName === group) ? member : null;
}

async function writeMembership(
  { clock, reading, writing }: PolicyClients,
  resource: ResourceOf<'membership'>,
  { after, before }: IdentityWrite,
): Promise<void> {
  const input = { GroupName: resource.group, UserName: resource.user };
  const operation = after === null ? 'iam:RemoveUserFromGroup' : 'iam:AddUserToGroup';
  await requireStillAsSeen(clock, operation, before, () => readMembership(reading, resource));
  if (after === null) await taken(operation, () => writing.send(new RemoveUserFromGroupCommand(input)));
  else await refusing(operation, () => writing.send(new AddUserToGroupCommand(input)));
}

/** Takes something away; what is gone already is as it should be. */
async function taken(operation: string, call: () => Promise<unknown>): Promise<void> {
  await unlessAbsent(() => refusing(operation, call));
}
