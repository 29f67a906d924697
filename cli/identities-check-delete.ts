import { wireCredentials } from '../adapters/wire-credentials.ts';
import { checkDeletion } from '../flow/identities/one-identity.ts';
import { BadArguments, oneOf, readOptions } from './arguments.ts';
import type { Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { openIdentities, saidUnreachable } from './identities-account.ts';
import { renderDeleteCheck } from './render/delete-check.ts';
import { renderJson } from './render/json.ts';
import { daysOf } from './review-arguments.ts';

/** Says whether something is safe to delete: this exit code says that it is not. */
const notSafe = 3;

/** `oar identities check-delete ARN`: what a deletion by hand would break. Answers the exit code. */
export async function checkDelete(
  [arn = '', ...args]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (!arn.startsWith('arn:'))
    throw new BadArguments(
      'check-delete: name the user, group, role or policy by its ARN, before any option',
    );
  const given = readOptions(args, {
    account: { type: 'string' },
    days: { type: 'string' },
    config: { type: 'string' },
    format: { type: 'string' },
  });
  const format = oneOf('--format', given.format ?? 'table', ['table', 'json'] as const);
  const configuration = await configurationOf(given.config ?? null);
  const { accountId, organization, ports } = await openIdentities(
    configuration,
    given.account ?? arn.split(':')[4]?.match(/^\d{12}$/)?.[0],
  );
  const thresholdDays = given.days === undefined ? configuration.thresholdDays : daysOf(given.days);
  const credentials = wireCredentials(configuration.memberRoles);
  const answer = await checkDeletion({ ...ports, credentials }, arn, {
    accountId,
    configuration,
    organization,
    thresholdDays,
  });
  if (answer.status === 'unreachable') return saidUnreachable(answer, terminal);
  const { byHand, check } = answer;
  const lastUsedAt = check.lastUsedAt === null ? null : new Date(check.lastUsedAt).toISOString();
  if (format === 'json') terminal.write(renderJson({ ...check, lastUsedAt }));
  else terminal.write(renderDeleteCheck(check, byHand, terminal.look));
  return check.safe ? 0 : notSafe;
}
