import type { DoctorPorts } from '../adapters/doctor-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { Finding } from '../core/doctor/check.ts';
import { findingsOf, topicsOfApprovers } from '../core/doctor/checks/topics.ts';

/**
 * Says what keeps mails from approvers, or gives their links to others: an address that never confirmed, a subscription that
 * vanished, a stranger's. Only where changes are proposed, since nobody gets a link before. `configuration` names every topic.
 */
export async function lookAtSubscribers(
  { readSubscriptions }: Pick<DoctorPorts, 'readSubscriptions'>,
  configuration: Configuration,
): Promise<readonly Finding[]> {
  if (configuration.mode === 'observe') return [];
  const read = await Promise.all(
    topicsOfApprovers(configuration).map(async (topic) => ({
      ...topic,
      subscriptions: await readSubscriptions(topic.arn),
    })),
  );
  return read.flatMap(findingsOf).filter(({ verdict }) => verdict !== 'ok');
}
