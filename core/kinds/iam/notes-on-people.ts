import { list } from '../../base/counted.ts';
import { isoDay } from '../../base/iso-time.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import type { Role, User } from '../../identity/account-identities.ts';
import type { IdentityCase } from '../../identity/judge.ts';
import { lastUseOfRole } from '../../identity/last-use-of-role.ts';

/** What a reader should know of the users and roles whose access a change touches. `young`: names of those younger than the threshold. */
export function notesOnPeople(
  given: IdentityCase,
  touched: readonly (User | Role)[],
  young: readonly string[],
): readonly string[] {
  return [...youngNotes(young), ...emergencyNotes(touched), ...unshownUseNotes(given, touched)];
}

function youngNotes(young: readonly string[]): readonly string[] {
  if (young.length === 0) return [];
  return [`Younger than the threshold, so without the whole time to use anything: ${young.join(', ')}.`];
}

// As people call them: break-glass, BreakGlass, break_glass_admin, EmergencyAccess, firecall.
const emergencyName = /break[-_.]?(?:the[-_.]?)?glass|emergenc|fire[-_.]?(?:call|fighter)/i;

/** A name holds nothing: who is named in breakGlass is never touched, so he is not among these. */
function emergencyNotes(touched: readonly (User | Role)[]): readonly string[] {
  const named = touched.filter(({ name }) => emergencyName.test(name));
  if (named.length === 0) return [];
  const names = list(named.map(({ name, type }) => `${type} ${name}`));
  return [
    `By the name, ${names} may be for emergencies, where silence is usual. If so, do not approve this and name ${named.length === 1 ? 'it' : 'them'} in breakGlass: nothing is taken from anybody named there.`,
  ];
}

/** A role's own record may show a use long after the last that its report shows, which is late by hours at most: no row tells what was used then. */
function unshownUseNotes(
  { knowledge: { cutOff, reports } }: IdentityCase,
  touched: readonly (User | Role)[],
): readonly string[] {
  const unshown = touched.flatMap((each) => {
    const own = each.type === 'role' ? each.lastUsed : null;
    const report = reports.get(each.arn);
    if (own === null || own.at < cutOff || report?.status !== 'completed') return [];
    const shown = lastUseOfRole(undefined, report)?.at ?? Number.NEGATIVE_INFINITY;
    if (own.at - shown <= dayMilliseconds) return [];
    return [`role ${each.name} on ${isoDay(own.at)}${own.region === null ? '' : ` in ${own.region}`}`];
  });
  if (unshown.length === 0) return [];
  return [
    `AWS's own record shows a later use than the report, of ${list(unshown)}: what was used then is unknown.`,
  ];
}
