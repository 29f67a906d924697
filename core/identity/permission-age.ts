import { parsePolicy } from '../policy/document.ts';
import type { ManagedPolicy, PolicyVersion } from './account-identities.ts';
import {
  deniesLifted,
  grantsAction,
  grantsService,
  touchesAction,
  touchesService,
} from './granted-services.ts';

type Wanted = { readonly namespace: string; readonly action?: string };

/**
 * Whether what the default version of a customer-managed policy grants may be newer than the cut-off, so that nobody had
 * the whole threshold to use it. Setting another default leaves no date: every version that existed then may have been in force.
 * What a version allows and denies counts as not granted by it, unless the default version denies it alike.
 */
export function isNewPermission(policy: ManagedPolicy, wanted: Wanted, cutOff: number): boolean {
  const candidates = policy.versions.filter(({ createdAt }) => createdAt < cutOff);
  const inForce = policy.versions.find(({ id }) => id === policy.defaultVersionId);
  return candidates.length === 0 || !candidates.every((version) => granted(version, inForce, wanted));
}

const remembered = new WeakMap<PolicyVersion, ReturnType<typeof parsePolicy>>();

/** Read once: a version is asked about every service that its policy grants. */
function read(version: PolicyVersion): ReturnType<typeof parsePolicy> {
  const parsed = remembered.get(version) ?? parsePolicy(version.text);
  remembered.set(version, parsed);
  return parsed;
}

function granted(
  version: PolicyVersion,
  inForce: PolicyVersion | undefined,
  { action, namespace }: Wanted,
): boolean {
  const parsed = read(version);
  if (!parsed.ok) return false;
  const now = inForce === undefined ? null : read(inForce);
  const lifted = deniesLifted(parsed.value, now?.ok ? now.value : null);
  if (action === undefined)
    return (
      grantsService(parsed.value, namespace) &&
      !lifted.some((statement) => touchesService(statement, namespace))
    );
  const wanted = `${namespace}:${action}`;
  return grantsAction(parsed.value, wanted) && !lifted.some((statement) => touchesAction(statement, wanted));
}
