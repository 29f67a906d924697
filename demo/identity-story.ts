import { wireReview } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { renderIdentities } from '../cli/render/identities.ts';
import { type Look, paragraph } from '../cli/render/text.ts';
import { counted, visibleText } from '../core/message/visible-text.ts';
import type { IdentitiesResult } from '../core/review/identities/identities-result.ts';
import { readOrganizationContext } from '../flow/identities/account-context.ts';
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

/** One account of the summary: what came of its review. */
interface AccountLine {
  readonly accountId: string;
  readonly name: string;
  readonly status: IdentitiesResult['status'] | 'unreachable';
  readonly code?: string;
  readonly findings: number;
  readonly changes: number;
}

/** What an identity story found: the result of one account, or the summary of all. */
export type IdentityStoryResult =
  | IdentitiesResult
  | {
      readonly version: 1;
      readonly kind: 'identities-summary';
      readonly accounts: readonly AccountLine[];
      readonly totals: { readonly accounts: number; readonly findings: number; readonly changes: number };
    };

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
    const entities = [...(organization?.tree.entities.values() ?? [])];
    const accounts = entities.filter(
      ({ id, type }) => type === 'account' && id !== organization?.tree.managementAccountId,
    );
    const lines = await Promise.all(accounts.map(async ({ id, name }) => lineOf(id, name, await review(id))));
    const totals = {
      accounts: lines.length,
      findings: sum(lines, 'findings'),
      changes: sum(lines, 'changes'),
    };
    say(`\n${lines.map(lineWords).join('\n')}`);
    return { version: 1, kind: 'identities-summary', accounts: lines, totals };
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

function lineOf(accountId: string, name: string, result: IdentitiesResult | NotEntered): AccountLine {
  if (!('kind' in result))
    return { accountId, name, status: 'unreachable', code: result.code, findings: 0, changes: 0 };
  const findings = result.findings.filter(({ status }) => status === 'open').length;
  return { accountId, name, status: result.status, findings, changes: result.changes.length };
}

function lineWords({ accountId, changes, code, findings, name, status }: AccountLine): string {
  const account = `${accountId}  ${visibleText(name).padEnd(14)}  ${status.padEnd(11)}`;
  return code === undefined
    ? `${account}  ${counted(findings, 'open finding')}, ${counted(changes, 'edit')}`
    : `${account}  ${visibleText(code)}`;
}

function sum(lines: readonly AccountLine[], key: 'findings' | 'changes'): number {
  return lines.reduce((total, line) => total + line[key], 0);
}
