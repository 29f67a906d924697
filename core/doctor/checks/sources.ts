import { check, doubtful, fine } from '../check.ts';
import type { SourceReading } from '../readings.ts';

const wayOut: Readonly<Record<SourceReading['source'], string>> = {
  regions:
    'allow account:ListRegions, and enable trusted access for Account Management once (docs/sources.md)',
  cost: 'allow ce:GetCostAndUsage, and open Cost Explorer once in the console of the management account: that enables it, a day later',
  simulate: 'allow iam:SimulateCustomPolicy',
  replay: 'look at table, workgroup and permissions (docs/replay.md)',
};

/** Whether the sources of proof that are on answer the caller: one that does not leaves its check not proven. */
export const sources = check({
  name: 'sources',
  reads: ['sources'],
  judge: ({ sources: asked }) =>
    asked.length === 0
      ? [fine('no further source of proof is on')]
      : asked.map(({ refusal, source }) =>
          refusal === null
            ? fine(`sources.${source} answers you`)
            : doubtful(
                `sources.${source} does not answer you, so its check is not proven: ${refusal}`,
                wayOut[source],
              ),
        ),
});
