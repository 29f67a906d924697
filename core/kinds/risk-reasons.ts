import { isConfigured } from '../base/check-names.ts';
import type { Configuration } from '../base/configuration.ts';
import { list } from '../base/counted.ts';
import type { Risk } from '../change/content/change.ts';
import type { Certificate } from '../proof/verdict.ts';

/** Why a change needs care: a code for programs, and a phrase for people that names the thing. */
export interface RiskReason {
  readonly flag: string;
  readonly level: 'medium' | 'high';
  readonly why: string;
}

/** That a source which is configured did not tell all, or false. */
export function silentReason({ checks }: Certificate, sources: Configuration['sources']): RiskReason | false {
  const silent = checks
    .filter(({ name, verdict }) => verdict === 'not-proven' && isConfigured(name, sources))
    .map(({ name }) => name.replaceAll('-', ' '));
  return (
    silent.length > 0 && {
      flag: 'SOURCE_SILENT',
      level: 'medium',
      why: `a source that is configured did not tell all: ${list(silent)}`,
    }
  );
}

/** The risk that reasons and open checks add up to; `false`: a reason that does not hold. `toAccept`: checks that an approver must accept. What is not proven is always a flag. */
export function riskFrom(
  given: readonly (RiskReason | false)[],
  { checks }: Certificate,
  toAccept: readonly string[],
): Risk {
  const open = checks.filter(({ verdict }) => verdict === 'not-proven').map(({ name }) => name);
  const all: readonly (RiskReason | false)[] = [
    ...given,
    toAccept.length > 0 && {
      flag: 'ACCEPTANCE_REQUIRED',
      level: 'medium',
      why: `an approver must accept what is not proven: ${list(toAccept.map((name) => name.replaceAll('-', ' ')))}`,
    },
  ];
  const held = all.filter((reason) => reason !== false);
  const isHigh = held.some(({ level }) => level === 'high');
  const inOrder = [
    ...held.filter(({ level }) => level === 'high'),
    ...held.filter(({ level }) => level !== 'high'),
  ];
  return {
    level: isHigh ? 'high' : held.length > 0 ? 'medium' : 'low',
    flags: [...held.map(({ flag }) => flag), ...open.map((name) => `NOT_PROVEN:${name}`)].sort(),
    reasons: inOrder.map(({ why }) => why),
  };
}
