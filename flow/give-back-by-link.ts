import type { Configuration } from '../core/base/configuration.ts';
import { type Result, refused } from '../core/base/result.ts';
import { parseDays } from '../core/change/deciding/exemption-days.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { approverPrefix, startedByLink } from '../core/change/life/starter.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import { deniedTo } from '../core/denial/denied-to.ts';
import { type GiveBackInput, putForward, reasonToPropose } from './give-back.ts';
import { identify } from './identify.ts';
import type { RequestBackPorts } from './request-back.ts';
import type { Wanted } from './wanted-back.ts';

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
  const wanted = wantedOf(record, input);
  if ('code' in wanted) return refused(wanted);
  return putForward(
    ports,
    record,
    {
      ...wanted,
      reason,
      actor,
      by: approver.name,
      starter: startedByLink(approver),
      room: {
        store: ports.stores.askedBack,
        asker: `${approverPrefix}${approver.id}`,
        stillAnswered: () => null,
      },
    },
    configuration,
  );
}

/** By a link one principal alone is exempted that AWS named as denied, from what it was denied, for a time; else services are given back to everybody. */
function wantedOf(
  record: ChangeRecord,
  input: GiveBackInput,
): Pick<Wanted, 'days' | 'principals' | 'services'> | DecisionRefusal {
  const { principals = [], services = [] } = input;
  if (principals.length === 0) return { services, principals, days: undefined };
  const days = parseDays(input.days);
  if (typeof days === 'object') return days;
  if (days === undefined) return { code: 'MISSING_FIELD', field: 'days', detail: 'Choose for how many days' };
  const denied = deniedTo(record).filter(({ principal }) => principals.includes(principal));
  if (denied.length === 0 || denied.length < principals.length)
    return { code: 'WRONG_FIELD', field: 'principals', detail: 'Choose a principal that was denied' };
  return { services: [...new Set(denied.flatMap((each) => each.services))], principals, days };
}
