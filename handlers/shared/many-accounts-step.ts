import type { Logger } from 'pino';
import type { AccountRange } from '../../core/review/identities/account-ranges.ts';
import { BadEvent } from '../../flow/bad-event.ts';
import { reviewRange } from '../../flow/identities/accounts-of-range.ts';
import {
  type AskedOfMany,
  conclude,
  listAccounts,
  type ManyGiven,
  type ManyPorts,
} from '../../flow/identities/many-accounts.ts';
import { readIdentityEvent } from '../../flow/identities/review-account.ts';
import { requestIdIn } from '../../flow/run-requested.ts';
import { notRunStep, type StepAnswer } from './step.ts';

/** An invocation by the state machine of many accounts (deploy/many-accounts.asl.json): which part it is of which execution. */
export type ManyStep = { readonly execution: string } & (
  | { readonly part: 'list'; readonly event: unknown }
  | { readonly part: 'accounts'; readonly reviewId: string; readonly range: AccountRange }
  | { readonly part: 'conclude'; readonly reviewId: string; readonly event: unknown }
);

/** What that state machine is answered, beside what every one is: ids, counts and ranges, since a state holds 256 KB. */
export type ManyAnswer =
  | StepAnswer
  | {
      readonly status: 'listed';
      readonly reviewId: string;
      readonly ranges: readonly AccountRange[];
      readonly sideBySide: number;
    }
  | { readonly status: 'completed' | 'continuing' };

/** The part that an event of the function is, or null where it is none. */
export function manyStepIn(input: unknown): ManyStep | null {
  return typeof input === 'object' && input !== null && 'part' in input ? (input as ManyStep) : null;
}

/** Carries out one part. What cannot be carried out is told to whoever asked. */
export async function manyAccountsStep(
  step: ManyStep,
  ports: ManyPorts,
  given: Omit<ManyGiven, 'invocationId'> & {
    readonly endsAt: number;
    readonly inLambda: boolean;
    readonly log: Logger;
  },
): Promise<ManyAnswer> {
  const { configuration, inLambda, log } = given;
  const invocationId = step.execution;
  if (step.part === 'accounts') {
    const { range, reviewId } = step;
    const run = await reviewRange(ports, range, { ...given, invocationId, reviewId });
    log.info({ reviewId, range, ...run }, 'the accounts of one part were reviewed');
    return run.status === 'waiting' ? notRunStep(run) : run;
  }
  const requestId = requestIdIn(step.event);
  const asked = (): AskedOfMany => {
    if (requestId !== null) return { requestId };
    const event = readIdentityEvent(step.event, configuration, ports.clock.now());
    if (!event.organization || event.dryRun)
      throw new BadEvent(
        'organization: must be true, and dryRun left out: this state machine reviews many accounts',
      );
    return { event, startedBy: { type: inLambda ? 'unknown' : 'caller' } };
  };
  try {
    if (step.part === 'list') {
      const listed = await listAccounts(ports, asked(), { ...given, invocationId });
      log.info(
        { requestId, ...listed, ...('ranges' in listed && { ranges: listed.ranges.length }) },
        'the accounts to review were listed',
      );
      if (!('ranges' in listed)) return notRunStep(listed);
      const { ranges, reviewId, sideBySide } = listed;
      return { status: 'listed', reviewId, ranges, sideBySide };
    }
    const { reviewId } = step;
    const concluded = await conclude(ports, asked(), { ...given, invocationId, reviewId });
    if (!('summary' in concluded)) return notRunStep(concluded);
    const { outcome, summary } = concluded;
    log.info({ reviewId, ...summary.totals }, 'the review of many accounts ended');
    const failed = summary.accounts.filter(({ code }) => code === 'REVIEW_FAILED');
    for (const { accountId } of failed) log.error({ reviewId, accountId }, 'the review of an account failed');
    const { changeIds, changes = changeIds.length, openFindings, status } = outcome;
    return { status, reviewId, openFindings, changes };
  } catch (error) {
    if (!(error instanceof BadEvent) || requestId === null) throw error;
    log.warn({ requestId, reason: error.message }, 'a request cannot be carried out');
    return { status: 'refused' };
  }
}
