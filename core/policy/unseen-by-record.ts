import { patternMatchesAction } from '../base/matching.ts';
import type { Statement } from './document.ts';
import { mayBeUnseen, neverRecorded, unseenServices } from './unseen-use.ts';

// Other services ask for it in the name of a role that called them, and that call is on the role's record (AWS KMS
// Developer Guide, "kms:ViaService"; IAM User Guide, "Forward access sessions").
const comesWithAnotherCall: ReadonlySet<string> = new Set(['kms']);

/**
 * Services that statements spell out and whose use neither reports nor AWS's record of a role's last use may show,
 * sorted. Databases, brokers, file systems and agents judge such a call themselves. A role that names one may be in use
 * in silence.
 */
export function unseenByRecord(statements: readonly Statement[]): readonly string[] {
  const patterns = allowedPatterns(statements);
  return unseenServices
    .map(({ namespace }) => namespace)
    .filter((namespace) => !comesWithAnotherCall.has(namespace))
    .filter((namespace) => patterns.some((pattern) => spellsOut(pattern, namespace)))
    .sort();
}

/** What statements allow where all of it is such that its use may not show, sorted; empty where anything else is allowed: silence then tells something. */
export function nothingButUnseen(statements: readonly Statement[]): readonly string[] {
  const allows = statements.filter(({ effect }) => effect === 'Allow');
  const names = allowedPatterns(statements).map(unseenNameOf);
  const isAll =
    allows.every(({ actions }) => actions.kind === 'action') && names.every((name) => name !== null);
  return isAll ? [...new Set(names.flatMap((name) => name ?? []))].sort() : [];
}

function allowedPatterns(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap(({ actions, effect }) =>
    effect === 'Allow' && actions.kind === 'action' ? actions.patterns : [],
  );
}

/** A pattern of nothing but stars before the colon means no service more than another. One of calls that AWS records names nothing unseen. */
function spellsOut(pattern: string, namespace: string): boolean {
  return !/^\**(:|$)/.test(pattern) && mayBeUnseen(pattern, namespace);
}

function unseenNameOf(pattern: string): string | null {
  const [prefix = ''] = pattern.toLowerCase().split(':');
  if (mayBeUnseen(pattern, prefix)) return prefix;
  // `iam:Pass*` is that action alone: no other one begins so.
  const isPassRole = /^iam:pass/i.test(pattern) && patternMatchesAction(pattern, neverRecorded.action);
  return isPassRole ? neverRecorded.action : null;
}
