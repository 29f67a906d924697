import type { ChangeContent } from '../content/change.ts';
import { editOf } from '../content/edit.ts';
import type { ChangeRecord } from './life.ts';
import { type Starter, starterAfter } from './starter.ts';

/** What of a change says what it is about. */
type Subject = Pick<ChangeContent, 'id' | 'steps' | 'targets' | 'services' | 'accountIds'>;

/** Whether a change, in any of its revisions, is about the same SCP as this one, or about a service of it below one of its accounts: then who started it started what led to this one. */
export function mayHaveLedTo(
  subject: Subject,
  { history, id }: Pick<ChangeRecord, 'history' | 'id'>,
): boolean {
  if (id === subject.id) return true;
  const accountIds = new Set(subject.accountIds);
  const { policyId } = editOf(subject);
  return history.some((event) => {
    // An SCP that a change made is named in its journal alone.
    if (event.type === 'step-done') return event.policyId !== null && event.policyId === policyId;
    if (event.type !== 'proposed' && event.type !== 'revised') return false;
    const { content } = event;
    if (policyId !== null && editOf(content).policyId === policyId) return true;
    return (
      content.services.some((service) => subject.services.includes(service)) &&
      content.accountIds.some((accountId) => accountIds.has(accountId))
    );
  });
}

/** Everybody who started a review that proposed or revised the change until an instant (epoch ms), as one starter. */
export function startersIn(
  { history }: Pick<ChangeRecord, 'history'>,
  until: number = Number.POSITIVE_INFINITY,
): Starter {
  let whole: Starter = { type: 'stale' };
  for (const event of history) {
    if ((event.type !== 'proposed' && event.type !== 'revised') || event.at > until) continue;
    whole = starterAfter(whole, event.starter);
  }
  return whole;
}

/** The namespaces that any revision of the change denied, sorted. */
export function servicesIn({ history }: Pick<ChangeRecord, 'history'>): readonly string[] {
  const services = new Set<string>();
  for (const event of history) {
    if (event.type !== 'proposed' && event.type !== 'revised') continue;
    for (const service of event.content.services) services.add(service);
  }
  return [...services].sort();
}
