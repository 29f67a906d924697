import { counted, list } from '../../base/counted.ts';
import { entityOf, isWithinAny } from '../../organization/organization.ts';
import { targetsReached } from '../base.ts';
import { blastRadius } from '../chains.ts';
import { movesOf, readRawUse } from '../raw-use.ts';
import { type Check, day, fails, holds, notProven, type ProofSubject } from '../subject.ts';
import { accountIds } from './evidence.ts';

/**
 * No account of the blast radius moved after the last report. Each that moved within the threshold is shown unused by a
 * report that cannot miss its past use. Where stored trees do not reach back to the cut-off, moves before them are not
 * known: then this holds only if no report that counts could miss use after a move.
 */
export const noMovedAccounts: Check = {
  name: 'no-moved-accounts',
  check: (subject) => {
    const isInside = isReached(subject);
    const movedAgain = subject.movedAgainAccountIds.filter(isInside);
    if (movedAgain.length > 0) return fails(`${list(movedAgain)} moved or joined while the reports ran`);
    const moved = [...movesOf(subject).keys()].filter(isInside).sort();
    const unproven = unprovenOf(subject, moved);
    const how = youngAmong(subject, moved).length > 0 ? 'moved or joined within' : 'moved within';
    const needed = 'its own report, or one of an entity that it never left';
    if (unproven.length > 0)
      return fails(
        `${list(unproven)} ${how} the threshold, and ${needed}, does not show the services unused`,
      );
    const own =
      moved.length > 0
        ? `; ${list(moved)} ${how} the threshold, and ${needed}, shows the services unused`
        : '';
    const same = `the tree was the same before and after the reports that count${own}`;
    const { cutOff, movesKnownSince } = subject;
    const reachBack = movesKnownSince !== null && movesKnownSince <= cutOff;
    if (reachBack) return holds(`${same}; earlier trees since ${day(movesKnownSince)} were compared`);
    if (noMoveHidesUse(subject))
      return holds(
        `${same}; the targets' own reports show the services unused wherever an account was before`,
      );
    return notProven(
      `${unseenMoves(subject)}, and AWS may count its earlier use elsewhere${own}; ${wayOut(subject)}`,
    );
  },
};

function youngAmong({ cutOff, tree }: ProofSubject, accountIds: readonly string[]): readonly string[] {
  return accountIds.filter((id) => {
    const account = tree.accounts[tree.entities.get(id)?.firstAccount ?? -1];
    return account?.id === id && account.joinedAt >= cutOff;
  });
}

/** Which moves nobody can have seen, with the days. */
function unseenMoves({ cutOff, movesKnownSince, movesUnseen }: ProofSubject): string {
  if (movesUnseen)
    return `no tree was stored from ${day(movesUnseen.from)} to ${day(movesUnseen.to)}, so an account that moved or came in between cannot be seen`;
  const [stored, until] =
    movesKnownSince === null
      ? ['no earlier tree is stored', 'this review']
      : [`the earliest stored tree is of ${day(movesKnownSince)}`, 'that day'];
  return `${stored}, so an account that moved between ${day(cutOff)} and ${until} cannot be seen`;
}

function wayOut({ thresholdDays }: ProofSubject): string {
  return `proven once the stored trees reach back ${counted(thresholdDays, 'day')}, each at most a month after the one before, or by the report of every target if all targets are accounts`;
}

/** Whether every service is shown unused by reports of the targets themselves, each an account or the root. No move inside the organization crosses their border. */
function noMoveHidesUse(subject: ProofSubject): boolean {
  const targets = new Set(targetsReached(subject).map(({ id }) => id));
  const canBeLeft = [...targets].some((id) => subject.tree.entities.get(id)?.type === 'ou');
  if (canBeLeft) return false;
  const accounts = accountIds(subject, blastRadius(subject));
  const reports = subject.reports.filter(({ entityId }) => targets.has(entityId));
  const moves = new Map(accounts.map((id) => [id, new Set([subject.tree.rootId])]));
  return unprovenOf({ ...subject, reports, moves }, accounts).length === 0;
}

/** The accounts that no row shows unused for every service. */
function unprovenOf(subject: ProofSubject, accountIds: readonly string[]): readonly string[] {
  if (accountIds.length === 0) return [];
  const uses = subject.edit.services.map((service) => readRawUse(subject, service));
  return accountIds.filter((id) => {
    const index = subject.tree.entities.get(id)?.firstAccount ?? 0;
    return uses.some((use) => use.is === 'by-account' && use.unusedBeforeMoves[index] !== 1);
  });
}

/** Whether an account lies below a target. */
function isReached(subject: ProofSubject): (accountId: string) => boolean {
  const { tree } = subject;
  const targets = new Set(targetsReached(subject).map(({ id }) => id));
  return (accountId) =>
    accountId !== tree.managementAccountId &&
    tree.entities.has(accountId) &&
    isWithinAny(tree, entityOf(tree, accountId), targets);
}
