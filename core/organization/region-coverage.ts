import { trackedRegionsDate } from '../base/tracked-regions.ts';
import {
  type RegionReading,
  regionsWithoutData,
  unreadBecause,
  untrackedIn,
  untrackedPartition,
} from './enabled-regions.ts';

/** Whether use in every Region that an account may use shows in reports, with a sentence that says so. */
export interface RegionCoverage {
  /** `not-read`: nobody asked which Regions the account may use, or AWS did not answer. */
  readonly coverage: 'whole' | 'not-read' | 'not-whole';
  readonly detail: string;
}

/** Judges what was read of one account's Regions; `off`: `sources.regions` is off. `cutOff` in epoch milliseconds. */
export function regionCoverage(
  partition: string | undefined,
  reading: RegionReading | 'off' | undefined,
  cutOff: number,
): RegionCoverage {
  const nowhere = untrackedPartition(partition);
  if (nowhere !== null) return { coverage: 'not-whole', detail: `${nowhere}: use there does not show` };
  const untracked = untrackedIn(partition);
  if (reading === 'off')
    return {
      coverage: 'not-read',
      detail: `${untracked}; whether the account may use one of them is not read: sources.regions is off`,
    };
  const unread = unreadBecause(reading);
  if (unread !== null)
    return {
      coverage: 'not-read',
      detail: `${untracked}; whether the account may use one of them could not be read${reading === undefined ? '' : `: ${unread}`}`,
    };
  const found = regionsWithoutData(reading, cutOff);
  return found.length > 0
    ? {
        coverage: 'not-whole',
        detail: `the account may use ${found.join(', ')}, of which AWS keeps no last-accessed data since the cut-off: use there does not show`,
      }
    : {
        coverage: 'whole',
        detail: `AWS tracks every Region that the account may use since before the cut-off (table of ${trackedRegionsDate})`,
      };
}
