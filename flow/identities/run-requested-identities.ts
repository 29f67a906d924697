import type { Caller } from '../../adapters/ports.ts';
import type { StartedBy } from '../../core/change/life/starter.ts';
import type { IdentityEvent } from '../../core/review/identities/identity-event.ts';
import { isOfIdentities } from '../../core/review/requested-review.ts';
import { covers, leaseKey, reviewedWhat } from '../../core/review/running.ts';
import { BadEvent } from '../bad-event.ts';
import { noteProgress } from '../note-progress.ts';
import { oneAtATime, type Running } from '../one-at-a-time.ts';
import type { PublishPorts } from '../publish.ts';
import { outcomeOf } from '../review-alone.ts';
import { type Carried, type NotRun, runRequest } from '../run-requested.ts';
import type { OrganizationContext } from './account-context.ts';
import { type PublishedIdentities, reviewAndPublishAccount } from './publish-identities.ts';
import type { IdentityReviewPorts, NotEntered } from './review-account.ts';

type Ports = IdentityReviewPorts & PublishPorts & { readonly caller: Caller };
type Given = Omit<
  Parameters<typeof reviewAndPublishAccount>[3],
  'onProgress' | 'organization' | 'startedBy'
> & {
  /** Read once it is known that the review begins: of a large organization that is hundreds of calls. */
  readonly readOrganization: () => Promise<OrganizationContext | null>;
};

/**
 * Reviews and publishes while no other stored review of the same account runs; else answers which one does. Two would throttle
 * each other, and propose the same at the same time. For what was found stale at an instant (epoch ms), one that looks at the
 * same and began afterwards is enough, whether it runs or is done: that one is answered.
 */
export async function reviewAccountAlone(
  ports: Ports,
  accountId: string,
  event: IdentityEvent,
  given: Given & { readonly startedBy: StartedBy },
  { invocationId, staleAt }: { readonly invocationId: string; readonly staleAt: number | null },
): Promise<PublishedIdentities | NotEntered | Running | { readonly instead: string }> {
  const { configuration, reviewId } = given;
  const { asOf: _, dryRun: __, ...asked } = event;
  const what = reviewedWhat({ ...asked, kind: 'identities' }, configuration);
  const key = leaseKey('identities', accountId);
  const isEnough = (run: Parameters<typeof covers>[0]) => staleAt !== null && covers(run, what, staleAt);
  const last = staleAt === null ? null : await ports.stores.runs.lastRun(key, what);
  if (last !== null && last.endedAt !== null && isEnough({ ...last, event: what }))
    return { instead: last.reviewId };
  const beginning = {
    invocationId,
    reviewId,
    key,
    event: what,
    ...(staleAt !== null && { notBefore: staleAt }),
  };
  const run = await oneAtATime(ports, beginning, configuration, (own, { reviewId: id }) =>
    publishAndNote(own, accountId, event, { ...given, reviewId: id }),
  );
  return 'running' in run && isEnough(run.running) ? { instead: run.running.reviewId } : run;
}

/** How a review of the identities of many accounts is had. */
export const ofManyAccounts =
  'their state machine alone carries that out. Use "oar reviews start --identities --organization", or "oar identities review --organization" to look only';

/** Progress is noted so often at most, in milliseconds: an account may have thousands of reports. */
const noteEvery = 5_000;

/** Reviews and publishes, and keeps how far it is for whoever waits. */
async function publishAndNote(
  ports: Ports,
  accountId: string,
  event: IdentityEvent,
  given: Given & { readonly startedBy: StartedBy },
): Promise<PublishedIdentities | NotEntered> {
  const { configuration, readOrganization, reviewId, startedBy } = given;
  const noted = { reviewId, scopeId: accountId, startedBy, kind: 'identities' } as const;
  const note = await noteProgress(ports, noted, configuration);
  let notedAt = Number.NEGATIVE_INFINITY;
  const published = await reviewAndPublishAccount(ports, accountId, event, {
    ...given,
    organization: await readOrganization(),
    onProgress: async (progress) => {
      const now = ports.clock.now();
      if (progress.kind !== 'reports' || now - notedAt < noteEvery) return;
      notedAt = now;
      await note({ reportsDone: progress.done, reportsOpen: progress.asked - progress.done });
    },
  });
  if (published.status === 'unreachable') return published;
  const { facts, result } = published.run;
  await note({ reportsDone: facts.reports.length, reportsOpen: 0, outcome: outcomeOf(result) });
  return published;
}

/** Runs the review of identities that was requested under this id, as started by whoever requested it. An account that cannot be entered is told to whoever asked. */
export function runRequestedIdentities(
  ports: Ports,
  requestId: unknown,
  invocationId: string,
  given: Given,
): Promise<PublishedIdentities | NotRun> {
  const { configuration, reviewId } = given;
  const accountOf = async (event: { readonly accountId?: string | undefined }): Promise<string> =>
    event.accountId ?? (await ports.caller.identity()).accountId;
  return runRequest(ports, requestId, configuration, {
    invocationId,
    reviewId,
    functionName: 'identities',
    keyOf: async ({ event }) => {
      const own: Partial<IdentityEvent> = isOfIdentities(event) ? event : {};
      if (own.organization)
        throw new BadEvent(`requestId: ${requestId} asks for many accounts: ${ofManyAccounts}`);
      return leaseKey('identities', await accountOf(own));
    },
    carryOut: async (own, { event, requestedBy }, { reviewId }): Promise<Carried<PublishedIdentities>> => {
      if (!isOfIdentities(event))
        throw new BadEvent(`requestId: ${requestId} asks for a review of the organization`);
      const accountId = await accountOf(event);
      const startedBy = { type: 'principal', arn: requestedBy } as const;
      const answer = await publishAndNote(own, accountId, event, { ...given, reviewId, startedBy });
      if (answer.status === 'unreachable')
        throw new BadEvent(`accountId: ${accountId} cannot be entered: ${answer.code}: ${answer.message}`);
      return { answer, outcome: outcomeOf(answer.run.result) };
    },
  });
}
