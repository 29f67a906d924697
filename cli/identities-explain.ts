import type { Grant } from '../core/identity/grants.ts';
import type { SubjectChoice } from '../core/identity/subject.ts';
import { counted, visibleText } from '../core/message/visible-text.ts';
import { explainAccess } from '../flow/identities/one-identity.ts';
import { BadArguments, readOptions } from './arguments.ts';
import type { Terminal } from './command.ts';
import { configurationOf } from './configuration.ts';
import { openIdentities, saidUnreachable } from './identities-account.ts';
import { paragraph } from './render/text.ts';

/** `oar identities explain`: every path by which an access comes, and what would have to change to take it away. Answers the exit code. */
export async function explain(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readOptions(args, {
    account: { type: 'string' },
    user: { type: 'string' },
    group: { type: 'string' },
    role: { type: 'string' },
    service: { type: 'string' },
    config: { type: 'string' },
  });
  const choice = choiceOf(given);
  const namespace = given.service?.trim().toLowerCase().replace(/:\*$/, '') ?? '';
  if (!/^[a-z0-9-]+$/.test(namespace))
    throw new BadArguments('--service: give a service namespace such as route53');
  const configuration = await configurationOf(given.config ?? null);
  const { accountId, ports } = await openIdentities(configuration, given.account);
  const answer = await explainAccess(ports, accountId, choice, namespace);
  if (answer.status === 'unreachable') return saidUnreachable(answer, terminal);
  const { grants, subject } = answer;
  const paths = grants.map((grant) => `${pathWords(grant)}: ${wayOut(grant)}`);
  const head =
    grants.length === 0
      ? `${subject.type} ${subject.name} has no permission for ${namespace} by a policy of identities`
      : `${subject.type} ${subject.name} comes by ${namespace} on ${counted(grants.length, 'path')}; to take it away, each has to go:`;
  const lines = [
    visibleText(head),
    ...paths.flatMap((path) => paragraph(visibleText(path), '  - ', terminal.look.columns)),
  ];
  terminal.write(`${lines.join('\n')}\n`);
  return 0;
}

function choiceOf(given: {
  readonly user?: string;
  readonly group?: string;
  readonly role?: string;
}): SubjectChoice {
  const named = (['user', 'group', 'role'] as const).flatMap((kind) => {
    const name = given[kind];
    return name === undefined ? [] : [{ kind, name }];
  });
  const [choice] = named;
  if (!choice || named.length > 1) throw new BadArguments('explain: give one of --user, --group or --role');
  return choice;
}

function pathWords({ attachedTo, source, via }: Grant): string {
  const kind = source.type === 'aws-managed' ? 'AWS-managed' : source.type;
  const where =
    via === 'direct' ? `directly on ${attachedTo.type} ${attachedTo.name}` : `by group ${via.group}`;
  return `${source.name} (${kind}) ${where}`;
}

function wayOut({ attachedTo, source, via }: Grant): string {
  const leave = via === 'direct' ? [] : [`leave group ${via.group}`];
  if (source.type === 'inline') return ['edit or delete that inline policy', ...leave].join(', or ');
  const edit = source.type === 'aws-managed' ? [] : ['write a new version of it without the service'];
  return [...edit, `detach it from ${attachedTo.type} ${attachedTo.name}`, ...leave].join(', or ');
}
