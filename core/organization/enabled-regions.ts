import {
  trackedPartitions,
  trackedRegions,
  trackedRegionsDate,
  untrackedRegions,
} from '../base/tracked-regions.ts';
import { type Account, type Entity, nameWithId, type OrganizationTree } from './organization.ts';

/** The Regions that an account may use, sorted, or why they could not be read. `isLasting`: another account would be refused as well. */
export type RegionReading =
  | { readonly regions: readonly string[] }
  | { readonly failure: string; readonly isLasting?: true };

/** Why a reading tells nothing, or null: an account without any Region does not exist, so that none is named was not read. */
export function unreadBecause(reading: RegionReading | undefined): string | null {
  if (reading === undefined) return 'the time ran out';
  if ('failure' in reading) return reading.failure;
  return reading.regions.length === 0 ? 'AWS named no Region, though every account has some' : null;
}

/** What was read of each account that was asked about, by its id (Account Management API reference, ListRegions). */
export type RegionReadings = ReadonlyMap<string, RegionReading>;

/** Those of an account's Regions of which AWS keeps no last accessed data, or only since after the cut-off (epoch ms): use there does not show. */
export function regionsWithoutData(reading: RegionReading | undefined, cutOff: number): readonly string[] {
  if (reading === undefined || 'failure' in reading) return [];
  return reading.regions.filter((region) => {
    const since = trackedRegions[region];
    return since === undefined || Date.parse(since) > cutOff;
  });
}

/** Why no report of a partition (`aws-cn`) shows what is used there, or null; undefined: the partition is not known. */
export function untrackedPartition(partition: string | undefined): string | null {
  if (partition === undefined || trackedPartitions.includes(partition)) return null;
  return `AWS keeps no last-accessed data for any Region of the partition ${partition} (its table of ${trackedRegionsDate})`;
}

/** What AWS's table leaves untracked in a partition, for a sentence; undefined: the partition is not known. The Regions that we know of lie in `aws`. */
export function untrackedIn(partition: string | undefined): string {
  const regions =
    partition === undefined || partition === 'aws'
      ? untrackedRegions.join(', ')
      : `Regions of ${partition} that its table of ${trackedRegionsDate} does not name`;
  return `AWS keeps no last-accessed data for ${regions}`;
}

/** An account with Regions in which its use does not show. */
export interface UncoveredAccount {
  readonly account: Account;
  readonly regions: readonly string[];
}

/** What was worked out last for readings: of these accounts, with this cut-off. */
interface Uncovered {
  readonly accounts: readonly Account[];
  readonly cutOff: number;
  readonly found: readonly (UncoveredAccount & { readonly index: number })[];
}

const remembered = new WeakMap<RegionReadings, Uncovered>();

/** The ACTIVE accounts below an entity that may use such a Region. Nobody can use a suspended one. Asked for every service, so it is remembered. */
export function uncoveredBelow(
  { accounts }: OrganizationTree,
  { endAccount, firstAccount }: Pick<Entity, 'endAccount' | 'firstAccount'>,
  readings: RegionReadings | undefined,
  cutOff: number,
): readonly UncoveredAccount[] {
  if (readings === undefined || readings.size === 0) return [];
  const last = remembered.get(readings);
  const known = last?.accounts === accounts && last.cutOff === cutOff ? last : null;
  const found =
    known?.found ??
    accounts.flatMap((account, index) => {
      const regions = regionsWithoutData(readings.get(account.id), cutOff);
      return account.state === 'ACTIVE' && regions.length > 0 ? [{ account, regions, index }] : [];
    });
  if (known === null) remembered.set(readings, { accounts, cutOff, found });
  return found.filter(({ index }) => index >= firstAccount && index < endAccount);
}

/** Such an account in words: `dev-1 (222222222222) may use ca-west-1`. */
export function uncoveredWords({ account, regions }: UncoveredAccount): string {
  return `${nameWithId(account)} may use ${regions.join(', ')}`;
}
