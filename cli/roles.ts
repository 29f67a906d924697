import { systemClock } from '../adapters/clock.ts';
import { parseWhitelist } from '../core/identity/unused-roles.ts';
import { type JudgedRole, judgeRoles } from '../flow/identities/judge-roles.ts';
import { BadArguments, oneOf, readOptions, verbOf } from './arguments.ts';
import type { Command, Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { openIdentities, saidUnreachable } from './identities-account.ts';
import { type RoleList, renderRoles, roleFormats } from './render/roles.ts';
import { daysOf } from './review-arguments.ts';

const help = `Which roles of an account nobody uses, by AWS's own record of the last use of each (RoleLastUsed). Reads only.

  oar roles list [options]

  --account ID         the account (default: the one of the credentials; others are entered by memberRoles.read)
  --days N             unused means no use for more than N days (default 60); younger roles are compliant
  --whitelist P        roles that are always compliant: shell patterns over path and name, separated by |,
                       such as '/breakglass-role|/security-*'
  --format FORMAT      table, text, csv, json (default table); text is role name, compliance and annotation
                       between tabs, as the AWS CLI prints the results of a Config rule, without service-linked roles
  --config FILE        configuration instead of the installation's reviewer.config.json

The AWS Config rule of this product says the same: docs/config-rule.md.

Exit codes: 0 done; 1 refused by AWS; 2 bad arguments.
`;

const options = {
  account: { type: 'string' },
  days: { type: 'string' },
  whitelist: { type: 'string' },
  format: { type: 'string' },
  config: { type: 'string' },
} as const;

const usualDays = 60;

/** `oar roles`: unused roles without AWS Config, read-only. */
export const rolesCommand: Command = {
  summary: 'list roles with their last use, as the AWS Config rule judges them, read-only',
  help,
  run: async ([verb, ...others], terminal) => {
    verbOf('roles', verb, ['list']);
    return list(others, terminal);
  },
};

async function list(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readOptions(args, options);
  const format = oneOf('--format', given.format ?? 'table', roleFormats);
  const thresholdDays = given.days === undefined ? usualDays : daysOf(given.days);
  const whitelist = parseWhitelist(given.whitelist ?? '');
  if (!whitelist.ok) throw new BadArguments(`--whitelist: ${whitelist.reasons[0].detail}`);
  const configuration = await configurationOf(given.config ?? null);
  const { accountId, ports } = await openIdentities(configuration, given.account);
  const opened = await ports.sessions.openToRead(accountId);
  if (opened.status === 'unreachable') return saidUnreachable(opened, terminal);
  const { memberRoles } = configuration;
  const threshold = { asOf: systemClock.now(), thresholdDays, unseenRegions: [], memberRoles };
  const judged: JudgedRole[] = [];
  for await (const page of judgeRoles(opened.reader, whitelist.value, threshold)) judged.push(...page);
  const roles: RoleList = { accountId, asOf: threshold.asOf, thresholdDays, judged: sorted(judged) };
  terminal.write(renderRoles(roles, format, terminal.look));
  return 0;
}

/** What is not compliant first, then by name. */
function sorted(judged: readonly JudgedRole[]): readonly JudgedRole[] {
  const rank = ({ verdict }: JudgedRole): number => (verdict.compliance === 'NON_COMPLIANT' ? 0 : 1);
  return [...judged].sort((a, b) => rank(a) - rank(b) || (a.role.name < b.role.name ? -1 : 1));
}
