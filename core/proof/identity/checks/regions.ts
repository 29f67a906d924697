import { trackedRegionsDate, untrackedRegions } from '../../../base/tracked-regions.ts';
import { regionsWithoutData, untrackedPartition } from '../../../organization/enabled-regions.ts';
import { fails, holds, notProven } from '../../subject.ts';
import type { IdentityCheck } from '../subject.ts';

/** The account may not use a Region of which AWS keeps no data: use there does not show in any report. */
export const regions: IdentityCheck = {
  name: 'regions',
  check: ({ account: { accountId, partition }, configuration, cutOff, regions: readings }) => {
    const nowhere = untrackedPartition(partition);
    if (nowhere !== null) return fails(`${nowhere}: use there does not show`);
    const untracked = `AWS keeps no last-accessed data for ${untrackedRegions.join(', ')}`;
    if (!configuration.sources.regions)
      return notProven(
        `${untracked}; whether the account may use one of them is not read: sources.regions is off`,
      );
    const reading = readings?.get(accountId);
    if (reading === undefined || 'failure' in reading)
      return notProven(
        `${untracked}; whether the account may use one of them could not be read${reading === undefined ? '' : `: ${reading.failure}`}`,
      );
    const found = regionsWithoutData(reading, cutOff);
    if (found.length > 0)
      return fails(
        `the account may use ${found.join(', ')}, of which AWS keeps no last-accessed data since the cut-off: use there does not show`,
      );
    return holds(
      `AWS tracks every Region that the account may use since before the cut-off (table of ${trackedRegionsDate})`,
    );
  },
};
