import { deniesEverything } from '../policy/denies-everything.ts';
import type { Role } from './account-identities.ts';
import type { AccountIndex } from './account-index.ts';
import type { IdentityReason } from './identity-refusal.ts';
import { quarantinePolicy } from './quarantine.ts';
import type { Subject } from './subject.ts';

const remembered = new WeakMap<AccountIndex, ReadonlyMap<string, readonly Role[]>>();

/** The name of the inline policy that denies a role everything, this product's or somebody's own, or null. Since it was set, the use of the role shows nowhere. */
export function stoppedBy({ borne }: AccountIndex, { arn }: Role): string | null {
  const inline = (borne.get(arn) ?? []).filter(({ type }) => type === 'inline');
  const stop = inline.find(
    ({ document, name }) =>
      name === quarantinePolicy.name || (document?.statements ?? []).some(deniesEverything),
  );
  return stop?.name ?? null;
}

/**
 * Why what a role or policy grants waits, or null. A stopped role attempts nothing that reports show, so its silence
 * proves nothing. One that is to be stopped keeps its policies: else taking the Deny back would not give it back what it
 * had.
 */
export function whyQuarantineWaits(
  index: AccountIndex,
  stopping: ReadonlySet<string>,
  { arn, name, type }: Subject,
): IdentityReason | null {
  const roles = rolesBy(index).get(arn) ?? [];
  const stopped = roles.flatMap((role) => {
    const by = stoppedBy(index, role);
    return by === null ? [] : [`${role.name} bears ${by}`];
  });
  const what = type === 'policy' ? `what ${name} grants` : 'what it bears';
  if (stopped.length > 0) {
    const detail = `${stopped.join(', ')}, which hides all use since it was set: whether it is still needed is unknown, and ${what} waits until that Deny is taken back`;
    return { code: 'EVIDENCE_MISSING', detail };
  }
  const next = roles.filter((role) => stopping.has(role.arn)).map((role) => role.name);
  if (next.length === 0) return null;
  const detail = `${next.join(', ')} ${next.length === 1 ? 'is' : 'are'} to be stopped by ${quarantinePolicy.name} first: ${what} stays, so that taking the Deny back gives all of it back`;
  return { code: 'DEFERRED', detail };
}

/** The roles that bear a policy, and each role itself, by ARN. Every service of everybody asks. */
function rolesBy(index: AccountIndex): ReadonlyMap<string, readonly Role[]> {
  const known = remembered.get(index);
  if (known) return known;
  const roles = new Map<string, Role[]>();
  for (const role of index.account.roles)
    for (const arn of [role.arn, ...role.attached]) {
      const bearers = roles.get(arn) ?? [];
      bearers.push(role);
      roles.set(arn, bearers);
    }
  remembered.set(index, roles);
  return roles;
}
