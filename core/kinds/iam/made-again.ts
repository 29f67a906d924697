import { identityLimits } from '../../base/limits.ts';
import type { AccountIndex, PolicySource } from '../../identity/account-index.ts';
import type { IdentityReason } from '../../identity/identity-refusal.ts';
import { minifyJson } from '../../policy/json-text.ts';
import { policyCharacters } from '../../policy/size.ts';
import { checkSyntax } from '../../policy/syntax.ts';

/** Why a policy is not deleted, or null: today's AWS would refuse its text, so no roll back could bring it back. */
export function whyNotMadeAgain(
  { account: { quotas } }: AccountIndex,
  { name, text, type }: PolicySource,
): IdentityReason | null {
  if (text === null) return null;
  const because = `is not deleted, since AWS would not take its text again`;
  const [problem] = checkSyntax(text, { characters: Number.POSITIVE_INFINITY });
  if (problem !== undefined)
    return { code: 'MALFORMED_POLICY', detail: `${name} ${because}: ${problem.detail}` };
  // The inline policies of one identity share a sum, which the certificate counts.
  if (type === 'inline') return null;
  const most = quotas?.policyCharacters ?? identityLimits.policyCharacters;
  const size = policyCharacters(minifyJson(text));
  if (size <= most) return null;
  return { code: 'TOO_LARGE', detail: `${name} ${because}: it has ${size} characters, ${most} are allowed` };
}
