import { isoTime } from '../../base/iso-time.ts';
import type { ChangeContent } from './change.ts';

/** Principals alone whom a change frees, or denies again, for programs: `endsAt` is ISO 8601, absent without an end. */
export type ToldExemption = {
  principals: string[];
  services: string[];
  endsAt?: string;
  of: string;
};

/** What a change says of principals alone, for programs: nothing where it concerns everybody. */
export function toldExemptions({ exemptions }: Pick<ChangeContent, 'exemptions'>): {
  exemptions?: ToldExemption[];
} {
  if (exemptions === undefined) return {};
  return {
    exemptions: exemptions.map(({ endsAt, of, principals, services }) => ({
      principals: [...principals],
      services: [...services],
      ...(endsAt === undefined ? {} : { endsAt: isoTime(endsAt) }),
      of,
    })),
  };
}

/** When the first of these ends, epoch milliseconds; null: never. */
export function firstEnd({ exemptions = [] }: Pick<ChangeContent, 'exemptions'>): number | null {
  const ends = exemptions.flatMap(({ endsAt }) => endsAt ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Everybody whom a change frees, or denies again, sorted; none where it concerns everybody. */
export function exemptedPrincipals({
  exemptions = [],
}: Pick<ChangeContent, 'exemptions'>): readonly string[] {
  return [...new Set(exemptions.flatMap(({ principals }) => principals))].sort();
}
