import { systemClock } from '../adapters/clock.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { IdentityEvent } from '../core/review/identities/identity-event.ts';
import { identityCalls } from '../core/review/planned-calls.ts';
import { readIdentityEvent, reviewAccount } from '../flow/identities/review-account.ts';
import { newReviewId } from '../flow/review.ts';
import { BadArguments, type OptionValues, oneOf, readOptions } from './arguments.ts';
import type { Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { openIdentities, saidUnreachable } from './identities-account.ts';
import { reviewOrganization } from './identities-organization.ts';
import { nameOf, written } from './identities-output.ts';
import { identityEventOf, identityOptions } from './identity-arguments.ts';
import { prepareFolder, writeOut } from './output.ts';
import { writePlan } from './plan.ts';
import { exitCodeOf } from './review.ts';
import { formats } from './review-arguments.ts';

const options = {
  ...identityOptions,
  organization: { type: 'boolean' },
  ou: { type: 'string' },
  config: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  'fail-on-findings': { type: 'boolean' },
  plan: { type: 'boolean' },
} as const;

/** What names somebody in one account, or the account. */
const inOneAccount = ['account', 'group', 'user', 'role', 'policy', 'path'] as const;

/** `oar identities review`: a dry run over one account or all of them. Answers the exit code. */
export async function reviewIdentities(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readOptions(args, options);
  const format = oneOf('--format', given.format ?? 'table', formats);
  if (given.plan)
    return writePlan(identityCalls, 'identities', { config: given.config ?? null, format }, terminal);
  const configuration = await configurationOf(given.config ?? null);
  const now = systemClock.now();
  const event = readEvent(given, configuration, now);
  if (given.out !== undefined) await prepareFolder(given.out);
  if (given.organization) {
    const { ou } = given;
    const failOnFindings = given['fail-on-findings'] === true;
    return reviewOrganization({ configuration, event, failOnFindings, format, ou, out: given.out }, terminal);
  }
  const { accountId, organization, ports } = await openIdentities(configuration, event.accountId);
  const onProgress = (progress: Parameters<NonNullable<Given['onProgress']>>[0]): void => {
    if (!terminal.wantsProgress) return;
    const line =
      progress.kind === 'account-read'
        ? `account read: ${progress.account.users.length} users, ${progress.account.groups.length} groups, ${progress.account.roles.length} roles`
        : `reports: ${progress.done} of ${progress.asked}`;
    terminal.note(`\r\u001b[K${line}`);
  };
  const run = await reviewAccount(ports, accountId, event, {
    configuration,
    organization,
    reviewId: newReviewId(now),
    onProgress,
  });
  if (terminal.wantsProgress) terminal.note('\r\u001b[K');
  if (run.status === 'unreachable') return saidUnreachable(run, terminal);
  const { result } = run;
  await writeOut(terminal, given.out, nameOf(result, format), (look) => written(result, format, look));
  return exitCodeOf(result, given['fail-on-findings'] === true);
}

type Given = Parameters<typeof reviewAccount>[3];

function readEvent(
  given: OptionValues<typeof options>,
  configuration: Configuration,
  now: number,
): IdentityEvent {
  const one = inOneAccount.find((name) => given[name] !== undefined);
  if (given.organization && one !== undefined)
    throw new BadArguments(`--organization: judges everybody in every account; leave --${one} out`);
  if (given.ou !== undefined && !given.organization)
    throw new BadArguments('--ou: is a part of the organization; add --organization');
  return readIdentityEvent({ dryRun: true, ...identityEventOf(given) }, configuration, now);
}
