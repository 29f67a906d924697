import { canonicalJson } from '../base/canonical-json.ts';
import { patternCoversService, patternTouchesService } from '../base/matching.ts';
import { patternWithin } from '../base/pattern-relations.ts';
import type { CompletedReport } from '../finding/access-report.ts';
import { chainOf, entityOf } from '../organization/organization.ts';
import type { Statement } from '../policy/document.ts';
import { documentsAt, type PolicyIndex, standingAt } from '../policy/policy-index.ts';
import {
  allowedWhole,
  allowingStatements,
  allowsSome,
  type Denial,
  denyingStatements,
} from '../policy/standing.ts';

/** A service that the account uses and that the SCPs of the new place take away or narrow. */
export interface LostByMove {
  readonly serviceNamespace: string;
  readonly serviceName: string;
  /** The last use that AWS reports, in epoch milliseconds. */
  readonly lastAccessedAt: number;
  /** `denied`: every call. `all-but-some`: every call but those of named principals. `in-part`: some actions, resources or conditions. */
  readonly how: 'denied' | 'all-but-some' | 'in-part';
  /** What in the new place does it, in words: SCPs that deny it, and levels that do not allow it. */
  readonly because: readonly string[];
}

/** What is asked: an account, where it would go, and since when use counts. */
export interface Move {
  readonly accountId: string;
  /** The root or OU that it would be moved to. */
  readonly toId: string;
  /** Use at or after this instant counts, in epoch milliseconds. */
  readonly cutOff: number;
}

/**
 * What an account would lose of the services that it uses, as far as SCPs can tell. SCPs that are attached to the
 * account itself go with it; those above are exchanged. What the new place denies within what the old one denies takes
 * nothing away. Anything else there may take something: it denies a part, or allows only a part other than word for word
 * as before.
 */
export function checkMove(
  index: PolicyIndex,
  { accountId, cutOff, toId }: Move,
  report: CompletedReport,
): readonly LostByMove[] {
  const here = chainOf(index.tree, accountId).map(({ id }) => id);
  const there = [...chainOf(index.tree, toId).map(({ id }) => id), accountId];
  return [...report.rows.values()]
    .flatMap(({ lastAccessedAt, serviceName, serviceNamespace, unreadable }): readonly LostByMove[] => {
      if (lastAccessedAt === null || lastAccessedAt < cutOff) return [];
      // What is denied where the account is cannot be lost by moving it.
      if (!standingAt(index, accountId, serviceNamespace).listed) return [];
      const obstacles = obstaclesAmong(index, { here, there }, serviceNamespace);
      const strongest = obstacles.map(({ how }) => how).sort((one, other) => order[one] - order[other])[0];
      if (strongest === undefined) return [];
      const because = obstacles.map(({ words }) => words);
      if (unreadable !== undefined)
        because.push(`whether it is used is not known: its row in the report cannot be read (${unreadable})`);
      return [{ serviceNamespace, serviceName, lastAccessedAt, how: strongest, because }];
    })
    .sort((a, b) => (a.serviceNamespace < b.serviceNamespace ? -1 : 1));
}

const order = { denied: 0, 'all-but-some': 1, 'in-part': 2 } as const;

/** What keeps a service from the account in the new place and not in the old one. */
interface Obstacle {
  readonly how: LostByMove['how'];
  readonly words: string;
}

function obstaclesAmong(
  index: PolicyIndex,
  { here, there }: { readonly here: readonly string[]; readonly there: readonly string[] },
  namespace: string,
): readonly Obstacle[] {
  const denied = here
    .flatMap((id) => documentsAt(index, id))
    .flatMap((each) => denyingStatements(each, namespace).map(({ statement }) => statement));
  const allowed = new Set(here.map((id) => allowedAt(index, id, namespace)));
  const entered = there
    .filter((id) => !here.includes(id))
    .flatMap((id) => {
      const name = entityOf(index.tree, id).shortPath;
      const denying = (index.attached.get(id) ?? []).flatMap((policyId): readonly Obstacle[] => {
        const document = index.documents.get(policyId);
        const denials = document === undefined ? [] : denyingStatements(document, namespace);
        const fresh = denials.filter(({ statement }) => !isDeniedBy(denied, statement, namespace));
        const how = fresh
          .map(({ denial }) => wordOf(denial))
          .sort((one, other) => order[one] - order[other])[0];
        if (how === undefined) return [];
        return [{ how, words: `the SCP ${index.policies.get(policyId)?.name ?? policyId} denies it` }];
      });
      const levels = [documentsAt(index, id)];
      const none = { how: 'denied', words: `no SCP of ${name} allows it` } as const;
      const part = { how: 'in-part', words: `the SCPs of ${name} allow a part of it alone` } as const;
      if (!levels.flat().some((document) => allowsSome(document, namespace))) return [...denying, none];
      const isAsBefore = allowedWhole(levels, namespace) || allowed.has(allowedAt(index, id, namespace));
      return isAsBefore ? denying : [...denying, part];
    });
  const policyIds = new Set(there.flatMap((id) => index.attached.get(id) ?? []));
  return [...entered, ...hangingOnPlace(index, [...policyIds], namespace)];
}

/** SCPs with a condition on a place in the organization (`aws:PrincipalOrgPaths`, `aws:ResourceOrgPaths`). It may come out otherwise by the move, also where the SCP binds the account in both places. */
function hangingOnPlace(
  index: PolicyIndex,
  policyIds: readonly string[],
  namespace: string,
): readonly Obstacle[] {
  return policyIds.flatMap((policyId): readonly Obstacle[] => {
    const document = index.documents.get(policyId);
    if (document === undefined) return [];
    const denying = denyingStatements(document, namespace).map(({ statement }) => statement);
    const hangs = [...denying, ...allowingStatements(document, namespace)].some(({ condition }) =>
      Object.values(condition ?? {}).some((keys) => Object.keys(keys).some((key) => /orgpaths$/i.test(key))),
    );
    if (!hangs) return [];
    const name = index.policies.get(policyId)?.name ?? policyId;
    return [{ how: 'in-part', words: `the SCP ${name} has a condition on the place of the account` }];
  });
}

function wordOf(denial: Denial): LostByMove['how'] {
  if (denial === 'whole') return 'denied';
  return denial === 'principals-exempt' ? 'all-but-some' : 'in-part';
}

/** Whether all that a statement denies of a service is surely denied by others already, action pattern by action pattern. */
function isDeniedBy(others: readonly Statement[], statement: Statement, namespace: string): boolean {
  const meaning = meaningOf(statement, namespace);
  if (others.some((other) => meaningOf(other, namespace) === meaning)) return true;
  const { actions, condition, resources } = statement;
  if (actions.kind !== 'action') return false;
  const wider = others.filter(
    (other) =>
      other.actions.kind === 'action' &&
      (isEverything(other.resources) || canonicalJson(other.resources) === canonicalJson(resources)) &&
      (other.condition === null || canonicalJson(other.condition) === canonicalJson(condition)),
  );
  const outer = wider.flatMap((other) => other.actions.patterns);
  return actions.patterns
    .filter((inner) => patternTouchesService(inner, namespace))
    .every((inner) =>
      outer.some((each) => patternCoversService(each, namespace) || patternWithin(inner, each)),
    );
}

function isEverything({ kind, patterns }: Statement['resources']): boolean {
  return kind === 'resource' && patterns.some((pattern) => /^\*+$/.test(pattern));
}

/** What the SCPs of an entity allow of a service, as a text that is the same for the same statements. */
function allowedAt(index: PolicyIndex, entityId: string, namespace: string): string {
  const statements = documentsAt(index, entityId).flatMap((each) => allowingStatements(each, namespace));
  return [...new Set(statements.map((statement) => meaningOf(statement, namespace)))].sort().join('\n');
}

/** What a statement says of a service, as a text: without its name, and without what it says of other services. */
function meaningOf({ actions, condition, effect, resources }: Statement, namespace: string): string {
  const patterns = actions.patterns.filter((pattern) => patternTouchesService(pattern, namespace));
  return canonicalJson([effect, actions.kind, [...patterns].sort(), resources, condition]);
}
