import { regionCoverage } from '../../../organization/region-coverage.ts';
import { fails, holds, notProven } from '../../subject.ts';
import type { IdentityCheck } from '../subject.ts';

const verdicts = { whole: holds, 'not-read': notProven, 'not-whole': fails } as const;

/** The account may not use a Region of which AWS keeps no data: use there does not show in any report. */
export const regions: IdentityCheck = {
  name: 'regions',
  check: ({ account: { accountId, partition }, configuration, cutOff, regions: readings }) => {
    const reading = configuration.sources.regions ? readings?.get(accountId) : 'off';
    const { coverage, detail } = regionCoverage(partition, reading, cutOff);
    return verdicts[coverage](detail);
  },
};
