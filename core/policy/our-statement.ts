import { sortedUnique } from '../base/lists.ts';
import type { PlacedDocument, PolicyDocument, Statement } from './document.ts';
import { type JsonNode, memberOf } from './json-text.ts';

/** The Sid of our first statement in an SCP; further ones have a number behind it, from 2. */
export const firstSid = 'DenyUnusedServices';
const sidPattern = /^DenyUnusedServices([1-9][0-9]*)?$/;
const actionPattern = /^[a-z0-9-]+:\*$/;

/** A statement that is exactly ours, with its places in the text. */
export interface OurStatement {
  readonly statement: Statement;
  readonly node: JsonNode;
  readonly actionNode: JsonNode & { readonly kind: 'array' };
}

/** The statements of a text that are exactly ours, whatever their exemption, in order. */
export function ourStatements({ document, statementNodes }: PlacedDocument): readonly OurStatement[] {
  return document.statements.flatMap((statement, index) => {
    const node = statementNodes[index];
    if (!node) return [];
    const actionNode = memberOf(node, 'Action');
    // We write a list of actions and a plain `*`: another spelling of the same shows another hand.
    if (actionNode?.kind !== 'array' || memberOf(node, 'Resource')?.kind !== 'string') return [];
    return isOurs(statement) ? [{ statement, node, actionNode }] : [];
  });
}

/** Whether a statement is exactly ours: our Sid, a Deny of `ns:*` actions on `*`, no condition but our exemption of principals. */
export function isOurs(statement: Statement): boolean {
  return (
    hasOurSid(statement) &&
    statement.effect === 'Deny' &&
    statement.actions.kind === 'action' &&
    statement.actions.patterns.every((pattern) => actionPattern.test(pattern)) &&
    statement.resources.kind === 'resource' &&
    statement.resources.patterns.join() === '*' &&
    exemptionOf(statement) !== null
  );
}

/** Whether a statement bears our Sid, and somebody may have edited it. */
export function hasOurSid({ sid }: Statement): boolean {
  return sid !== null && sidPattern.test(sid);
}

/** The principals that a statement leaves free, or null where its condition is not of our making. */
export function exemptionOf({ condition }: Statement): readonly string[] | null {
  if (condition === null) return [];
  if (Object.keys(condition).join() !== 'ArnNotLike') return null;
  const keys = condition.ArnNotLike ?? {};
  if (Object.keys(keys).join() !== 'aws:PrincipalArn') return null;
  return keys['aws:PrincipalArn'] ?? null;
}

/** Whether a statement leaves exactly these principals free. */
export function exempts(statement: Statement, principals: readonly string[]): boolean {
  const exemption = exemptionOf(statement);
  if (exemption === null || (exemption.length === 0 && statement.condition !== null)) return false;
  return JSON.stringify(sortedUnique(exemption)) === JSON.stringify(sortedUnique(principals));
}

/** Our deny statement as a JSON value: actions and exempted principals each once and sorted. */
export function denyStatement(
  sid: string,
  services: readonly string[],
  exemptPrincipals: readonly string[],
): object {
  const statement = {
    Sid: sid,
    Effect: 'Deny',
    Action: sortedUnique(services.map((service) => `${service}:*`)),
    Resource: '*',
  };
  if (exemptPrincipals.length === 0) return statement;
  return { ...statement, Condition: { ArnNotLike: { 'aws:PrincipalArn': sortedUnique(exemptPrincipals) } } };
}

/** The first of `DenyUnusedServices`, `DenyUnusedServices2`, … that no statement of the document has. */
export function freeSid(document: PolicyDocument): string {
  const taken = new Set(document.statements.map((statement) => statement.sid));
  for (let number = 1; ; number += 1) {
    const sid = number === 1 ? firstSid : `${firstSid}${number}`;
    if (!taken.has(sid)) return sid;
  }
}
