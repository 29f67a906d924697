import type { Configuration } from '../core/base/configuration.ts';
import { type Result, refused } from '../core/base/result.ts';
import { approverPrefix, startedByLink } from '../core/change/life/starter.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import { type GiveBackInput, putForward, reasonToPropose } from './give-back.ts';
import { identify } from './identify.ts';
import type { RequestBackPorts } from './request-back.ts';

/**
 * Proposes, for an approver whose link may roll the change back, to give back some of its services alone. He counts as who
 * started it, so others decide. It writes nothing but the proposal and spends no link, so it is bounded as requests are.
 */
export async function proposeGiveBackByLink(
  ports: RequestBackPorts,
  change: StoredChange,
  token: string,
  input: GiveBackInput,
  configuration: Configuration,
): Promise<Result<StoredChange, DecisionRefusal>> {
  const { record } = change;
  const now = ports.clock.now();
  const person = identify(change, { token }, 'roll-back', configuration, now);
  if (!person.ok) return person;
  const { actor, approver } = person.value;
  const reason = reasonToPropose(record, { ...person.value, now }, input, configuration);
  if (typeof reason !== 'string') return refused(reason);
  return putForward(
    ports,
    record,
    {
      ...{ services: input.services ?? [], principals: [], reason, actor, by: approver.name },
      starter: startedByLink(approver),
      room: {
        ...{ store: ports.stores.askedBack, asker: `${approverPrefix}${approver.id}` },
        stillAnswered: () => null,
      },
    },
    configuration,
  );
}
