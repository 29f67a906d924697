import { randomUUID } from 'node:crypto';
import { QueryError, type QueryValue } from '../query-protocol.ts';
import { idOf } from './ids.ts';
import { policyOf, versionOf } from './lookup.ts';
import type { IamContext, IamOperations } from './operation.ts';
import { checkManaged, limitExceeded } from './policy-text.ts';
import { tagsPerPolicy, versionsPerPolicy } from './quotas.ts';
import { policyShape, versionShape } from './shapes.ts';
import { attachedTo, boundedBy, type IamState, type ManagedPolicy } from './state.ts';
import { needed, validate, violated } from './validation.ts';

const conflict = (message: string): QueryError => new QueryError('DeleteConflict', message, 409);

/** The policy that the request names, as its account may change it: nobody changes AWS's own. */
const writable = (
  state: IamState,
  { caller }: IamContext,
  name: string,
  input: URLSearchParams,
): ManagedPolicy => {
  const policy = policyOf(state, input);
  if (policy.awsManaged) {
    throw new QueryError(
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: iam:${name} on resource: policy ${policy.arn}`,
      403,
    );
  }
  return policy;
};

const tagsIn = (input: URLSearchParams): readonly (readonly [string, string])[] => {
  const tags: (readonly [string, string])[] = [];
  for (let index = 1; input.has(`Tags.member.${index}.Key`); index += 1)
    tags.push([input.get(`Tags.member.${index}.Key`) ?? '', input.get(`Tags.member.${index}.Value`) ?? '']);
  return tags;
};

const checkTags = (count: number): void => {
  if (count > tagsPerPolicy) throw limitExceeded(`Cannot exceed quota for TagsPerPolicy: ${tagsPerPolicy}`);
};

const createPolicy = (state: IamState, now: number, input: URLSearchParams): QueryValue => {
  const name = needed(input, 'PolicyName');
  const path = input.get('Path') ?? '/';
  const text = needed(input, 'PolicyDocument');
  validate([
    !/^[\w+=,.@-]{1,128}$/.test(name) &&
      violated('policyName', 'satisfy regular expression pattern: [\\w+=,.@-]+'),
    !/^(\/|\/[\x21-\x7e]+\/)$/.test(path) &&
      violated('path', 'satisfy regular expression pattern: ((/[A-Za-z0-9\\.,\\+@=_-]+)*)/'),
  ]);
  checkManaged(text);
  const own = [...state.policies.values()].filter(({ awsManaged }) => !awsManaged);
  if (own.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw new QueryError(
      'EntityAlreadyExists',
      `A policy called ${name} already exists. Duplicate names are not allowed.`,
      409,
    );
  }
  const tags = tagsIn(input);
  checkTags(tags.length);
  const arn = `arn:aws:iam::${state.accountId}:policy${path}${name}`;
  const policy: ManagedPolicy = {
    arn,
    // Never given twice, even if a policy of the same name comes back.
    id: idOf('ANPA', randomUUID()),
    name,
    path,
    description: input.get('Description') ?? '',
    awsManaged: false,
    created: now,
    updated: now,
    versions: [{ number: 1, text, created: now }],
    defaultVersion: 1,
    nextVersion: 2,
    tags: new Map(tags),
  };
  state.policies.set(arn, policy);
  return { Policy: policyShape(state, policy) };
};

const deletePolicy = (state: IamState, policy: ManagedPolicy): void => {
  if (attachedTo(state, policy.arn).length > 0 || boundedBy(state, policy.arn).length > 0)
    throw conflict('Cannot delete a policy attached to entities.');
  if (policy.versions.length > 1) {
    throw conflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
  }
  state.policies.delete(policy.arn);
};

const createVersion = (policy: ManagedPolicy, now: number, input: URLSearchParams): QueryValue => {
  const text = needed(input, 'PolicyDocument');
  checkManaged(text);
  if (policy.versions.length >= versionsPerPolicy) {
    throw limitExceeded(
      `A managed policy can have up to ${versionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`,
    );
  }
  const version = { number: policy.nextVersion, text, created: now };
  policy.versions = [...policy.versions, version];
  policy.nextVersion += 1;
  policy.updated = now;
  if (input.get('SetAsDefault') === 'true') policy.defaultVersion = version.number;
  return { PolicyVersion: versionShape(policy, version, false) };
};

const deleteVersion = (policy: ManagedPolicy, input: URLSearchParams): void => {
  const version = versionOf(policy, input);
  if (version.number === policy.defaultVersion)
    throw conflict('Cannot delete the default version of a policy.');
  policy.versions = policy.versions.filter((other) => other !== version);
};

/** Writes of managed policies and their versions, after the IAM API reference. */
export const policyWrites: IamOperations = {
  CreatePolicy: ({ account, now }, input) => account.write((state) => createPolicy(state, now, input)),
  DeletePolicy: (context, input) =>
    context.account.write((state) => {
      deletePolicy(state, writable(state, context, 'DeletePolicy', input));
      return {};
    }),
  CreatePolicyVersion: (context, input) =>
    context.account.write((state) =>
      createVersion(writable(state, context, 'CreatePolicyVersion', input), context.now, input),
    ),
  SetDefaultPolicyVersion: (context, input) =>
    context.account.write((state) => {
      const policy = writable(state, context, 'SetDefaultPolicyVersion', input);
      policy.defaultVersion = versionOf(policy, input).number;
      policy.updated = context.now;
      return {};
    }),
  DeletePolicyVersion: (context, input) =>
    context.account.write((state) => {
      deleteVersion(writable(state, context, 'DeletePolicyVersion', input), input);
      return {};
    }),
  TagPolicy: (context, input) =>
    context.account.write((state) => {
      const policy = writable(state, context, 'TagPolicy', input);
      const tags = tagsIn(input);
      checkTags(new Set([...policy.tags.keys(), ...tags.map(([key]) => key)]).size);
      for (const [key, value] of tags) policy.tags.set(key, value);
      return {};
    }),
};
