import type { Role } from './account-identities.ts';
import type { IdentityReason } from './identity-refusal.ts';

/** The inline policy that stops an unused role: removing it is the whole way back. */
export const quarantinePolicy = {
  name: 'DenyAllUnusedRole',
  text: '{"Version":"2012-10-17","Statement":[{"Sid":"DenyAllUnusedRole","Effect":"Deny","Action":"*","Resource":"*"}]}',
} as const;

/** Why an unused role is not stopped by a policy, or null: it may be. Trust in services, providers and other accounts is for the check `in-service`. */
export function whyNoQuarantine(role: Role): IdentityReason | null {
  if (role.inline.some(({ name }) => name === quarantinePolicy.name)) {
    const detail = `${role.name} bears ${quarantinePolicy.name} already: its silence since proves nothing more`;
    return { code: 'POLICY_NOT_RELEVANT', detail };
  }
  if (role.instanceProfiles.length === 0) return null;
  const detail = `${role.name} is in an instance profile (${role.instanceProfiles.join(', ')}): an instance may need it at its next start`;
  return { code: 'IN_SERVICE', detail };
}
