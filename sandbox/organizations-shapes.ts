import type { JsonBody } from './json-protocol.ts';
import { entityPath } from './tree.ts';
import type { World, WorldAccount, WorldEntity, WorldPlace, WorldPolicy } from './world.ts';

/** What an older AWS, or another emulator, leaves out of its answers. */
export interface ShapeOptions {
  /** No `Account.Paths` and no `OrganizationalUnit.Path`. */
  readonly omitPaths: boolean;
  /** No `Account.State`, only `Status`. */
  readonly omitState: boolean;
}

/** AWS writes times of JSON services as seconds since 1970. */
export const seconds = (milliseconds: number): number => milliseconds / 1000;

/** The ARN of a root, OU or account. */
export const entityArn = (world: World, entity: WorldEntity): string => {
  const kind = entity.type === 'ROOT' ? 'root' : entity.type === 'ACCOUNT' ? 'account' : 'ou';
  return `arn:aws:organizations::${world.managementAccountId}:${kind}/${world.organizationId}/${entity.id}`;
};

/** The ARN of an SCP; policies of AWS belong to `aws`. */
const policyArn = (world: World, policy: WorldPolicy): string =>
  policy.awsManaged
    ? `arn:aws:organizations::aws:policy/service_control_policy/${policy.id}`
    : `arn:aws:organizations::${world.managementAccountId}:policy/${world.organizationId}/service_control_policy/${policy.id}`;

// `Status` knows fewer states than `State`; a closed account reads as suspended there.
const statusOf: Readonly<Record<WorldAccount['state'], string | undefined>> = {
  PENDING_ACTIVATION: undefined,
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  PENDING_CLOSURE: 'PENDING_CLOSURE',
  CLOSED: 'SUSPENDED',
};

/** An `Account` of the Organizations API. */
export const accountShape = (world: World, account: WorldAccount, options: ShapeOptions): JsonBody => {
  const isManagement = account.id === world.managementAccountId;
  return {
    Id: account.id,
    Arn: entityArn(world, account),
    Email: account.email,
    Name: account.name,
    Status: statusOf[account.state],
    State: options.omitState ? undefined : account.state,
    Paths: options.omitPaths ? undefined : [`${entityPath(world, account.id)}/`],
    JoinedMethod: isManagement || account.invited ? 'INVITED' : 'CREATED',
    JoinedTimestamp: seconds(account.joined),
  };
};

/** An `OrganizationalUnit` of the Organizations API. */
export const unitShape = (world: World, unit: WorldPlace, options: ShapeOptions): JsonBody => ({
  Id: unit.id,
  Arn: entityArn(world, unit),
  Name: unit.name,
  Path: options.omitPaths ? undefined : `${entityPath(world, unit.id)}/`,
});

/** A `PolicySummary` of the Organizations API. */
export const policyShape = (world: World, policy: WorldPolicy): JsonBody => ({
  Id: policy.id,
  Arn: policyArn(world, policy),
  Name: policy.name,
  Description: policy.description,
  Type: 'SERVICE_CONTROL_POLICY',
  AwsManaged: policy.awsManaged,
});

/** A `Root` of the Organizations API with the policy types enabled on it. */
export const rootShape = (world: World, root: WorldPlace): JsonBody => ({
  Id: root.id,
  Arn: entityArn(world, root),
  Name: root.name,
  PolicyTypes: [...world.policyTypes].map((type) => ({ Type: type, Status: 'ENABLED' })),
});
