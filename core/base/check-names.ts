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
  'regions',
  'no-running-resources',
] as const;

/** The name of a check. */
export type CheckName = (typeof checkNames)[number];
