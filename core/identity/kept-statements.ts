import type { PolicyDocument, Statement } from '../policy/document.ts';
import { whyStatementKept } from '../policy/kept-statements.ts';
import { hasDeny, touchesService } from './granted-services.ts';

function whyKept(statement: Statement, waysIn: readonly string[]): string | null {
  const why = whyStatementKept(statement, waysIn);
  return why === null ? null : `statement ${statement.sid ?? 'without a Sid'} stays: ${why}`;
}

/** Why a policy may not be detached as a whole, or null: a Deny in it would fall away, or a statement of it is marked to be kept. */
export function whyInseparable(
  document: PolicyDocument,
  name: string,
  waysIn: readonly string[],
): string | null {
  if (hasDeny(document)) return `${name} holds a Deny, and taking it away would grant`;
  for (const statement of document.statements) {
    const why = whyKept(statement, waysIn);
    if (why !== null) return `${name}: ${why}`;
  }
  return null;
}

/** Why every statement that grants a service stays, or null where one of them may be narrowed. */
export function whyServiceKept(
  { statements }: PolicyDocument,
  namespace: string,
  waysIn: readonly string[],
): string | null {
  const granting = statements.filter(
    (statement) => statement.effect === 'Allow' && touchesService(statement, namespace),
  );
  const reasons = granting.map((statement) => whyKept(statement, waysIn));
  return reasons.length > 0 && reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}
