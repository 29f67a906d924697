import { athenaLimits, costLimits } from '../base/limits.ts';
import type { ReviewMetrics } from './review-result.ts';

/** What AWS asks for calls and for what queries scanned, in US dollars, as the metrics of a review have it: nothing but Cost Explorer and Athena costs. */
export function dollarsOf(
  { GetCostAndUsage: requests = 0 }: Readonly<Record<string, number>>,
  scannedBytes = 0,
): Pick<ReviewMetrics, 'dollars' | 'scannedBytes'> {
  const dollars =
    requests * costLimits.dollarsPerRequest + (scannedBytes / 1e12) * athenaLimits.dollarsPerTerabyte;
  return {
    ...(dollars > 0 ? { dollars: Math.round(dollars * 100) / 100 } : {}),
    ...(scannedBytes > 0 ? { scannedBytes } : {}),
  };
}
