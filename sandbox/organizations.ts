import { type Callers, isDenied } from './callers.ts';
import { type JsonBody, JsonError, jsonInput, jsonService } from './json-protocol.ts';
import { accessDenied, notInUse } from './organizations-errors.ts';
import { organizationsReads } from './organizations-reads.ts';
import type { ShapeOptions } from './organizations-shapes.ts';
import { organizationsTags } from './organizations-tags.ts';
import { organizationsWrites } from './organizations-writes.ts';
import type { SandboxService, WireRequest } from './service.ts';
import type { World } from './world.ts';

const targetPrefix = 'AWSOrganizationsV20161128.';

// Wherever AWS lets every member account ask; all else needs the management account or a delegated administrator's reads.
const openToMembers: ReadonlySet<string> = new Set(['DescribeOrganization']);

/** AWS Organizations (JSON 1.1, version 2016-11-28) over the sandbox's world. */
export const createOrganizations = (
  world: World,
  callers: Callers,
  options: ShapeOptions,
): SandboxService => {
  const emptyPages = world.scenario.emptyPages ?? false;
  const reads = organizationsReads(world, { ...options, emptyPages });
  const operations = { ...reads, ...organizationsTags(world, emptyPages), ...organizationsWrites(world) };
  const delegated = world.scenario.delegatedAdministrators ?? {};

  const mayCall = (accountId: string, name: string): boolean =>
    accountId === world.managementAccountId ||
    openToMembers.has(name) ||
    (accountId in delegated && (name in reads || name === 'ListTagsForResource'));

  const answer = (request: WireRequest, name: string): JsonBody | null => {
    const operation = operations[name];
    if (operation === undefined)
      throw new JsonError('UnknownOperationException', `The sandbox does not know the operation ${name}.`);
    if (request.accessKeyId === null)
      throw new JsonError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    const caller = callers.callerOf(request.accessKeyId);
    if (isDenied(caller, `organizations:${name}`)) throw accessDenied();
    if (world.scenario.organization.inUse === false || !world.accounts.has(caller.accountId))
      throw notInUse();
    if (!mayCall(caller.accountId, name)) throw accessDenied();
    return operation(jsonInput(request));
  };

  return jsonService({ service: 'organizations', prefix: targetPrefix, answer });
};
