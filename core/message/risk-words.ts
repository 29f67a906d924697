import type { Risk } from '../change/content/change.ts';

const flagWords: Readonly<Record<string, string>> = {
  YOUNG_ACCOUNTS: 'some accounts joined after the cut-off: they had no full period to use anything',
  MANY_ACCOUNTS: 'it reaches many accounts',
  MANY_SERVICES: 'it denies many services at once',
  NEAR_THRESHOLD: 'a service was last used only just before the cut-off',
  SOURCE_SILENT: 'a source of proof that is configured could not tell',
  ACCEPTANCE_REQUIRED: 'an approver must accept a check that is not proven',
  CONDITIONAL_DENY: 'the deny carries a condition',
  UNKNOWN_NAMESPACE: 'a namespace is not in the service catalogue',
  ADMINISTRATORS: 'it changes what an administrator of the account may do',
  CROSS_ACCOUNT_TRUST: 'it changes a role that another account may assume',
  MANY_PRINCIPALS: 'it changes what many users and roles may do',
  DELETION: 'it deletes a policy: a roll back makes it again, without its older versions',
  YOUNG_PRINCIPALS:
    'some users or roles are younger than the threshold: they had no full period to use anything',
  FAMILY_IN_USE: 'services of the same product are in use: people may take them for one',
  FAMILY_IN_PART: 'services of the same product are in use: people may take them for one',
  WIDENED_SINCE: 'a roll back would give access to somebody who came since',
};

// Changes of earlier versions were stored with codes alone.
function flagMeaning(flag: string): string {
  const [code, subject] = flag.split(':');
  if (code === 'NOT_PROVEN' && subject) return `the check ${subject} is not proven`;
  return flagWords[flag] ?? flag;
}

/** Why a risk is what it is, a phrase each; checks that are not proven are told by themselves everywhere. */
export function riskReasons({ flags, reasons }: Pick<Risk, 'flags' | 'reasons'>): readonly string[] {
  return reasons ?? flags.filter((flag) => !flag.startsWith('NOT_PROVEN:')).map(flagMeaning);
}

/** Every line of a risk: its reasons, then the checks that are not proven. */
export function riskLines(risk: Pick<Risk, 'flags' | 'reasons'>): readonly string[] {
  const open = risk.flags.filter((flag) => flag.startsWith('NOT_PROVEN:'));
  return [...riskReasons(risk), ...open.map(flagMeaning)];
}

/** The level with its reasons: `HIGH: it denies many services at once`. `level` as the channel writes it. */
export function riskWords(
  { riskReasons: reasons }: { readonly riskReasons: readonly string[] },
  level: string,
): string {
  return reasons.length === 0 ? level : `${level}: ${reasons.join('; ')}`;
}

/** The checks that are not proven, as words. */
export function notProvenNames({
  checks,
}: {
  readonly checks: readonly { readonly name: string; readonly verdict: string }[];
}): readonly string[] {
  return checks
    .filter(({ verdict }) => verdict === 'not-proven')
    .map(({ name }) => name.replaceAll('-', ' '));
}
