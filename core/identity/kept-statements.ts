import type { PolicyDocument, Statement } from '../policy/document.ts';
import { hasDeny, touchesService } from './granted-services.ts';

/** Why a statement stays as it is, whatever the reports say, or null. */
function whyKept(statement: Statement): string | null {
  if (statement.effect === 'Deny') return null;
  const { resources, sid } = statement;
  if (sid?.startsWith('KEEP')) return `statement ${sid} is marked to be kept`;
  if (
    resources.kind === 'resource' &&
    resources.patterns.length > 0 &&
    resources.patterns.every(isOwnCredential)
  )
    return `statement ${sid ?? 'without a Sid'} is about one's own credentials`;
  const role = grantsTakingOver(statement) ? resources.patterns.find(isManagementAccess) : undefined;
  return role === undefined ? null : `statement ${sid ?? 'without a Sid'} lets the organization in (${role})`;
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

// IAM User Guide, "Allows MFA-authenticated IAM users to manage their own credentials".
function isOwnCredential(resource: string): boolean {
  return /:(user\/(.*\/)?\$\{aws:username\}|mfa\/.*)$/i.test(resource);
}

function grantsTakingOver(statement: Statement): boolean {
  return statement.actions.kind === 'action' && touchesService(statement, 'sts');
}

function isManagementAccess(resource: string): boolean {
  return /:role\/(.*\/)?(OrganizationAccountAccessRole|AWSControlTowerExecution)$/.test(resource);
}
