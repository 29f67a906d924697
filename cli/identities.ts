import { verbOf } from './arguments.ts';
import type { Command } from './command.ts';
import { checkDelete } from './identities-check-delete.ts';
import { explain } from './identities-explain.ts';
import { reviewIdentities } from './identities-review.ts';

const help = `Find what users, groups, roles and policies of an account may use and never do, and the edits that would take it away. Reads only.

  oar identities review [options]       findings, advice for each path, edits with their proof
  oar identities check-delete ARN       before you delete a user, group, role or policy: who uses it, what would break
  oar identities explain --user NAME --service NS
                                        every path by which the access comes (also --group, --role)

  --account ID         the account (default: the one of the credentials; others are entered by memberRoles.read)
  --group NAME | --user NAME | --role NAME | --policy NAME|ARN | --path PREFIX | --all
                       what is judged (default --all)
  --organization       every ACTIVE account instead: the credentials' own as it is, others by memberRoles.read; with --out DIR
                       one whole result an account. What cannot be entered is a line of the summary
  --ou ID|NAME         with --organization: only the accounts of this OU, by its id, name or path of names
  --days N             unused means no attempt for more than N days (default 180)
  --level service|action
                       judge services, or also the actions that AWS tracks
  --quarantine         draft a Deny of everything for unused roles
  --config FILE        configuration instead of the installation's reviewer.config.json
  --format FORMAT      table, json, csv, markdown, html (default table)
  --out DIR            write into this folder and print the paths
  --fail-on-findings   exit with 3 where there are open findings
  --plan               list the calls to AWS and how many of each, and make none

Exit codes: 0 done; 1 refused by AWS, with --fail-on-findings also partial or an account not read; 2 bad arguments;
3 open findings with --fail-on-findings. explain: 1 a text was not understood. check-delete: 3 not safe to delete.
`;

const verbs = { review: reviewIdentities, 'check-delete': checkDelete, explain } as const;

/** `oar identities`: the IAM side, read-only. */
export const identitiesCommand: Command = {
  summary: 'find what users, groups, roles and policies never use, read-only',
  help,
  run: async ([verb, ...others], terminal) =>
    verbs[verbOf('identities', verb, ['review', 'check-delete', 'explain'])](others, terminal),
};
