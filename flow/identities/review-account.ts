import type {
  AccountSources,
  IdentityReports,
  IdentitySessions,
  OpenedAccount,
} from '../../adapters/identity-ports.ts';
import type { Caller, Clock } from '../../adapters/ports.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import { dayMilliseconds } from '../../core/base/limits.ts';
import type { AccountIdentities } from '../../core/identity/account-identities.ts';
import { indexAccount } from '../../core/identity/account-index.ts';
import { grantedSinceIn, type SeenGrants } from '../../core/identity/granted-since.ts';
import { pathsOf } from '../../core/identity/grants.ts';
import { ownRolesIn } from '../../core/identity/own-roles.ts';
import { withMarks } from '../../core/identity/policy-marks.ts';
import { shippedCatalogue } from '../../core/identity/shipped-catalogue.ts';
import { type SubjectChoice, subjectsOf } from '../../core/identity/subject.ts';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import { identitiesResultOf } from '../../core/review/identities/identities-result-of.ts';
import { type IdentityEvent, parseIdentityEvent } from '../../core/review/identities/identity-event.ts';
import type {
  IdentityFacts,
  IdentityRequest,
  StandingChange,
} from '../../core/review/identities/identity-facts.ts';
import { identityRequestOf } from '../../core/review/identities/identity-request.ts';
import {
  type IdentityJudgement,
  judgeIdentities,
  nextIdentityReports,
} from '../../core/review/identities/next-identity-reports.ts';
import {
  type IdentityDecision,
  identitySourceQuestions,
  reviewIdentities,
} from '../../core/review/identities/review-identities.ts';
import { callFailureOf } from '../apply-ports.ts';
import { askAboutAccount } from '../ask-sources.ts';
import { BadEvent } from '../bad-event.ts';
import { type AccountContext, contextOf, type OrganizationContext } from './account-context.ts';

/** Reads the event of a review of identities, throwing `BadEvent` for one that cannot be carried out. `now` in epoch milliseconds. */
export function readIdentityEvent(input: unknown, configuration: Configuration, now: number): IdentityEvent {
  const parsed = parseIdentityEvent(input, configuration, now);
  if (!parsed.ok) throw new BadEvent(parsed.reasons.map(({ detail }) => detail).join('\n'));
  return parsed.value;
}

/** What a review of the identities of accounts works with. */
export interface IdentityReviewPorts {
  readonly sessions: IdentitySessions;
  readonly clock: Clock;
  readonly caller: Caller;
  readonly openSources: () => AccountSources;
}

/** What is said while the identities of an account are reviewed. */
export type IdentityProgress =
  | { readonly kind: 'account-read'; readonly account: AccountIdentities }
  | { readonly kind: 'reports'; readonly asked: number; readonly done: number };

/** A listener for the progress of a review of one account. */
export type OnIdentityProgress = (progress: IdentityProgress) => void | Promise<void>;

/** A review of one account as it ran. */
export interface IdentityRun {
  readonly status: 'reviewed';
  readonly request: IdentityRequest;
  readonly startedAt: number;
  readonly facts: IdentityFacts;
  readonly decision: IdentityDecision;
  readonly result: IdentitiesResult;
}

/** An account that could not be entered. */
export type NotEntered = Extract<
  Awaited<ReturnType<IdentitySessions['openToRead']>>,
  { readonly status: 'unreachable' }
>;

/** What a review of one account is told beside its event. */
export interface ReviewGiven {
  readonly configuration: Configuration;
  readonly organization: OrganizationContext | null;
  readonly reviewId: string;
  /** What waits, and what people decided against; absent: nothing is kept. */
  readonly standing?: readonly StandingChange[];
  /** What the latest stored review from before an instant (epoch ms) saw granted; absent: nothing is kept. */
  readonly seenBefore?: (cutOff: number) => Promise<SeenGrants | null>;
  /** Waited for before the review goes on. */
  readonly onProgress?: OnIdentityProgress;
}

/** Reviews the identities of one account: read, ask, decide. It writes nothing. Throws `BadEvent` for a choice that the account does not have, and `AwsRefusal`. */
export async function reviewAccount(
  ports: IdentityReviewPorts,
  accountId: string,
  event: IdentityEvent,
  given: ReviewGiven,
): Promise<IdentityRun | NotEntered> {
  const startedAt = ports.clock.now();
  const opened = await ports.sessions.openToRead(accountId);
  if (opened.status === 'unreachable') return opened;
  const sources = ports.openSources();
  try {
    return await reviewOpened({ ...ports, ...sources, opened }, event, given, startedAt);
  } finally {
    opened.close();
    sources.close();
  }
}

async function reviewOpened(
  ports: Pick<IdentityReviewPorts, 'caller' | 'clock'> & AccountSources & { readonly opened: OpenedAccount },
  event: IdentityEvent,
  given: ReviewGiven,
  startedAt: number,
): Promise<IdentityRun> {
  const { clock, opened } = ports;
  const onProgress = given.onProgress ?? (() => undefined);
  const { configuration, reviewId } = given;
  const read = await opened.reader.readIdentities();
  await onProgress({ kind: 'account-read', account: read });
  const requested = identityRequestOf(event, configuration, read, { reviewId, now: startedAt });
  if (!requested.ok) throw new BadEvent(requested.reasons[0].detail);
  const request = requested.value;
  // Both name the owner of a policy.
  const marks = await opened.reader.readPolicyMarks(policiesToAsk(read, request.choice));
  const identities = withMarks(read, marks);
  const context = contextOf(given.organization, opened.accountId);
  const standing = given.standing ?? [];
  const cutOff = request.asOf - request.thresholdDays * dayMilliseconds;
  const seen = (await given.seenBefore?.(cutOff)) ?? null;
  const grantedSince = grantedSinceIn(identities, seen);
  const start = { ...factsBeforeReports(context, identities, clock.now()), grantedSince, standing };
  const { facts, judgement } = await askReports(opened, start, request, onProgress);
  const sources = await askAboutAccount(ports, identitySourceQuestions(facts, request, judgement), true);
  const complete = { ...facts, sources, readAt: clock.now() };
  const decision = reviewIdentities(complete, request, judgement);
  const metrics = {
    reportJobs: opened.meter.reportJobs(),
    apiCalls: added(opened.meter.calls(), ports.meter.calls()),
    throttled: opened.meter.throttled() + ports.meter.throttled(),
    durationMs: clock.now() - startedAt,
  };
  return {
    status: 'reviewed',
    request,
    startedAt,
    facts: complete,
    decision,
    result: identitiesResultOf(decision, complete, request, metrics),
  };
}

/** Calls by operation of two meters together. */
function added(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums = { ...one };
  for (const [operation, count] of Object.entries(other)) sums[operation] = (sums[operation] ?? 0) + count;
  return sums;
}

/** The customer-managed policies on every path of the chosen subjects. */
function policiesToAsk(account: AccountIdentities, choice: SubjectChoice): readonly string[] {
  const index = indexAccount(account);
  const chosen = subjectsOf(index, choice);
  const arns = new Set<string>();
  for (const subject of chosen.ok ? chosen.value : []) {
    if (subject.type === 'policy') arns.add(subject.arn);
    for (const { source } of pathsOf(index, subject)) if (source.arn !== null) arns.add(source.arn);
  }
  return account.policies.flatMap(({ arn, isAwsManaged }) => (!isAwsManaged && arns.has(arn) ? [arn] : []));
}

function factsBeforeReports(
  context: AccountContext,
  identities: AccountIdentities,
  readAt: number,
): Omit<IdentityFacts, 'grantedSince' | 'standing'> {
  return {
    ...context,
    identities,
    reports: [],
    ownRoleArns: ownRolesIn(identities),
    catalogue: shippedCatalogue,
    readAt,
  };
}

/** Asks round after round until core wants no more reports; those of one round are made side by side. Answers what they decide, too. */
async function askReports(
  { reports }: OpenedAccount,
  start: IdentityFacts,
  request: IdentityRequest,
  onProgress: OnIdentityProgress,
): Promise<{ readonly facts: IdentityFacts; readonly judgement: IdentityJudgement }> {
  let facts = start;
  const report = reportUntilEnd(reports);
  let asked = 0;
  let done = 0;
  for (;;) {
    const judgement = judgeIdentities(facts, request);
    const questions = nextIdentityReports(judgement);
    if (questions.length === 0) return { facts, judgement };
    asked += questions.length;
    const answers = await Promise.all(
      questions.map(async ({ level, subjectArn }) => {
        const answer = await report(subjectArn, level);
        done += 1;
        await onProgress({ kind: 'reports', asked, done });
        return answer;
      }),
    );
    facts = { ...facts, reports: [...facts.reports, ...answers] };
  }
}

/** Asks until the credentials end: what was read by then is not lost, and nothing more is asked. Throws where nothing was. */
function reportUntilEnd(reports: IdentityReports): IdentityReports['report'] {
  let isAny = false;
  let end: { readonly code: string; readonly message: string } | null = null;
  return async (subjectArn, level) => {
    try {
      if (end === null) {
        const report = await reports.report(subjectArn, level);
        isAny ||= report.status === 'completed';
        return report;
      }
    } catch (error) {
      const failure = callFailureOf(error);
      if (!isAny || failure?.kind !== 'credentials') throw error;
      end = { code: failure.code, message: failure.message };
    }
    return { status: 'failed', subjectArn, failure: end };
  };
}
