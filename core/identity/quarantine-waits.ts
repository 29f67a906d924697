import { rememberedFor } from '../base/remembered.ts';
import { deniesEverything } from '../policy/denies-everything.ts';
import type { Role, User } from './account-identities.ts';
import type { AccountIndex } from './account-index.ts';
import type { IdentityReason } from './identity-refusal.ts';
import { quarantinePolicy } from './quarantine.ts';
import type { Subject } from './subject.ts';

type Person = User | Role;

/** By what a user or role is denied everything, in words, or null: a policy of this product's or somebody's, its own or a group's, or its boundary. Since then its use shows nowhere. */
export function stoppedBy({ borne, groups, policies }: AccountIndex, person: Person): string | null {
  const bearers = [person, ...(person.type === 'user' ? person.groups : []).map((name) => groups.get(name))];
  const stop = bearers
    .flatMap((each) => borne.get(each?.arn ?? '') ?? [])
    .find(
      ({ document, name, type }) =>
        (type === 'inline' && name === quarantinePolicy.name) ||
        (document?.statements ?? []).some(deniesEverything),
    );
  if (stop !== undefined) return `has the policy ${stop.name}`;
  const boundary = policies.get(person.boundary ?? '');
  return boundary?.document?.statements.some(deniesEverything) ? `has the boundary ${boundary.name}` : null;
}

/**
 * Why what somebody bears or a policy grants waits, or null. Who is stopped attempts nothing that reports show, so his
 * silence proves nothing. A role that is to be stopped keeps its policies: else taking the Deny back would not give it
 * back what it had.
 */
export function whyQuarantineWaits(
  index: AccountIndex,
  stopping: ReadonlySet<string>,
  { arn, name, type }: Subject,
): IdentityReason | null {
  const persons = personsBy(index).get(arn) ?? [];
  const stopped = persons.flatMap((person) => {
    const by = stoppedBy(index, person);
    return by === null ? [] : [`${person.name} ${by}`];
  });
  const what = type === 'policy' ? `what ${name} grants` : 'what is attached to it';
  if (stopped.length > 0) {
    const detail = `${stopped.join(', ')}, which hides all use since it was set: whether it is still needed is unknown, and ${what} waits until that Deny is taken back`;
    return { code: 'EVIDENCE_MISSING', detail };
  }
  const next = persons.filter((person) => stopping.has(person.arn)).map((person) => person.name);
  if (next.length === 0) return null;
  const detail = `${next.join(', ')} ${next.length === 1 ? 'is' : 'are'} to be stopped by ${quarantinePolicy.name} first: ${what} stays, so that taking the Deny back gives all of it back`;
  return { code: 'DEFERRED', detail };
}

/** The users and roles whom a policy or group reaches, and each itself, by ARN. */
const personsBy = rememberedFor(
  ({ account, groups: all }: AccountIndex): ReadonlyMap<string, readonly Person[]> => {
    const persons = new Map<string, Person[]>();
    for (const person of [...account.users, ...account.roles]) {
      const groups = person.type === 'user' ? person.groups.flatMap((name) => all.get(name) ?? []) : [];
      const reaching = [person, ...groups].flatMap(({ arn, attached }) => [arn, ...attached]);
      for (const arn of new Set(reaching)) {
        const reached = persons.get(arn) ?? [];
        reached.push(person);
        persons.set(arn, reached);
      }
    }
    return persons;
  },
);
