import { list } from '../../../base/counted.ts';
import { listAt } from '../../../base/lists.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { ourDeniedServices } from '../../../policy/deny-statement.ts';
import { type PolicyDocument, parsePolicy } from '../../../policy/document.ts';
import { hasOurSid, isOurs } from '../../../policy/our-statement.ts';
import { denialOf, denyingStatements, isStronger } from '../../../policy/standing.ts';
import { newlyFree } from '../drafting/newly-free.ts';
import { deniesEverybody } from '../ours/intents.ts';
import { claimKey, type Stands } from '../ours/stands.ts';

/** So many services or principals are named. */
const most = 10;

/** A text that is read, with what our own writes left: what that denies, nobody denies again. Times are epoch milliseconds. */
interface Read {
  readonly text: string;
  readonly own: string;
  readonly stands: Stands;
  readonly readSince: number;
  /** Whether this change tells what nobody else would: what a change denied that is rolled back. */
  readonly tellsOfOthers: boolean;
}

/**
 * What a text denies again that a change denied once, and that no approval names. Either a later write of ours took the
 * service out, or what our own writes left spares the principal. Parts of a sentence.
 */
export function deniedAgain(
  record: ChangeRecord,
  { stands, ...rest }: Omit<Read, 'stands'> & { readonly stands: Stands | undefined },
): readonly string[] {
  // An end of exemptions denies nothing to anybody else: the change that denies the service tells.
  if (stands === undefined || !deniesEverybody(record.content)) return [];
  const read = { ...rest, stands };
  return [...servicesAgain(record, read), ...principalsAgain(record, read)];
}

function servicesAgain(
  { content, id: changeId, revision }: ChangeRecord,
  { own, stands, tellsOfOthers, text }: Read,
): readonly string[] {
  const [live, left] = [parsePolicy(text), parsePolicy(own)];
  if (!live.ok) return [];
  const again = new Map<string, Set<string>>();
  const mine = new Set(content.services.map((service) => claimKey({ changeId, revision, service })));
  for (const [key, by] of stands.takenBy) {
    const { of, service } = by;
    const isTold = mine.has(key) || (tellsOfOthers && by.rolledBack && of === by.changeId);
    if (!isTold || isClaimed([...stands.claims, ...stands.doubtful], service)) continue;
    const isDenied =
      ourDeniedServices(live.value).includes(service) ||
      (isDeniedToMost(live.value, service) &&
        isStronger(denialOf(live.value, service), left.ok ? denialOf(left.value, service) : 'none'));
    if (!isDenied) continue;
    const how = by.rolledBack ? `although ${by.changeId} was rolled back` : `which ${by.changeId} gave back`;
    again.set(how, (again.get(how) ?? new Set()).add(service));
  }
  return [...again].map(
    ([how, services]) => `its text denies ${list([...services].sort(), most)} again, ${how}`,
  );
}

function principalsAgain(
  { content, id }: ChangeRecord,
  { own, readSince, stands, text }: Read,
): readonly string[] {
  const live = parsePolicy(text);
  if (!live.ok) return [];
  const again = new Map<string, string[]>();
  for (const service of content.services) {
    const isOurs = stands.claims.some((claim) => claim.service === service && claim.changeId === id);
    if (!isOurs || !isDeniedToMost(live.value, service)) continue;
    for (const principal of newlyFree(own, text, service)) {
      const given = [...stands.exemptions.values()].find(
        (each) => each.service === service && each.principal === principal,
      );
      // Somebody may take out by hand an exemption whose time is over.
      if (given && given.endsAt !== null && given.endsAt <= readSince) continue;
      const who = given ? `${principal}, whom ${given.changeId} exempted` : principal;
      listAt(again, who).push(service);
    }
  }
  return [...again].map(([who, services]) => `its text denies ${list(services, most)} again to ${who}`);
}

/** Services that a text denies from which all that is exactly ours is taken out: whole by whatever statement, or in part by one of ours that somebody edited. */
export function stillDenied(text: string, services: readonly string[]): readonly string[] {
  const live = parsePolicy(text);
  if (!live.ok) return [];
  return services.filter(
    (service) => isDeniedToMost(live.value, service) || deniedByEdited(live.value, service),
  );
}

/** Whether a statement of ours that somebody edited denies something of a service. */
export function deniedByEdited(document: PolicyDocument, service: string): boolean {
  return denyingStatements(document, service).some(
    ({ statement }) => hasOurSid(statement) && !isOurs(statement),
  );
}

function isDeniedToMost(document: PolicyDocument, service: string): boolean {
  const denial = denialOf(document, service);
  return denial === 'whole' || denial === 'principals-exempt';
}

function isClaimed(claims: Stands['claims'], service: string): boolean {
  return claims.some((claim) => claim.service === service);
}
