import type { Callers } from '../callers.ts';
import { type QueryDialect, QueryError, type QueryValue } from '../query-protocol.ts';
import { queryService } from '../query-service.ts';
import type { SandboxService } from '../service.ts';
import { createResolver, type Template } from './intrinsics.ts';
import { makeResources, type StackParts, type StackResource } from './resources.ts';

const dialect: QueryDialect = {
  xmlns: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  version: '2010-05-15',
};
// The sandbox's stacks lie in one Region.
const region = 'us-east-1';
// ListStackResources has no parameter for it; AWS answers about 100 a page.
const pageItems = 100;

interface Stack {
  readonly name: string;
  readonly id: string;
  readonly created: Date;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly StackResource[];
}

const validation = (message: string): QueryError => new QueryError('ValidationError', message);

const resourcesIn = (template: Template, place: Parameters<typeof createResolver>[1]) => {
  const { identityOf, resolve } = createResolver(template, place);
  const resources = Object.entries(template.Resources).map(
    ([logicalId, { Type: type, Properties: properties = {} }]): StackResource => ({
      ...identityOf(logicalId),
      logicalId,
      type,
      properties: resolve(properties) as Readonly<Record<string, unknown>>,
    }),
  );
  const outputs = Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, resolve(Value)]);
  return { resources, outputs: Object.fromEntries(outputs) as Readonly<Record<string, string>> };
};

const templateIn = (input: URLSearchParams): Template => {
  try {
    return JSON.parse(input.get('TemplateBody') ?? '') as Template;
  } catch {
    throw validation('Template format error: the sandbox reads JSON alone.');
  }
};

/** CloudFormation (Query, version 2010-05-15): CreateStack makes what the sandbox knows and ends at once, DescribeStacks and ListStackResources read. ValidateTemplate looks for resources alone. */
export const createCloudFormation = (
  callers: Callers,
  partsOf: (accountId: string) => StackParts,
): SandboxService => {
  const stacks = new Map<string, Stack>();
  const stackOf = (accountId: string, name: string): Stack => {
    const stack = stacks.get(`${accountId} ${name}`);
    if (stack === undefined) throw validation(`Stack with id ${name} does not exist`);
    return stack;
  };
  const shape = ({ created, id, name, outputs }: Stack): QueryValue => ({
    StackName: name,
    StackId: id,
    CreationTime: created,
    StackStatus: 'CREATE_COMPLETE',
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  });

  return queryService('cloudformation', dialect, callers, {
    CreateStack: async ({ accountId }, input) => {
      const name = input.get('StackName') ?? '';
      if (stacks.has(`${accountId} ${name}`))
        throw new QueryError('AlreadyExistsException', `Stack [${name}] already exists`);
      const parts = partsOf(accountId);
      const created = new Date(parts.now());
      const id = `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/sandbox`;
      const made = resourcesIn(templateIn(input), { accountId, region, stackName: name });
      await makeResources(parts, made.resources).catch((error: unknown) => {
        throw validation(`The sandbox cannot make the stack: ${String(error)}`);
      });
      stacks.set(`${accountId} ${name}`, { name, id, created, ...made });
      return { StackId: id };
    },
    ValidateTemplate: (_, input) => {
      if (!/^\s*"?Resources"?:/m.test(input.get('TemplateBody') ?? ''))
        throw validation('Template format error: At least one Resources member must be defined.');
      return { Parameters: [], Capabilities: [] };
    },
    DescribeStacks: ({ accountId }, input) => ({
      Stacks: [shape(stackOf(accountId, input.get('StackName') ?? ''))],
    }),
    ListStackResources: ({ accountId }, input) => {
      const { created, resources } = stackOf(accountId, input.get('StackName') ?? '');
      const start = Number(input.get('NextToken') ?? 0);
      const end = start + pageItems;
      return {
        StackResourceSummaries: resources.slice(start, end).map(({ logicalId, ref, type }) => ({
          LogicalResourceId: logicalId,
          PhysicalResourceId: ref,
          ResourceType: type,
          ResourceStatus: 'CREATE_COMPLETE',
          LastUpdatedTimestamp: created,
        })),
        NextToken: end < resources.length ? String(end) : undefined,
      };
    },
  });
};
