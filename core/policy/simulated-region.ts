import { globMatches } from '../base/matching.ts';
import { trackedRegions, untrackedRegions } from '../base/tracked-regions.ts';
import type { Statement } from './document.ts';

/** The Regions of China. Source: AWS General Reference, "Regional endpoints". */
const regionsOfChina = ['cn-north-1', 'cn-northwest-1'] as const;

/** Regions that a request may come from, sorted. */
const knownRegions = [...Object.keys(trackedRegions), ...untrackedRegions, ...regionsOfChina].sort();

/** A Region that every account of a partition has. */
export function firstRegionOf(partition: string | undefined): string {
  if (partition === 'aws-cn') return regionsOfChina[0];
  return partition === 'aws-us-gov' ? 'us-gov-west-1' : 'us-east-1';
}

/** What a condition asks of the Region of a request: `holds` says whether one meets it. */
interface RegionCondition {
  readonly effect: Statement['effect'];
  readonly values: readonly string[];
  readonly holds: (region: string) => boolean;
}

/**
 * The Region where the conditions of these statements stop a request least: under a fence a request from elsewhere is
 * denied whatever is edited. The first one of the partition, of those that AWS names, and of those that conditions name.
 */
export function regionToSimulate(statements: readonly Statement[], partition?: string): string {
  const conditions = statements.flatMap(regionConditions);
  const named = conditions.flatMap(({ values }) => values).flatMap(regionMeant);
  const regions = [firstRegionOf(partition), ...knownRegions, ...named.sort()];
  const stopping = (region: string): number =>
    conditions.filter(({ effect, holds }) => holds(region) === (effect === 'Deny')).length;
  return regions.reduce((best, region) => (stopping(region) < stopping(best) ? region : best));
}

/** Null tells no Region from another: every request that is simulated has one. */
function regionConditions({ condition, effect }: Statement): readonly RegionCondition[] {
  return Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]): readonly RegionCondition[] => {
      if (key.toLowerCase() !== 'aws:requestedregion' || /^null$/i.test(operator)) return [];
      const read = (text: string): string => (/ignorecase/i.test(operator) ? text.toLowerCase() : text);
      const means = (value: string, region: string): boolean =>
        /like/i.test(operator) ? globMatches(value, region) : read(value) === region;
      const isNegated = /not/i.test(operator);
      return [
        { effect, values, holds: (region) => values.some((value) => means(value, region)) !== isNegated },
      ];
    }),
  );
}

/** A name that a pattern means, in the letter case of Regions: `xx-*` may stand for Regions that nobody knows here. */
function regionMeant(value: string): readonly string[] {
  const name = value.toLowerCase().replaceAll('*', '').replaceAll('?', '1');
  return /^[a-z0-9-]+$/.test(name) ? [name] : [];
}
