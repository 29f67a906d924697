import { counted, list } from '../../base/counted.ts';
import { trackedRegionsDate } from '../../base/tracked-regions.ts';
import {
  regionsWithoutData,
  uncoveredWords,
  unreadBecause,
  untrackedIn,
  untrackedPartition,
} from '../../organization/enabled-regions.ts';
import type { Account } from '../../organization/organization.ts';
import { effectOf } from '../effect.ts';
import { type Check, fails, holds, notProven, notProvenOf, type ProofSubject } from '../subject.ts';
import { nobodyAsked } from '../verdict.ts';

/** No account that would lose a service may use a Region of which AWS keeps no data: use there does not show in any report. */
export const regions: Check = {
  name: 'regions',
  check: (subject) => {
    const { configuration, cutOff, regions: readings = new Map() } = subject;
    const nowhere = untrackedPartition(subject.partition);
    if (nowhere !== null) return fails(`${nowhere}: use there does not show`);
    const untracked = untrackedIn(subject.partition);
    if (!configuration.sources.regions)
      return notProven(
        `${untracked}; which accounts may use such a Region is not read: sources.regions is off`,
      );
    const accounts = accountsThatLose(subject);
    if (accounts.length === 0) return holds(nobodyAsked);
    const uncovered = accounts.flatMap((account) => {
      const found = regionsWithoutData(readings.get(account.id), cutOff);
      return found.length > 0 ? [{ account, regions: found }] : [];
    });
    if (uncovered.length > 0)
      return fails(
        `${list(uncovered.map(uncoveredWords))}, of which AWS keeps no last-accessed data since the cut-off: use there does not show`,
      );
    const unread = accounts.filter(({ id }) => unreadBecause(readings.get(id)) !== null);
    const [first] = unread;
    if (first !== undefined) {
      const reading = readings.get(first.id);
      const why =
        reading === undefined
          ? [...readings.values()].flatMap((each) =>
              'failure' in each && each.isLasting ? each.failure : [],
            )[0]
          : unreadBecause(reading);
      return notProvenOf(
        unread.map(({ id }) => id),
        accounts.map(({ id }) => id),
        `${untracked}; the Regions of ${list(unread.map(({ id }) => id))} could not be read: ${why ?? 'the time ran out'}`,
      );
    }
    return holds(
      `${counted(accounts.length, 'account')}: AWS keeps data of every Region that may be used there (its table of ${trackedRegionsDate})`,
    );
  },
};

/** The ACTIVE accounts where somebody loses a service by the edit: nowhere else could a Region matter. */
function accountsThatLose(subject: ProofSubject): readonly Account[] {
  const indexes = effectOf(subject).flatMap(({ accounts, lost }) => (lost.length > 0 ? accounts : []));
  return indexes
    .flatMap((index) => subject.tree.accounts[index] ?? [])
    .filter(({ state }) => state === 'ACTIVE');
}
