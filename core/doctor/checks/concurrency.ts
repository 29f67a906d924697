import { functionLimits } from '../../base/limits.ts';
import { check, doubtful, fine, wrong } from '../check.ts';

/** Concurrent executions that are left for the functions: new accounts have few. */
export const concurrency = check({
  name: 'concurrency',
  reads: ['concurrency'],
  judge: ({ concurrency: { limit, unreserved } }) => {
    const said = `${unreserved} of ${limit} concurrent executions of Lambda are not reserved`;
    const wayOut = 'ask Service Quotas for more concurrent executions of Lambda in this account and Region';
    if (unreserved < functionLimits.leastConcurrency) return [wrong(said, wayOut)];
    return [unreserved < functionLimits.comfortableConcurrency ? doubtful(said, wayOut) : fine(said)];
  },
});
