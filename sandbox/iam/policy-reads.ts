import type { QueryValue } from '../query-protocol.ts';
import { policyOf, versionOf } from './lookup.ts';
import type { IamOperations } from './operation.ts';
import { policyShape, tagsShape, versionShape } from './shapes.ts';
import { attachedTo, boundedBy, type IamPrincipal, type IamState, type ManagedPolicy } from './state.ts';
import { listed, pageOf, validate, violated } from './validation.ts';

/** The entities that bear a policy, as the filter of ListEntitiesForPolicy wants them. */
const entitiesOf = (
  state: IamState,
  policy: ManagedPolicy,
  input: URLSearchParams,
): readonly IamPrincipal[] => {
  const usage = input.get('PolicyUsageFilter');
  const filter = input.get('EntityFilter');
  const prefix = input.get('PathPrefix') ?? '/';
  return [
    ...(usage === 'PermissionsBoundary' ? [] : attachedTo(state, policy.arn)),
    ...(usage === 'PermissionsPolicy' ? [] : boundedBy(state, policy.arn)),
  ].filter(({ type, path }) => (filter === null || filter.toLowerCase() === type) && path.startsWith(prefix));
};

const policiesAsked = (state: IamState, input: URLSearchParams): readonly ManagedPolicy[] => {
  const scope = input.get('Scope') ?? 'All';
  const prefix = input.get('PathPrefix') ?? '/';
  const usage = input.get('PolicyUsageFilter');
  validate([
    !['All', 'AWS', 'Local'].includes(scope) &&
      violated('scope', 'satisfy enum value set: [All, AWS, Local]'),
  ]);
  return [...state.policies.values()]
    .filter(({ awsManaged }) => scope === 'All' || awsManaged === (scope === 'AWS'))
    .filter(({ path }) => path.startsWith(prefix))
    .filter(({ arn }) => input.get('OnlyAttached') !== 'true' || attachedTo(state, arn).length > 0)
    .filter(({ arn }) => usage !== 'PermissionsBoundary' || boundedBy(state, arn).length > 0);
};

const rowOf = ({ type, name, id }: IamPrincipal): QueryValue => {
  const kind = type.charAt(0).toUpperCase() + type.slice(1);
  return { [`${kind}Name`]: name, [`${kind}Id`]: id };
};

/** Reads of managed policies and their versions, after the IAM API reference. */
export const policyReads: IamOperations = {
  ListPolicies: ({ state }, input) =>
    listed('Policies', pageOf(input, policiesAsked(state, input), 'policies'), (policy) =>
      policyShape(state, policy),
    ),
  GetPolicy: ({ state }, input) => {
    const policy = policyOf(state, input);
    return {
      Policy: {
        ...policyShape(state, policy),
        Description: policy.description === '' ? undefined : policy.description,
        Tags: tagsShape(policy.tags),
      },
    };
  },
  GetPolicyVersion: ({ state }, input) => {
    const policy = policyOf(state, input);
    return { PolicyVersion: versionShape(policy, versionOf(policy, input), true) };
  },
  ListPolicyVersions: ({ state }, input) => {
    const policy = policyOf(state, input);
    const page = pageOf(input, [...policy.versions].reverse(), `${policy.id} versions`);
    return listed('Versions', page, (version) => versionShape(policy, version, false));
  },
  ListPolicyTags: ({ state }, input) => ({
    Tags: tagsShape(policyOf(state, input).tags),
    IsTruncated: false,
  }),
  ListEntitiesForPolicy: ({ state }, input) => {
    const policy = policyOf(state, input);
    const page = pageOf(input, entitiesOf(state, policy, input), `${policy.id} entities`);
    const rows = (type: IamPrincipal['type']): QueryValue =>
      page.items.filter((entity) => entity.type === type).map(rowOf);
    return {
      PolicyGroups: rows('group'),
      PolicyUsers: rows('user'),
      PolicyRoles: rows('role'),
      ...page.rest,
    };
  },
};
