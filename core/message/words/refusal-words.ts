import type { RefusalCode } from '../../base/refusal.ts';

/** What a refusal's code means, as a heading. */
export const refusalTitles: Readonly<Record<RefusalCode, string>> = {
  NO_CAPACITY: 'No room for another deny',
  USED_AT_TARGET: 'In use where the SCP is attached',
  EVIDENCE_MISSING: 'Evidence is missing',
  FOREIGN_POLICY: 'The SCP belongs to somebody else',
  MALFORMED_POLICY: 'An SCP cannot be read',
  POLICY_NOT_RELEVANT: 'No relevant SCP',
  CERTIFICATE_FAILED: 'The proof failed',
  MOVED_ACCOUNT: 'An account moved',
  ROOT_NOT_ALLOWED: 'Changes at the root are not allowed',
  FAMILY_IN_USE: 'A service of the same product is in use',
  NEW_SERVICE: 'New services',
  SEASONAL: 'Used once in a while',
  NEWLY_ALLOWED: 'Allowed only lately',
  REGION_NOT_COVERED: 'A Region without data is enabled',
  RUNNING_RESOURCES: 'It costs something, so something may run',
  CALLED_AT_TARGET: 'It would have blocked calls that were made',
  EXEMPTION_IN_USE: 'An exemption that has ended was used',
  YOUNG_ACCOUNTS: 'Accounts are too young to judge',
  TOO_LARGE: 'Too long to be stored or written',
  DEFERRED: 'Left for a later review',
};
