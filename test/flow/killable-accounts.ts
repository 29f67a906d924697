import { pino } from 'pino';
import type { Configuration } from '../../core/base/configuration.ts';
import type { ManyPorts } from '../../flow/identities/many-accounts.ts';
import {
  type ManyAnswer,
  type ManyStep,
  manyAccountsStep,
} from '../../handlers/shared/many-accounts-step.ts';

/** A point of a review of many accounts: right before or after the n-th call of this kind in the whole review. */
interface Place {
  readonly store: string;
  readonly call: string;
  readonly when: 'before' | 'after';
  readonly time: number;
}

const at = (store: string, call: string, when: Place['when'], time: number): Place => ({
  ...{ store, call, when, time },
});

/** The named points, in the order in which they are reached. */
export const accountPoints = {
  'list-read': at('accountLists', 'keep', 'before', 1),
  'list-stored': at('accountLists', 'keep', 'after', 1),
  'first-account-published': at('accountLists', 'keepLine', 'before', 1),
  'first-line-stored': at('accountLists', 'keepLine', 'after', 1),
  'first-account-counted': at('accountLists', 'countDone', 'after', 1),
  'grants-stored': at('grants', 'save', 'after', 2),
  'account-decided': at('reviews', 'saveReview', 'before', 2),
  'account-stored': at('reviews', 'saveReview', 'after', 2),
  'account-published': at('accountLists', 'keepLine', 'before', 2),
  'line-stored': at('accountLists', 'keepLine', 'after', 2),
  'last-account-counted': at('accountLists', 'countDone', 'after', 3),
  'summary-stored': at('reviews', 'saveReview', 'after', 4),
  'summary-sent': at('bus', 'put', 'after', 4),
  'request-open': at('requests', 'close', 'before', 1),
  'request-closed': at('requests', 'close', 'after', 1),
} as const;

/** The name of such a point. */
export type AccountPoint = keyof typeof accountPoints;

/** One invocation by the state machine of many accounts, as Lambda runs it, on a clock of the test's own. */
export function invokeAccounts(
  payload: unknown,
  ports: ManyPorts,
  configuration: Configuration,
  reviewId: string,
): Promise<ManyAnswer> {
  return manyAccountsStep(payload as ManyStep, ports, {
    ...{ configuration, reviewId, endsAt: ports.clock.now() + 900_000, inLambda: true },
    log: pino({ level: 'silent' }),
  });
}

/** Ports that call `reach` at this point; `calls` counts on from invocation to invocation. */
export function watchedAt(
  point: AccountPoint,
  calls: { made: number },
  reach: () => void,
  ports: ManyPorts,
): ManyPorts {
  const place = accountPoints[point];
  const watched = <Port extends object>(name: string, port: Port): Port => {
    if (name !== place.store) return port;
    const call = port[place.call as keyof Port] as (...input: readonly unknown[]) => Promise<unknown>;
    const reached = async (...input: readonly unknown[]) => {
      calls.made += 1;
      const isHere = calls.made === place.time;
      if (isHere && place.when === 'before') reach();
      const answer = await call(...input);
      if (isHere && place.when === 'after') reach();
      return answer;
    };
    return { ...port, [place.call]: reached };
  };
  const { stores } = ports;
  const kept = Object.entries(stores).map(([name, port]) => [name, watched(name, port)]);
  return {
    ...ports,
    bus: watched('bus', ports.bus),
    stores: Object.fromEntries(kept) as typeof stores,
  };
}
