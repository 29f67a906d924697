import { randomUUID } from 'node:crypto';
import { type Caller, isDenied } from './callers.ts';
import type { FaultBox } from './faults.ts';
import { QueryError } from './query-protocol.ts';
import { type ReportRow, reportRows } from './report-rows.ts';
import { entityPath } from './tree.ts';
import type { World, WorldEntity } from './world.ts';

/** Durations of the sandbox's report jobs, in seconds. */
export interface ReportPace {
  /** Of the report with the fewest and of the one with the most services. */
  readonly jobSeconds: readonly [number, number];
  /** How long the same request gets the same job. */
  readonly reuseSeconds: number;
}

/** One access-report job; what it answers is fixed when it is made. */
export interface ReportJob {
  readonly id: string;
  readonly owner: string;
  readonly path: string;
  readonly policyId: string | null;
  readonly created: number;
  /** When its slot is free again. */
  readonly ends: number;
  /** True: it never leaves IN_PROGRESS, though its slot is freed at `ends`. */
  readonly stuck: boolean;
  readonly outcome:
    | { readonly rows: readonly ReportRow[]; readonly counted: readonly ReportRow[] }
    | { readonly code: string; readonly message: string };
}

/** The report jobs of one organization. */
export interface ReportJobs {
  generate(caller: Caller, path: string, policyId: string | null): ReportJob;
  /** The caller's own job, or null: nobody sees the jobs of others. */
  find(caller: Caller, id: string): ReportJob | null;
}

// Texts and codes as observed; the text of an unlisted code is the sandbox's own.
const failureMessages: Readonly<Record<string, string>> = {
  ORGANIZATIONS_REPORT_ACCESS_DENIED:
    'Requester is not authorized to perform the required AWS Organizations Describe* and List* actions.',
  INVALID_ORGANIZATIONS_ENTITY_PATH:
    'The entity with the specified path does not exist in your organization.',
  INVALID_ORGANIZATIONS_POLICY: 'The policy with the specified ID does not exist in your organization.',
};

/** Reads that the caller of a report needs beside the two IAM actions (observed). */
const readsNeeded = (world: World, path: string, policyId: string | null): readonly string[] => {
  const isRoot = path.split('/').length === 2;
  const isManagement = path.endsWith(`/${world.managementAccountId}`);
  return [
    'DescribePolicy',
    'ListRoots',
    'ListPoliciesForTarget',
    ...(isRoot && policyId === null ? [] : ['ListParents']),
    ...(policyId === null ? ['ListChildren'] : []),
    ...(policyId !== null && !isManagement ? ['ListTargetsForPolicy'] : []),
  ];
};

const entityAt = (world: World, path: string): WorldEntity | null => {
  const id = path.slice(path.lastIndexOf('/') + 1);
  const entity = world.entities.get(id);
  return entity !== undefined && entityPath(world, id) === path ? entity : null;
};

const failed = (code: string): ReportJob['outcome'] => ({
  code,
  message: failureMessages[code] ?? 'The report could not be generated.',
});

const outcomeOf = (
  world: World,
  faults: FaultBox,
  caller: Caller,
  path: string,
  policyId: string | null,
): ReportJob['outcome'] => {
  if (readsNeeded(world, path, policyId).some((name) => isDenied(caller, `organizations:${name}`))) {
    return failed('ORGANIZATIONS_REPORT_ACCESS_DENIED');
  }
  const entity = entityAt(world, path);
  if (entity === null) return failed('INVALID_ORGANIZATIONS_ENTITY_PATH');
  const policy = policyId === null ? null : world.policies.get(policyId);
  // Not observed: what AWS answers where SCPs are not enabled on the root.
  if (policy === undefined || !world.policyTypes.has('SERVICE_CONTROL_POLICY'))
    return failed('INVALID_ORGANIZATIONS_POLICY');
  const planned = world.scenario.report?.failures?.[entity.id];
  if (planned !== undefined) return failed(planned);
  const onDemand = faults.takeForJob('failed-job', entity.id);
  if (onDemand !== null) return failed(onDemand.code ?? 'ORGANIZATIONS_REPORT_ACCESS_DENIED');
  const counted = reportRows(world, entity, policy);
  const short = faults.takeForJob('short-report', entity.id) !== null;
  return {
    counted,
    rows: short ? counted.filter((_row, index) => index % 3 !== 2 && index < counted.length - 1) : counted,
  };
};

/** Access-report jobs as IAM runs them: one at a time, visible to their maker alone, reused for a while. */
export const createReportJobs = (world: World, faults: FaultBox, pace: ReportPace): ReportJobs => {
  const jobs = new Map<string, ReportJob>();
  let running: ReportJob | null = null;
  const latest = new Map<string, ReportJob>();

  const seconds = (outcome: ReportJob['outcome']): number => {
    const [least, most] = pace.jobSeconds;
    const share = 'code' in outcome ? 0 : outcome.counted.length / Math.max(1, world.services.size);
    return least + (most - least) * share;
  };

  return {
    generate: (caller, path, policyId) => {
      const now = world.now();
      const reuser = world.scenario.report?.reuseBy === 'role' ? caller.arn : caller.owner;
      const request = JSON.stringify([reuser, path, policyId]);
      const known = latest.get(request);
      if (known !== undefined && now - known.created < pace.reuseSeconds * 1000) return known;
      if (running !== null && now < running.ends) {
        throw new QueryError(
          'ReportGenerationLimitExceeded',
          'Maximum number of concurrent jobs exceeded',
          409,
        );
      }
      const outcome = outcomeOf(world, faults, caller, path, policyId);
      const entityId = path.slice(path.lastIndexOf('/') + 1);
      const job: ReportJob = {
        id: randomUUID(),
        owner: caller.owner,
        path,
        policyId,
        created: now,
        ends: now + seconds(outcome) * 1000,
        stuck: faults.takeForJob('stuck-job', entityId) !== null,
        outcome,
      };
      jobs.set(job.id, job);
      latest.set(request, job);
      running = job;
      return job;
    },
    find: (caller, id) => {
      const job = jobs.get(id);
      return job !== undefined && job.owner === caller.owner ? job : null;
    },
  };
};
