import { patternCoversService, patternMatchesAction, patternTouchesService } from '../base/matching.ts';
import type { PolicyDocument, Statement } from '../policy/document.ts';
import { mayBeUnseen } from '../policy/unseen-use.ts';

/** Whether a statement's actions take in some action of a service. */
export function touchesService({ actions }: Statement, namespace: string): boolean {
  return actions.kind === 'action'
    ? actions.patterns.some((pattern) => patternTouchesService(pattern, namespace))
    : !actions.patterns.some((pattern) => patternCoversService(pattern, namespace));
}

/** Whether a statement's actions take in one action such as `ec2:CreateFleet`. */
export function touchesAction({ actions }: Statement, action: string): boolean {
  return (
    actions.patterns.some((pattern) => patternMatchesAction(pattern, action)) === (actions.kind === 'action')
  );
}

/** Whether a document allows some action of a service, on whatever resource and condition. Denies are not counted. */
export function grantsService({ statements }: PolicyDocument, namespace: string): boolean {
  return statements.some((statement) => statement.effect === 'Allow' && touchesService(statement, namespace));
}

/** Whether a document allows one action such as `ec2:CreateFleet`, on whatever resource and condition. */
export function grantsAction({ statements }: PolicyDocument, action: string): boolean {
  return statements.some((statement) => statement.effect === 'Allow' && touchesAction(statement, action));
}

/** Whether a document denies anything: such a policy is never detached nor deleted, since that would grant. */
export function hasDeny({ statements }: PolicyDocument): boolean {
  return statements.some(({ effect }) => effect === 'Deny');
}

/** Whether a statement spells out the prefix of a service, and does not reach it by `*` or NotAction. */
export function namesService({ actions }: Statement, namespace: string): boolean {
  const prefix = `${namespace.toLowerCase()}:`;
  return (
    actions.kind === 'action' && actions.patterns.some((pattern) => pattern.toLowerCase().startsWith(prefix))
  );
}

/** Whether a statement spells out actions of a service whose use may be missing from reports. */
export function namesUnseen(statement: Statement, namespace: string): boolean {
  return (
    namesService(statement, namespace) &&
    statement.actions.patterns.some((pattern) => mayBeUnseen(pattern, namespace))
  );
}

/** Whether a statement's actions take in some action whose use may be missing from reports, by whatever pattern. */
export function touchesUnseen(statement: Statement, namespace: string): boolean {
  const { actions } = statement;
  return actions.kind === 'action'
    ? actions.patterns.some((pattern) => mayBeUnseen(pattern, namespace))
    : touchesService(statement, namespace);
}
