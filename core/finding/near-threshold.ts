/** How many days beyond the threshold still count as near it. */
const nearThresholdDays = 14;

/** Whether something was last attempted only just before the cut-off: a person should look at it. `daysUnused` null: never. */
export function isNearThreshold(
  findings: readonly { readonly daysUnused: number | null }[],
  thresholdDays: number,
): boolean {
  const nearest = thresholdDays + nearThresholdDays;
  return findings.some(({ daysUnused }) => daysUnused !== null && daysUnused < nearest);
}
