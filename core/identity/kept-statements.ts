import type { PolicyDocument, Statement } from '../policy/document.ts';
import { whyStatementKept } from '../policy/kept-statements.ts';
import { hasDeny, touchesService } from './granted-services.ts';

function whyKept(statement: Statement): string | null {
  const why = whyStatementKept(statement);
  return why === null ? null : `statement ${statement.sid ?? 'without a Sid'} stays: ${why}`;
}

/** Why a policy may not be taken from anybody as a whole, or null: a Deny that would fall away, or a statement that is kept. */
export function whyInseparable(document: PolicyDocument, name: string): string | null {
  if (hasDeny(document)) return `${name} holds a Deny, and taking it away would grant`;
  for (const statement of document.statements) {
    const why = whyKept(statement);
    if (why !== null) return `${name}: ${why}`;
  }
  return null;
}

/** Why every statement that grants a service stays, or null where one of them may be narrowed. */
export function whyServiceKept({ statements }: PolicyDocument, namespace: string): string | null {
  const granting = statements.filter(
    (statement) => statement.effect === 'Allow' && touchesService(statement, namespace),
  );
  const reasons = granting.map(whyKept);
  return reasons.length > 0 && reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}
