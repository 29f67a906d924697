import type { ChangeContent } from '../content/change.ts';
import { subjectOf } from '../content/subject.ts';
import type { ChangeEvent } from './events.ts';
import type { ChangeRecord } from './life.ts';
import { type Starter, starterAfter } from './starter.ts';

/** What of a change says what it is about. */
type Subject = Pick<
  ChangeContent,
  'id' | 'identity' | 'intent' | 'kind' | 'steps' | 'targets' | 'services' | 'accountIds'
>;

/** Whether a change, in any of its revisions, writes a resource that this one writes, or about a service of it below one of its accounts. Then who started it started what led to this one. */
export function mayHaveLedTo(
  subject: Subject,
  { history, id }: Pick<ChangeRecord, 'history' | 'id'>,
): boolean {
  if (id === subject.id) return true;
  const accountIds = new Set(subject.accountIds);
  const { resourceIds } = subjectOf(subject);
  return history.some((event) => {
    // An SCP that a change made is named in its journal alone.
    if (event.type === 'step-done') return event.policyId !== null && resourceIds.includes(event.policyId);
    if (event.type !== 'proposed' && event.type !== 'revised') return false;
    const { content } = event;
    if (subjectOf(content).resourceIds.some((id) => resourceIds.includes(id))) return true;
    return (
      content.services.some((service) => subject.services.includes(service)) &&
      content.accountIds.some((accountId) => accountIds.has(accountId))
    );
  });
}

/**
 * As one starter, everybody without whom the change would not be proposed, until an instant (epoch ms). They started a
 * review that proposed or revised it, or lifted an exemption of somebody else that its history holds. With a subject,
 * only exemptions of its services count. Whoever asked services back as no approver led to that give-back alone.
 */
export function startersIn(
  { history, id }: Pick<ChangeRecord, 'history' | 'id'>,
  until: number = Number.POSITIVE_INFINITY,
  subject?: Pick<Subject, 'id' | 'services'>,
): Starter {
  let whole: Starter = { type: 'stale' };
  for (const event of history) {
    if (event.at > until) continue;
    if (event.type === 'proposed' && event.asker && subject && subject.id !== id) continue;
    if (event.type === 'proposed' || event.type === 'revised') whole = starterAfter(whole, event.starter);
    if (event.type !== 'exemption-lifted' || subject?.services.includes(event.service) === false) continue;
    if (!isOwnExemption(event, history)) whole = starterAfter(whole, lifterOf(event));
  }
  return whole;
}

type Lifted = Extract<ChangeEvent, { readonly type: 'exemption-lifted' }>;

/** Whether whoever lifted an exemption had decided it: by the ids of both events and, where both have one, the mailbox. */
function isOwnExemption(lifted: Lifted, history: readonly ChangeEvent[]): boolean {
  return history.some((event) => {
    if (event.type !== 'services-exempted' || event.approverId !== lifted.approverId) return false;
    const { exemptionIds, mailbox, services } = event;
    if ((mailbox ?? lifted.mailbox) !== (lifted.mailbox ?? mailbox)) return false;
    return exemptionIds?.includes(lifted.exemptionId) ?? services.includes(lifted.service);
  });
}

function lifterOf({ actor, approverId, mailbox }: Lifted): Starter {
  const said = { approverId, ...(mailbox === undefined ? {} : { mailbox }) };
  return { type: 'principal', arn: actor.id, ...said };
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
