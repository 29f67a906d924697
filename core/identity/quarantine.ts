import type { IdentityStep } from './identity-step.ts';

/** The inline policy that stops an unused role: removing it is the whole way back. */
export const quarantinePolicy = {
  name: 'DenyAllUnusedRole',
  text: '{"Version":"2012-10-17","Statement":[{"Sid":"DenyAllUnusedRole","Effect":"Deny","Action":"*","Resource":"*"}]}',
} as const;

/** The name of the role that a step stops, or null: it does something else. */
export function roleStoppedBy({ after, resource }: IdentityStep): string | null {
  const isStop = resource.type === 'inline-policy' && resource.name === quarantinePolicy.name;
  return isStop && after === quarantinePolicy.text ? resource.principal.name : null;
}
