import { wireReview } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { renderIdentities } from '../cli/render/identities.ts';
import { accountWords, renderIdentitiesSummary } from '../cli/render/identities-summary.ts';
import { type Look, paragraph } from '../cli/render/text.ts';
import { counted } from '../core/message/visible-text.ts';
import type { IdentitiesResult } from '../core/review/identities/identities-result.ts';
import type { IdentitiesSummary } from '../core/review/identities/identities-summary.ts';
import { readOrganizationContext } from '../flow/identities/account-context.ts';
import { reviewAccounts } from '../flow/identities/across-accounts.ts';
import {
  type IdentityProgress,
  type NotEntered,
  readIdentityEvent,
  reviewAccount,
} from '../flow/identities/review-account.ts';
import { newReviewId } from '../flow/review.ts';
import { credentialLines } from './published.ts';
import type { Stage } from './stage.ts';
import type { IdentityStory } from './stories.ts';

/** What an identity story found: the result of one account, or the summary of all. */
export type IdentityStoryResult = IdentitiesResult | IdentitiesSummary;

/** Plays the review of a story for real, through the SDK and over HTTP, and tells it. It writes nothing. Throws where an account that it needs cannot be entered. */
export async function playIdentityStory(
  stage: Stage,
  story: IdentityStory,
  say: (text: string) => void,
  look: Look,
): Promise<IdentityStoryResult> {
  say(`${paragraph(story.opening, '', look.columns).join('\n')}\n`);
  const ports = wireIdentities(stage.configuration.memberRoles);
  const organization = await readOrganizationContext(wireReview().organization);
  const review = async (accountId: string): Promise<IdentitiesResult | NotEntered> => {
    const now = ports.clock.now();
    const event = readIdentityEvent({ ...story.event, dryRun: true }, stage.configuration, now);
    const run = await reviewAccount(ports, accountId, event, {
      configuration: stage.configuration,
      organization,
      reviewId: newReviewId(now),
      onProgress: (progress) => said(progress, say),
    });
    return run.status === 'unreachable' ? run : run.result;
  };
  if (story.event === null) {
    if (organization === null) throw new Error('the organization cannot be read');
    const now = ports.clock.now();
    const event = readIdentityEvent({ all: true, dryRun: true }, stage.configuration, now);
    const summary = await reviewAccounts(ports, null, event, {
      configuration: stage.configuration,
      organization,
      reviewId: newReviewId(now),
      onAccount: ({ account, accounts, done }) => say(`${done} of ${accounts}: ${accountWords(account)}`),
    });
    say(`\n${renderIdentitiesSummary(summary, look)}`);
    return summary;
  }
  const { accountId } = await ports.caller.identity();
  const result = await review(accountId);
  if ('kind' in result) {
    say(`\n${renderIdentities(result, look)}`);
    return result;
  }
  throw new Error(`account ${accountId} cannot be entered: ${result.code}: ${result.message}`);
}

/** How the story ends: what has not happened, and how to look further while the demo stays open. */
export function endingLines(stage: Stage, story: IdentityStory, staysOpen: boolean): readonly string[] {
  const lines = [
    'Nothing was changed, and nobody was asked: this story reads only. What you see is what would be proposed, with its proof.',
    'Proposing, approving, applying and rolling back such edits is not part of the demo yet.',
  ];
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
