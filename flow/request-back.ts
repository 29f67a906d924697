import type { LockStore } from '../adapters/lock-ports.ts';
import type { AskedBackStore } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { personBehind } from '../core/base/principal-arn.ts';
import { type Result, refused } from '../core/base/result.ts';
import {
  judgeRequestBack,
  notYours,
  type RequestBackInput,
  stillAnswered,
  type WhoAsks,
} from '../core/change/deciding/request-back.ts';
import { starterOf } from '../core/change/life/starter.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import { type GiveBackPorts, putForward } from './give-back.ts';

/** What asking services back needs. */
export interface RequestBackPorts extends GiveBackPorts {
  readonly stores: GiveBackPorts['stores'] & {
    readonly locks: Pick<LockStore, 'readFreeze'>;
    readonly askedBack: AskedBackStore;
  };
}

/**
 * Proposes to give back services that an applied change denies, asked by somebody who need not be an approver: the
 * approvers of the change decide, and never he. Asked twice it is one proposal, and the second time counts as none.
 */
export async function requestBack(
  ports: RequestBackPorts,
  changeId: string,
  who: WhoAsks,
  input: RequestBackInput,
  configuration: Configuration,
): Promise<Result<StoredChange, DecisionRefusal>> {
  const { clock, stores } = ports;
  const change = await stores.changes.load(changeId);
  if (!change) return refused(notYours(who.type === 'principal' ? who.arn : who.name));
  const now = clock.now();
  const { frozen } = await stores.locks.readFreeze();
  const { mode } = configuration;
  const judged = judgeRequestBack(change.record, who, input, { mode, now, frozen });
  if (!judged.ok) return judged;
  const { reason } = judged.value;
  const isKnown = who.type === 'principal';
  const name = isKnown ? who.arn : who.name.trim();
  // Whoever types a name may be an approver: then nobody approves alone.
  const starter = starterOf(
    isKnown ? { type: 'principal', arn: name } : { type: 'unknown' },
    name,
    configuration,
  );
  return putForward(
    ports,
    change.record,
    {
      ...judged.value,
      actor: isKnown ? { type: 'principal', id: name } : { type: 'system', id: 'request-back' },
      by: isKnown ? name : `"${name}" (not verified)`,
      asker: { name, verified: isKnown, reason },
      starter,
      room: {
        store: stores.askedBack,
        asker: isKnown ? personBehind(name, configuration.identityCenterRoles) : null,
        stillAnswered: (before) => stillAnswered(before, now),
      },
    },
    configuration,
  );
}
