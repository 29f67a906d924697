import type { Reach } from '../../../change/content/change.ts';
import { driftEndedCode } from '../../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import {
  accountsBelowAny,
  lowestCommonEntity,
  type OrganizationTree,
} from '../../../organization/organization.ts';
import type { PolicyTarget } from '../../../policy/service-control-policy.ts';
import { isEndOfExemption } from '../ours/intents.ts';
import { affectedAccounts } from './evidence.ts';

/** Whom an SCP reaches by these targets; at least one. `cutOff` in epoch milliseconds. */
export function reachOf(tree: OrganizationTree, targets: readonly PolicyTarget[], cutOff: number): Reach {
  const targetIds = targets.map(({ id }) => id);
  const { id: confirmEntityId, shortPath: confirm } = lowestCommonEntity(tree, targetIds);
  const accounts = accountsBelowAny(tree, targetIds);
  const accountIds = accounts.map(({ id }) => id);
  const affected = affectedAccounts(tree, accounts, cutOff);
  return { targets, confirm, confirmEntityId, accountIds, affectedAccounts: affected };
}

/** Whether these are the same targets, in any order. */
export function areSameTargets(one: readonly PolicyTarget[], other: readonly PolicyTarget[]): boolean {
  return one.length === other.length && one.every(({ id }) => other.some((target) => target.id === id));
}

/**
 * What the SCP of a change is attached to by what was seen last; null: to nothing. A write of ours finds the targets that
 * were shown, and a review tells where they differ. `written`: all changes that wrote the same SCP.
 */
export function lastReach(record: ChangeRecord, written: readonly ChangeRecord[]): Reach | null {
  const seen = written.flatMap(({ content, history, revision }) =>
    history.flatMap((event): readonly { readonly at: number; readonly reach: Reach | null }[] => {
      const { at } = event;
      if (event.type === 'drift-detected' && event.attached !== undefined)
        return [{ at, reach: event.attached }];
      const tellsOfTargets =
        event.type === 'applied' ||
        event.type === 'drift-detected' ||
        (event.type === 'noted' && event.code === driftEndedCode && !event.ofTextAlone);
      // The end of an exemption names the accounts of its principals alone.
      const isWhole = tellsOfTargets && event.revision === revision && !isEndOfExemption(content);
      return isWhole ? [{ at, reach: content }] : [];
    }),
  );
  const last = seen.sort((one, other) => one.at - other.at).at(-1);
  if (last === undefined) return record.content;
  if (last.reach === null) return null;
  return areSameTargets(last.reach.targets, record.content.targets) ? record.content : last.reach;
}
