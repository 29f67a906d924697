import { capitalized } from '../../base/counted.ts';
import type { Risk } from '../../change/content/change.ts';
import { isVouchedFor } from '../../proof/verdict.ts';

// Changes of earlier versions were stored with codes alone: `YOUNG_ACCOUNTS` is told as `young accounts`.
function flagMeaning(flag: string): string {
  const [code, subject] = flag.split(':');
  if (code === 'NOT_PROVEN' && subject) return `the check ${subject} is not proven`;
  return flag.toLowerCase().replaceAll('_', ' ');
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

/** What a check that is not proven leaves unknown, where its name alone would say the contrary or nothing. */
const unknownOf: ReadonlyMap<string, string> = new Map([
  ['no-moved-accounts', 'whether accounts moved'],
  ['no-lock-out', 'whether somebody is locked out'],
  ['no-running-resources', 'whether something runs there'],
  ['second-judge', "whether AWS's simulator agrees"],
  ['observation-period', 'whether it could be used all the time'],
  ['permission-age', 'since when it is granted'],
  ['in-service', 'who works with the roles'],
]);

/** What the checks that are not proven leave unknown, as words. */
export function notProvenNames({
  checks,
}: {
  readonly checks: readonly { readonly name: string; readonly verdict: string }[];
}): readonly string[] {
  return checks
    .filter(({ verdict }) => verdict === 'not-proven')
    .map(({ name }) => unknownOf.get(name) ?? name.replaceAll('-', ' '));
}

/** What each source beside AWS's access reports is told as, by the check that it answers. */
const sources: readonly (readonly [check: string, words: string])[] = [
  ['second-judge', "AWS's policy simulator"],
  ['regions', 'the Regions that accounts may use'],
  ['no-running-resources', 'what accounts pay'],
  ['replay', "the calls in the organization's trail"],
];

/** Who judged a change, and what is left unknown, as one sentence. */
export function judgesWords({
  checks,
}: {
  readonly checks: readonly { readonly name: string; readonly verdict: string; readonly detail: string }[];
}): string {
  const isOk = (check: string): boolean => checks.some((each) => each.name === check && isVouchedFor(each));
  const spoke = sources.flatMap(([check, words]) => (isOk(check) ? [words] : []));
  const judges = ["AWS's access reports", ...spoke];
  const last = judges.pop();
  const all = judges.length === 0 ? last : `${judges.join(', ')} and ${last}`;
  const open = notProvenNames({ checks });
  return `Judged by ${all}; ${open.length === 0 ? 'no check is open' : `not proven: ${open.join(', ')}`}.`;
}

/** Who judged a change, and what it would have blocked, where a check asks: what every outline of a change says behind its risk. */
export function judgesLines(certificate: Parameters<typeof blockedWords>[0]): readonly string[] {
  const blocked = blockedWords(certificate);
  return [
    judgesWords(certificate),
    ...(blocked === null ? [] : [`What would this have blocked? ${capitalized(blocked)}.`]),
  ];
}

/** What the organization's trail says that a change would have blocked, or why nobody knows; null where no check asks. */
export function blockedWords({
  checks,
}: {
  readonly checks: readonly { readonly name: string; readonly verdict: string; readonly detail: string }[];
}): string | null {
  const found = checks.find(({ name }) => name === 'replay');
  if (found === undefined) return null;
  return found.verdict === 'not-proven' ? `nobody knows: ${found.detail}` : found.detail;
}
