import { wireReview } from '../adapters/wire.ts';
import { wireCredentials } from '../adapters/wire-credentials.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { renderDeleteCheck } from '../cli/render/delete-check.ts';
import { renderIdentities } from '../cli/render/identities.ts';
import { accountWords, renderIdentitiesSummary } from '../cli/render/identities-summary.ts';
import { type Look, paragraph } from '../cli/render/text.ts';
import { counted } from '../core/base/counted.ts';
import type { DeleteCheck } from '../core/identity/delete-question.ts';
import type { IdentitiesResult } from '../core/review/identities/identities-result.ts';
import { byPlace, type IdentitiesSummary } from '../core/review/identities/identities-summary.ts';
import { readOrganizationContext } from '../flow/identities/account-context.ts';
import { reviewAccounts } from '../flow/identities/across-accounts.ts';
import { checkDeletion } from '../flow/identities/one-identity.ts';
import { reviewAndPublishAccount } from '../flow/identities/publish-identities.ts';
import { type IdentityProgress, readIdentityEvent } from '../flow/identities/review-account.ts';
import { runRequestedIdentities } from '../flow/identities/run-requested-identities.ts';
import { newReviewId } from '../flow/review.ts';
import { credentialLines } from './published.ts';
import type { Stage } from './stage.ts';
import type { IdentityStory } from './stories.ts';
import { portsOfReview } from './story.ts';

/** What an identity story found: the result of one account, the summary of all, or what single deletions would break. */
export type IdentityStoryResult =
  | IdentitiesResult
  | IdentitiesSummary
  | { readonly kind: 'delete-checks'; readonly checks: readonly DeleteCheck[] };

/**
 * Plays the review of a story for real, through the SDK and over HTTP, and tells it: what it drafts of one account is proposed,
 * over all accounts it only reads. Throws where an account that it needs cannot be entered.
 */
export async function playIdentityStory(
  stage: Stage,
  story: IdentityStory,
  say: (text: string) => void,
  look: Look,
): Promise<IdentityStoryResult> {
  say(`${paragraph(story.opening, '', look.columns).join('\n')}\n`);
  if (story.checks !== undefined) return checkDeletions(stage, story.checks, say, look);
  if (story.event === null) return readEveryAccount(stage, say, look);
  const result = await proposeIdentityStory(stage, story, say);
  say(`\n${renderIdentities(result, look)}`);
  return result;
}

/** Reviews the account of the credentials, stores and proposes what the review drafts, and tells the approvers. Throws where a message could not be sent. */
export async function proposeIdentityStory(
  stage: Stage,
  story: IdentityStory,
  say: (text: string) => void,
): Promise<IdentitiesResult> {
  const { configuration } = stage;
  const ports = { ...portsOfReview(), ...wireIdentities(configuration.memberRoles) };
  const { accountId } = await ports.caller.identity();
  const now = ports.clock.now();
  const event = readIdentityEvent(story.event, configuration, now);
  const published = await reviewAndPublishAccount(ports, accountId, event, {
    configuration,
    organization: await readOrganizationContext(ports.organization),
    reviewId: newReviewId(now),
    // The demo plays the schedule, so that whoever follows the story may approve alone.
    startedBy: { type: 'schedule' },
    onProgress: (progress) => said(progress, say),
  });
  if (published.status === 'unreachable')
    throw new Error(`account ${accountId} cannot be entered: ${published.code}: ${published.message}`);
  const [failure] = published.sending.failed;
  if (failure) throw new Error(`${failure.what} could not be sent: ${failure.reason}`);
  return published.run.result;
}

/** Runs the review of one account that was asked for under this id, as the function for identities does. */
export async function playIdentityRequest(
  { configuration }: Stage,
  requestId: unknown,
  invocationId: string,
): Promise<void> {
  const ports = { ...portsOfReview(), ...wireIdentities(configuration.memberRoles) };
  await runRequestedIdentities(ports, requestId, invocationId, {
    configuration,
    readOrganization: () => readOrganizationContext(ports.organization),
    reviewId: newReviewId(ports.clock.now()),
  });
}

async function readEveryAccount(
  { configuration }: Stage,
  say: (text: string) => void,
  look: Look,
): Promise<IdentitiesSummary> {
  const ports = wireIdentities(configuration.memberRoles);
  const organization = await readOrganizationContext(wireReview().organization);
  if (organization === null) throw new Error('the organization cannot be read');
  const now = ports.clock.now();
  const event = readIdentityEvent({ all: true, dryRun: true }, configuration, now);
  const summary = await reviewAccounts(ports, null, event, {
    configuration,
    organization,
    reviewId: newReviewId(now),
    onAccount: ({ account, accounts, done }) => say(`${done} of ${accounts}: ${accountWords(account)}`),
  });
  say(`\n${renderIdentitiesSummary(summary, byPlace(organization.tree, summary), look)}`);
  return summary;
}

async function checkDeletions(
  { configuration }: Stage,
  arns: readonly string[],
  say: (text: string) => void,
  look: Look,
): Promise<IdentityStoryResult> {
  const roles = configuration.memberRoles;
  const ports = { ...wireIdentities(roles), credentials: wireCredentials(roles) };
  const { accountId } = await ports.caller.identity();
  const organization = await readOrganizationContext(wireReview().organization);
  const { thresholdDays } = configuration;
  const checks: DeleteCheck[] = [];
  for (const arn of arns) {
    const given = { accountId, configuration, organization, thresholdDays };
    const answer = await checkDeletion(ports, arn, given);
    if (answer.status === 'unreachable') throw new Error(`${answer.code}: ${answer.message}`);
    say(renderDeleteCheck(answer.check, answer.byHand, look));
    checks.push(answer.check);
  }
  return { kind: 'delete-checks', checks };
}

/** What to try further while the demo stays open. */
export function furtherLines(story: IdentityStory): readonly string[] {
  return ['', 'To look further, in that terminal:', ...story.more.map((command) => `  npx oar ${command}`)];
}

/** How a story that only reads ends: what has not happened, and how to look further while the demo stays open. */
export function endingLines(stage: Stage, story: IdentityStory, staysOpen: boolean): readonly string[] {
  const lines = ['Nothing was changed, and nobody was asked: this story reads only.'];
  if (!staysOpen) return lines;
  return [
    ...lines,
    '',
    'To look further, in another terminal:',
    ...credentialLines(stage),
    ...story.more.map((command) => `  npx oar ${command}`),
  ];
}

function said(progress: IdentityProgress, say: (text: string) => void): void {
  if (progress.kind === 'account-read') {
    const { accountId, groups, policies, roles, users } = progress.account;
    const own = policies.filter(({ isAwsManaged }) => !isAwsManaged).length;
    say(
      `account ${accountId} read: ${counted(users.length, 'user')}, ${counted(groups.length, 'group')}, ${counted(roles.length, 'role')}, ${counted(own, 'customer-managed policy', 'customer-managed policies')}`,
    );
  } else if (progress.done === progress.asked) say(`reports: ${progress.done} of ${progress.asked}`);
}
