import { randomUUID } from 'node:crypto';
import type { Caller } from '../callers.ts';
import type { FaultBox } from '../faults.ts';
import type { ReportPace } from '../report-jobs.ts';
import type { World } from '../world.ts';
import type { IamAccount } from './accounts.ts';
import type { Subject } from './identity-arn.ts';
import { holdersOf } from './policy-sets.ts';
import { freeze, type ServiceRow, serviceRows } from './service-rows.ts';
import type { IamState } from './state.ts';

/** One report job of an identity; policies and members are frozen when it is made. */
export interface IdentityJob {
  readonly id: string;
  readonly owner: string;
  readonly granularity: string;
  readonly created: number;
  readonly ends: number;
  readonly stuck: boolean;
  /** Ids of the users and roles that held the permission then. */
  readonly holders: readonly string[];
  readonly outcome:
    | { readonly rows: readonly ServiceRow[] }
    | { readonly code: string; readonly message: string };
}

/** What a job is made for. */
export interface IdentityRequest {
  readonly caller: Caller;
  readonly account: IamAccount;
  readonly state: IamState;
  readonly subject: Subject;
  readonly arn: string;
  readonly granularity: string;
}

/** The report jobs of all identities; any number runs at once and none is used again (observed). */
export interface IdentityJobs {
  generate(request: IdentityRequest): Promise<IdentityJob>;
  /** The caller's own job, or null: nobody sees the jobs of others, nor another session of his role (observed). */
  find(caller: Caller, id: string): IdentityJob | null;
}

// No failed identity job was observed: the text is the sandbox's own.
const failed = (code: string): IdentityJob['outcome'] => ({
  code,
  message: 'The report could not be generated.',
});

/** The jobs of one sandbox. `report.failures` of the scenario and the faults of jobs name a subject by its ARN. */
export const createIdentityJobs = (world: World, faults: FaultBox, pace: ReportPace): IdentityJobs => {
  const jobs = new Map<string, IdentityJob>();

  const outcomeOf = async (
    { account, state, subject, arn, granularity }: IdentityRequest,
    now: number,
  ): Promise<IdentityJob['outcome']> => {
    const planned = world.scenario.report?.failures?.[arn];
    if (planned !== undefined) return failed(planned);
    const onDemand = faults.takeForJob('failed-job', arn);
    if (onDemand !== null) return failed(onDemand.code ?? 'INTERNAL_ERROR');
    const short = faults.takeForJob('short-report', arn) !== null;
    // Before anything is waited for: a write in the meantime must not show.
    const frozen = freeze(account, state, subject, now);
    const rows = await serviceRows(world.services, frozen, account.tracked, granularity === 'ACTION_LEVEL');
    return { rows: short ? rows.filter((_row, index) => index % 3 !== 2 && index < rows.length - 1) : rows };
  };

  const seconds = (outcome: IdentityJob['outcome']): number => {
    const [least, most] = pace.jobSeconds;
    const share = 'code' in outcome ? 0 : outcome.rows.length / Math.max(1, world.services.size);
    return least + (most - least) * share;
  };

  return {
    generate: async (request) => {
      const now = world.now();
      const holders = holdersOf(request.state, request.subject).map(({ id }) => id);
      const outcome = await outcomeOf(request, now);
      const job: IdentityJob = {
        id: randomUUID(),
        owner: request.caller.owner,
        granularity: request.granularity,
        created: now,
        ends: now + seconds(outcome) * 1000,
        stuck: faults.takeForJob('stuck-job', request.arn) !== null,
        holders,
        outcome,
      };
      jobs.set(job.id, job);
      return job;
    },
    find: (caller, id) => {
      const job = jobs.get(id);
      return job !== undefined && job.owner === caller.owner ? job : null;
    },
  };
};
