import { wireReview } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { type OrganizationContext, readOrganizationContext } from '../flow/identities/account-context.ts';
import type { IdentityReviewPorts, NotEntered } from '../flow/identities/review-account.ts';
import { BadArguments } from './arguments.ts';
import type { Terminal } from './command.ts';

/** The ports of the IAM side, the account that is meant, and what the organization says where it may be read. Throws `BadArguments`. */
export async function openIdentities(
  configuration: Configuration,
  account: string | undefined,
): Promise<{
  readonly ports: IdentityReviewPorts;
  readonly accountId: string;
  readonly organization: OrganizationContext | null;
}> {
  if (account !== undefined && !/^\d{12}$/.test(account.trim()))
    throw new BadArguments(`--account ${account}: must be the 12 digits of an account`);
  const ports = wireIdentities(configuration.memberRoles);
  const [organization, identity] = await Promise.all([
    readOrganizationContext(wireReview().organization),
    ports.caller.identity(),
  ]);
  return { ports, accountId: account?.trim() ?? identity.accountId, organization };
}

/** Says that an account cannot be entered, and answers the exit code. */
export function saidUnreachable({ accountId, code, message }: NotEntered, terminal: Terminal): 1 {
  terminal.note(`oar: account ${accountId} cannot be entered: ${visibleText(`${code}: ${message}`)}\n`);
  return 1;
}
