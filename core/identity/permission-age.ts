import { parsePolicy } from '../policy/document.ts';
import type { ManagedPolicy, PolicyVersion } from './account-identities.ts';
import { grantsAction, grantsService } from './granted-services.ts';

/**
 * Whether what the default version of a customer-managed policy grants may be newer than the cut-off, so that nobody had
 * the whole threshold to use it. Setting another default leaves no date: every version that existed then may have been in force.
 */
export function isNewPermission(
  policy: ManagedPolicy,
  wanted: { readonly namespace: string; readonly action?: string },
  cutOff: number,
): boolean {
  const candidates = policy.versions.filter(({ createdAt }) => createdAt < cutOff);
  return candidates.length === 0 || !candidates.every((version) => granted(version, wanted));
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
  wanted: { readonly namespace: string; readonly action?: string },
): boolean {
  const parsed = read(version);
  if (!parsed.ok) return false;
  const { action, namespace } = wanted;
  return action === undefined
    ? grantsService(parsed.value, namespace)
    : grantsAction(parsed.value, `${namespace}:${action}`);
}
