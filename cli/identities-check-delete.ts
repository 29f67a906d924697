import { shortArn } from '../core/message/identity-step-words.ts';
import { visibleText } from '../core/message/visible-text.ts';
import { checkDeletion } from '../flow/identities/one-identity.ts';
import { BadArguments, oneOf, readOptions } from './arguments.ts';
import type { Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { openIdentities, saidUnreachable } from './identities-account.ts';
import { renderJson } from './render/json.ts';
import { paintOf, paragraph } from './render/text.ts';
import { daysOf } from './review-arguments.ts';

/** Says whether something is safe to delete: this exit code says that it is not. */
const notSafe = 3;

/** `oar identities check-delete ARN`: what a deletion by hand would break. Answers the exit code. */
export async function checkDelete(
  [arn = '', ...args]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (!arn.startsWith('arn:'))
    throw new BadArguments('check-delete: give the ARN of a user, group, role or policy first');
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
  const answer = await checkDeletion(ports, arn, { accountId, configuration, organization, thresholdDays });
  if (answer.status === 'unreachable') return saidUnreachable(answer, terminal);
  const { check } = answer;
  const lastUsedAt = check.lastUsedAt === null ? null : new Date(check.lastUsedAt).toISOString();
  if (format === 'json') terminal.write(renderJson({ ...check, lastUsedAt }));
  else {
    const paint = paintOf(terminal.look.colour);
    const used =
      lastUsedAt === null
        ? 'no use in the tracking period'
        : `last used on ${lastUsedAt.slice(0, 10)}${check.usedBy.length > 0 ? ` by ${check.usedBy.map(shortArn).join(', ')}` : ''}`;
    const lines = [
      `${check.safe ? paint.good('safe to delete') : paint.bad('NOT safe to delete')}: ${visibleText(arn)}`,
      ...paragraph(visibleText(used), '  ', terminal.look.columns),
      ...check.reasons.flatMap(({ code, detail }) =>
        paragraph(visibleText(`${detail} (${code})`), '  - ', terminal.look.columns),
      ),
    ];
    terminal.write(`${lines.join('\n')}\n`);
  }
  return check.safe ? 0 : notSafe;
}
