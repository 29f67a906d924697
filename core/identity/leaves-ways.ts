import type { Statement } from '../policy/document.ts';
import { touchesAction } from './granted-services.ts';

/** Whether a statement is about more than resources that it names: `arn:aws:iam::*:role/*` is, `arn:aws:iam::*:role/audit-*` and a bucket are not. */
export function isBroad({ effect, resources: { kind, patterns } }: Statement): boolean {
  return kind === 'not-resource' || !patterns.every((pattern) => isNarrow(pattern, effect));
}

/** A Deny of `role/*-audit` leaves roles under all other names; an Allow of it may be all that somebody needs. */
function isNarrow(pattern: string, effect: Statement['effect']): boolean {
  const [, , service = '*', , , ...resource] = pattern.split(':');
  if (!/[*?]/.test(service) && service !== 'iam') return true;
  const [, name = ''] = /^[a-z-]+\/(.*)$/i.exec(resource.join(':')) ?? [];
  return effect === 'Allow' ? /^[^*?]/.test(name) : /[^*?/]/.test(name);
}

/**
 * Whether a Deny leaves other ways to give access back, since it is about some resources alone: those under a tag, with
 * a boundary, or the policies that it names. What has no tag, and a policy with the same text, are not denied.
 */
export function leavesOtherWays(deny: Statement): boolean {
  return Object.entries(deny.condition ?? {}).some(([operator, keys]) =>
    Object.entries(keys).some(([key, values]) => isAboutSome(deny, operator.toLowerCase(), [key, values])),
  );
}

const positive = new Set(['stringequals', 'stringequalsignorecase', 'stringlike', 'arnequals', 'arnlike']);

function isAboutSome(
  deny: Statement,
  operator: string,
  [key, values]: readonly [string, readonly string[]],
): boolean {
  const name = key.toLowerCase();
  const isNull = (wanted: 'true' | 'false'): boolean =>
    operator === 'null' && values.every((value) => value.toLowerCase() === wanted);
  const isThere = positive.has(operator) || isNull('false');
  if (/^(aws|iam):resourcetag\//.test(name)) return isThere;
  if (name === 'iam:policyarn')
    return positive.has(operator) && values.every((value) => isNarrow(value, 'Deny'));
  if (name !== 'iam:permissionsboundary') return false;
  if (isThere) return true;
  // Without a boundary nothing can be granted. Trusts and versions of policies know no boundary: they would be denied to everybody.
  const isOfGrants = !['iam:UpdateAssumeRolePolicy', 'iam:CreatePolicyVersion'].some((action) =>
    touchesAction(deny, action),
  );
  return isOfGrants && (/^(string|arn)not/.test(operator) || isNull('true'));
}
