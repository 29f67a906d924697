import { counted } from '../core/base/counted.ts';
import { nearestTo } from '../core/base/nearest.ts';
import { namesService } from '../core/identity/granted-services.ts';
import type { Grant } from '../core/identity/grants.ts';
import type { SubjectChoice } from '../core/identity/subject.ts';
import { visibleText } from '../core/message/words/visible-text.ts';
import { serviceCatalogue } from '../core/policy/service-catalogue.ts';
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
  const { grants, isKnown, subject, unread } = answer;
  if (!isKnown) throw new BadArguments(`--service: ${unknownService(namespace)}`);
  const who = `${subject.type} ${subject.name}`;
  const paths = grants.map((grant) => `${pathWords(grant)}: ${wayOut(grant)}${unnamed(grant, namespace)}`);
  const known =
    grants.length === 0
      ? `${who} has no permission for ${namespace} by a policy of identities`
      : `${who} comes by ${namespace} on ${counted(grants.length, 'path')}; to take it away, each has to go:`;
  const listed = (path: string): readonly string[] =>
    paragraph(visibleText(path), '  - ', terminal.look.columns);
  const isOpen = unread.length > 0;
  const lines = [
    ...(grants.length === 0 && isOpen ? [] : [visibleText(known), ...paths.flatMap(listed)]),
    ...(isOpen ? [visibleText(unknownBy(who, namespace, grants.length > 0))] : []),
    ...unread.map(pathWords).flatMap(listed),
  ];
  terminal.write(`${lines.join('\n')}\n`);
  return isOpen ? notAnswered : 0;
}

/** Some text was not understood: what it grants is unknown, as where an account cannot be entered. */
const notAnswered = 1;

function unknownBy(who: string, namespace: string, isFurther: boolean): string {
  return `whether ${who} comes by ${namespace}${isFurther ? ' on further paths' : ''} is unknown: these texts were not understood:`;
}

function unknownService(namespace: string): string {
  const nearest = nearestTo(namespace, [...serviceCatalogue.namespaces]);
  const meant = nearest === null ? '' : `; did you mean ${nearest}?`;
  return `${namespace} is no service namespace that is known, and no policy here names it${meant}`;
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

/** A text that allows a service by `*` or NotAction is written anew over all that it allows, or not at all. */
function unnamed({ source: { document } }: Grant, namespace: string): string {
  const isNamed = document?.statements.some(
    (statement) => statement.effect === 'Allow' && namesService(statement, namespace),
  );
  return isNamed
    ? ''
    : `; it allows ${namespace} without naming it: a review proposes an edit only where AWS's report lists the service and the text without it fits`;
}

function wayOut({ attachedTo, source, via }: Grant): string {
  const leave = via === 'direct' ? [] : [`leave group ${via.group}`];
  if (source.type === 'inline') return ['edit or delete that inline policy', ...leave].join(', or ');
  const edit = source.type === 'aws-managed' ? [] : ['write a new version of it without the service'];
  return [...edit, `detach it from ${attachedTo.type} ${attachedTo.name}`, ...leave].join(', or ');
}
