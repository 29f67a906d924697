import { knownActions } from '../policy/known-actions.ts';
import { trackedActions, wasTrackedAt } from '../policy/tracked-actions.ts';
import type { ActionCatalogue } from './action-use.ts';

/** The actions that the shipped, dated tables know: every action there is, and those that AWS tracks. */
export const shippedCatalogue: ActionCatalogue = {
  trackedOf: trackedActions,
  wasTrackedAt,
  get knownActions() {
    return knownActions();
  },
};
