/** AWS publishes no rates for IAM: the sandbox's assumption, calls a second and burst of each operation. */
const assumed = { rate: 20, burst: 40 };

/** How `identityBoundSeconds` counts, in words. */
export const identityBoundFormula =
  `the throttle bound: (reports − burst ${assumed.burst}) ÷ ${assumed.rate} a second, one call of GenerateServiceLastAccessedDetails and one of ` +
  'GetServiceLastAccessedDetails for each subject, both side by side';

/** No reader is faster: the seconds that the calls of one operation need, one for each report. */
export function identityBoundSeconds(reports: number): number {
  return Math.max(0, (reports - assumed.burst) / assumed.rate);
}
