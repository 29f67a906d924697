/** The names of the checks of a certificate, in the order in which people read them. `requireProven` names some of them. */
export const checkNames = [
  'evidence-complete',
  'evidence-fresh',
  'nothing-used-denied',
  'only-intended-denied',
  'protected-untouched',
  'exemptions-respected',
  'other-statements-unchanged',
  'syntax',
  'quotas',
  'no-lock-out',
  'no-moved-accounts',
  'observation-period',
  'regions',
  'no-running-resources',
  'second-judge',
  'replay',
] as const;

/** The name of a check. */
export type CheckName = (typeof checkNames)[number];

/** The keys of `sources`: what a proof may ask beside access reports. */
type SourceName = 'regions' | 'cost' | 'simulate' | 'replay';

/** The checks that rest on a source which is asked where `sources` says so, by the key there. */
const checksOfSources: ReadonlyMap<string, SourceName> = new Map([
  ['regions', 'regions'],
  ['no-running-resources', 'cost'],
  ['second-judge', 'simulate'],
  ['replay', 'replay'],
]);

/** Whether a check rests on a source beside the access reports, and that source is configured. */
export function isConfigured(
  checkName: string,
  sources: Readonly<Record<SourceName, object | boolean | null>>,
): boolean {
  const key = checksOfSources.get(checkName);
  return key !== undefined && Boolean(sources[key]);
}

/** Whether a check rests on such a source, and it is not configured. */
export function isTurnedOff(checkName: string, sources: Parameters<typeof isConfigured>[1]): boolean {
  return checksOfSources.has(checkName) && !isConfigured(checkName, sources);
}

/** The names of the checks of an edit inside an account, in the order in which people read them. */
export const identityCheckNames = [
  'evidence-complete',
  'evidence-fresh',
  'nothing-used-lost',
  'never-widens',
  'only-intended-lost',
  'denies-untouched',
  'conditions-untouched',
  'kept-untouched',
  'exemptions-respected',
  'permission-age',
  'untracked-actions',
  'syntax',
  'quotas',
  'no-lock-out',
  'owner',
  'in-service',
  'referenced-elsewhere',
  'regions',
  'second-judge',
] as const;

/** The name of a check of an edit inside an account. */
export type IdentityCheckName = (typeof identityCheckNames)[number];

/** The names of all checks, each once. */
export const everyCheckName: readonly string[] = [...new Set([...checkNames, ...identityCheckNames])];
