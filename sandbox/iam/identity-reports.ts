import { QueryError, type QueryValue } from '../query-protocol.ts';
import type { World } from '../world.ts';
import { subjectOf } from './identity-arn.ts';
import type { IdentityJob, IdentityJobs } from './identity-jobs.ts';
import { noSuchEntity } from './lookup.ts';
import type { IamContext, IamOperations } from './operation.ts';
import { policiesOf } from './policy-sets.ts';
import { type Attempt, grantsService, type ServiceRow } from './service-rows.ts';
import { arnOf, type IamRole, type IamState, type IamUser } from './state.ts';
import { maxItemsFaults, needed, pageOf, validate, violated } from './validation.ts';

const levels = ['SERVICE_LEVEL', 'ACTION_LEVEL'];
// Observed: the first page without MaxItems holds 200 rows, though 100 are documented.
const usualRows = 200;

/** The ARN of who made an attempt; of a deleted one as its account would write it. */
const attemptArn = (state: IamState, { by }: Attempt): string => {
  const known = by.type === 'user' ? state.users.get(by.name) : state.roles.get(by.name);
  return known === undefined
    ? `arn:aws:iam::${state.accountId}:${by.type}/${by.name}`
    : arnOf(state.accountId, known);
};

const rowShape = (state: IamState, { namespace, name, attempts, actions }: ServiceRow): QueryValue => {
  const last = attempts[0];
  return {
    ServiceName: name,
    LastAuthenticated: last === undefined ? undefined : new Date(last.at),
    ServiceNamespace: namespace,
    LastAuthenticatedEntity: last === undefined ? undefined : attemptArn(state, last),
    LastAuthenticatedRegion: last?.region,
    TotalAuthenticatedEntities: attempts.length,
    TrackedActionsLastAccessed: actions?.map((action) => ({
      ActionName: action.name,
      LastAccessedEntity: action.last === null ? undefined : attemptArn(state, action.last),
      LastAccessedTime: action.last === null ? undefined : new Date(action.last.at),
      LastAccessedRegion: action.last?.region,
    })),
  };
};

const jobInput = (input: URLSearchParams): string => {
  const id = needed(input, 'JobId');
  validate([
    id.length < 36 && violated('jobId', 'have length greater than or equal to 36'),
    id.length > 36 && violated('jobId', 'have length less than or equal to 36'),
    ...maxItemsFaults(Number(input.get('MaxItems') ?? usualRows)),
  ]);
  return id;
};

const statusOf = (world: World, job: IdentityJob): { readonly [name: string]: QueryValue } => {
  const created = { JobCreationDate: new Date(job.created) };
  if (job.stuck || world.now() < job.ends)
    return { JobStatus: 'IN_PROGRESS', ...created, IsTruncated: false };
  const finished = { ...created, JobCompletionDate: new Date(job.ends) };
  if ('code' in job.outcome) {
    const { code, message } = job.outcome;
    return { JobStatus: 'FAILED', ...finished, IsTruncated: false, Error: { Message: message, Code: code } };
  }
  return { JobStatus: 'COMPLETED', ...finished };
};

/** Users before roles and by name, as observed of those without use. */
const byTypeAndName = (left: IamUser | IamRole, right: IamUser | IamRole): number =>
  left.type === right.type ? (left.name < right.name ? -1 : 1) : left.type === 'user' ? -1 : 1;

const entityRows = (
  state: IamState,
  job: IdentityJob,
  row: ServiceRow | undefined,
): readonly QueryValue[] => {
  if (row === undefined) return [];
  const held = new Set(job.holders);
  const at = (entity: IamUser | IamRole): number =>
    row.attempts.find(({ by }) => by.type === entity.type && by.name === entity.name)?.at ?? 0;
  return [...state.users.values(), ...state.roles.values()]
    .filter(({ id }) => held.has(id))
    .sort((left, right) => at(right) - at(left) || byTypeAndName(left, right))
    .map((entity) => ({
      EntityInfo: {
        Arn: arnOf(state.accountId, entity),
        Name: entity.name,
        Type: entity.type.toUpperCase(),
        Id: entity.id,
        Path: entity.path,
      },
      LastAuthenticated: at(entity) === 0 ? undefined : new Date(at(entity)),
    }));
};

const namespacesOf = (services: ReadonlyMap<string, string>, input: URLSearchParams): readonly string[] => {
  const given = [...input]
    .filter(([name]) => /^ServiceNamespaces\.member\.\d+$/.test(name))
    .map(([, value]) => value);
  const rule =
    'satisfy constraint: [Member must have length less than or equal to 64, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\w-]*, Member must not be null]';
  validate([
    given.length < 1 && violated('serviceNamespaces', 'have length greater than or equal to 1'),
    given.length > 200 && violated('serviceNamespaces', 'have length less than or equal to 200'),
    !given.every((namespace) => /^[\w-]{1,64}$/.test(namespace)) && violated('serviceNamespaces', rule),
  ]);
  const unknown = given.filter((namespace) => !services.has(namespace));
  if (unknown.length > 0)
    throw new QueryError('InvalidInput', `Invalid service namespace: [${unknown.join(', ')}]`);
  return [...new Set(given)];
};

/** The four last-accessed operations on one account's identities, as observed of AWS. */
export const identityReportOperations = (world: World, jobs: IdentityJobs): IamOperations => {
  const jobOf = ({ caller }: IamContext, id: string): IdentityJob => {
    const job = jobs.find(caller, id);
    if (job === null) throw noSuchEntity(`Job ${id} does not exist.`);
    return job;
  };
  return {
    GenerateServiceLastAccessedDetails: async ({ caller, account, state }, input) => {
      const arn = needed(input, 'Arn');
      const granularity = input.get('Granularity') ?? 'SERVICE_LEVEL';
      validate([
        !levels.includes(granularity) &&
          violated('granularity', `satisfy enum value set: [${levels.join(', ')}]`),
      ]);
      const subject = subjectOf(
        state,
        caller,
        arn,
        (given) => `Invalid Entity Arn: ${given} is not supported.`,
      );
      return { JobId: (await jobs.generate({ caller, account, state, subject, arn, granularity })).id };
    },
    GetServiceLastAccessedDetails: (context, input) => {
      const job = jobOf(context, jobInput(input));
      const status = statusOf(world, job);
      if (status.JobStatus !== 'COMPLETED' || 'code' in job.outcome) {
        return status.JobStatus === 'FAILED' ? { ...status, JobType: job.granularity } : status;
      }
      const page = pageOf(input, job.outcome.rows, job.id, usualRows);
      return {
        ...status,
        JobType: job.granularity,
        ServicesLastAccessed: page.items.map((row) => rowShape(context.state, row)),
        ...page.rest,
      };
    },
    GetServiceLastAccessedDetailsWithEntities: (context, input) => {
      const id = jobInput(input);
      const namespace = needed(input, 'ServiceNamespace');
      validate([
        namespace.length < 1 && violated('serviceNamespace', 'have length greater than or equal to 1'),
        namespace.length > 64 && violated('serviceNamespace', 'have length less than or equal to 64'),
        !/^[\w-]*$/.test(namespace) &&
          violated('serviceNamespace', 'satisfy regular expression pattern: [\\w-]*'),
      ]);
      const job = jobOf(context, id);
      if (!world.services.has(namespace))
        throw new QueryError(
          'InvalidInput',
          `Service namepace ${namespace} is either invalid or unsupported.`,
        );
      const status = statusOf(world, job);
      if (status.JobStatus !== 'COMPLETED' || 'code' in job.outcome) return status;
      const row = job.outcome.rows.find((item) => item.namespace === namespace);
      // Observed: a marker belongs to the job and the operation, not to the namespace.
      const page = pageOf(input, entityRows(context.state, job, row), `${job.id} entities`);
      return { ...status, EntityDetailsList: page.items, ...page.rest };
    },
    ListPoliciesGrantingServiceAccess: ({ caller, state }, input) => {
      const arn = needed(input, 'Arn');
      const namespaces = namespacesOf(world.services, input);
      const subject = subjectOf(
        state,
        caller,
        arn,
        (given) => `Could not extract entity from ARN : ${given}`,
      );
      const policies = policiesOf(state, subject);
      return {
        PoliciesGrantingServiceAccess: namespaces.map((namespace) => ({
          ServiceNamespace: namespace,
          Policies: policies
            .filter(({ text }) => grantsService(text, namespace))
            .map(({ name, arn: policyArn, owner }) =>
              policyArn !== null
                ? { PolicyName: name, PolicyType: 'MANAGED', PolicyArn: policyArn }
                : {
                    PolicyName: name,
                    PolicyType: 'INLINE',
                    EntityType: owner?.type.toUpperCase(),
                    EntityName: owner?.name,
                  },
            ),
        })),
        IsTruncated: false,
      };
    },
  };
};
