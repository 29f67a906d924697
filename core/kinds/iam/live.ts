import type { Resource, Step } from '../../change/content/change.ts';
import { identityResource } from '../../change/content/identity-content.ts';
import { isSameValue } from '../../change/content/resource-types.ts';
import type { ReadBack } from '../../change/engine/next-action.ts';
import { resourceKey } from '../../identity/identity-values.ts';

/** What stands now of what a change writes. */
export interface LiveIdentities {
  /** The value of each resource, by `resourceKey`; null: it is not there. */
  readonly values: ReadonlyMap<string, string | null>;
  /** Who bears the policies that the change makes, in words, by ARN. */
  readonly bearers: ReadonlyMap<string, readonly string[]>;
  /** What is not there any more, in words. A roll back can give nothing back to or by it; an apply takes nothing in whose place it was to stand. */
  readonly gone: readonly string[];
  /** How many people have to ask for a roll back that gives more than they were shown. */
  readonly needed: number;
}

/** What a resource of the change shows now. Throws for one that was not read: that is a bug. */
export function liveValue(live: LiveIdentities, resource: Resource): string | null {
  const key = resourceKey(identityResource(resource));
  const value = live.values.get(key);
  if (value === undefined) throw new Error(`${key} was not read`);
  return value;
}

/** Whether what a step leaves shows: a text by its meaning. */
export function shows(live: LiveIdentities, { after, resource }: Step): boolean {
  return isSameValue(resource, liveValue(live, resource), after);
}

/** The text where IAM gives it otherwise than it was sent. */
export function readBack(live: LiveIdentities, { after, resource }: Step): ReadBack {
  const value = liveValue(live, resource);
  return { policyId: null, ...(value !== null && value !== after ? { text: value } : {}) };
}
