import { globMatches } from '../../../base/matching.ts';
import { type PolicyDocument, parsePolicy } from '../../../policy/document.ts';
import { denyingStatements } from '../../../policy/standing.ts';

/** The principals, as ARN patterns, whom a text leaves free of its denial of a service and whom another text does not. Sorted. */
export function newlyFree(now: string, earlier: string, service: string): readonly string[] {
  const [later, before] = [parsePolicy(now), parsePolicy(earlier)];
  if (!later.ok || !before.ok) return [];
  const freeBefore = freeIn(before.value, service);
  return freeIn(later.value, service).filter(
    (pattern) => !freeBefore.some((known) => known === pattern || globMatches(known, pattern)),
  );
}

/** Whom every statement that denies the service whole leaves out. */
function freeIn(document: PolicyDocument, service: string): readonly string[] {
  const denying = denyingStatements(document, service).filter(
    ({ denial }) => denial === 'whole' || denial === 'principals-exempt',
  );
  const left = denying.map(({ statement: { condition } }) =>
    Object.values(condition ?? {}).flatMap((keys) => Object.values(keys).flat()),
  );
  const isInAll = (pattern: string): boolean =>
    left.every((patterns) => patterns.some((each) => each === pattern || globMatches(each, pattern)));
  return [...new Set(left.flat().filter(isInAll))].sort();
}
