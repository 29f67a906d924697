import { knownNamespaces, knownService } from '../policy/known-actions.ts';
import { trackedActionsDate, trackedActionsOf } from '../policy/tracked-actions.ts';
import type { ActionCatalogue } from './action-use.ts';

/** The actions that the shipped, dated tables know: every action there is, and those that AWS tracks. */
export const shippedCatalogue: ActionCatalogue = {
  trackedOf: trackedActionsOf,
  trackedSince: Date.parse(`${trackedActionsDate}T00:00:00Z`),
  knownActions: new Map(
    knownNamespaces().map((namespace) => [namespace, knownService(namespace)?.names ?? []]),
  ),
};
