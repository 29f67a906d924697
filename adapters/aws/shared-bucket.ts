import type { Clock } from '../ports.ts';
import { explain, isAwsRefusal } from './refusal.ts';
import type { BudgetStore } from './store-budgets.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import { countedAt, type PublishedRate, slackTokens, slowedDown, type TokenCount } from './token-count.ts';

/** Tokens that a function has taken out are good for so long, in seconds: who keeps them for later would add them to a burst of the others. */
const heldSeconds = 0.5;

/** What may be saved: with what others may still hold from before, no more calls leave at once than AWS takes. */
function capacityOf({ burst, rate }: PublishedRate): number {
  return Math.max(1, burst - slackTokens - rate * heldSeconds);
}

/** How many tokens are taken out at once: what is needed until they are no longer good, so that not each call costs a write. */
function batchOf({ rate }: PublishedRate): number {
  return Math.max(1, Math.floor(rate * heldSeconds));
}

/** A table that was refused is asked again after so long, in milliseconds: each try may take as long as a call that stalls. */
const aloneMilliseconds = 60_000;

/** Tokens that are taken out, and until when they are good (epoch ms). */
interface Held {
  readonly tokens: number;
  readonly until: number;
}

const nothing: Held = { tokens: 0, until: 0 };

/**
 * A token bucket that all functions of the organization draw on, by one item of the table an operation. A batch of tokens is
 * taken out at a time; whoever crashes loses that batch. A throttle that one of them meets slows all. Where AWS does not let
 * the table be asked, it is a bucket of its own: a review does not end because of its pace.
 */
export function createSharedBucket(
  name: string,
  published: PublishedRate,
  clock: Clock,
  store: BudgetStore,
): TokenBucket {
  const alone = createTokenBucket(published, clock);
  const capacity = capacityOf(published);
  let held = nothing;
  let rate = published.rate;
  let aloneUntil = 0;
  let queue: Promise<void> = Promise.resolve();

  const stand = (count: TokenCount | null): TokenCount => {
    const now = clock.now();
    const full = { tokens: capacity, rate: published.rate, countedAt: now };
    const counted = count === null ? full : countedAt(count, published, capacity, now);
    rate = counted.rate;
    return counted;
  };

  /** Takes a batch out, or answers for how many milliseconds to wait where there is not one token; null where no answer is had. */
  const takeOut = (): Promise<Held | number | null> =>
    store.change<Held | number>(name, (count) => {
      const counted = stand(count);
      const tokens = Math.min(batchOf(published), Math.floor(counted.tokens));
      if (tokens < 1) return { next: null, answer: Math.ceil(((1 - counted.tokens) / counted.rate) * 1000) };
      const until = counted.countedAt + heldSeconds * 1000;
      return { next: { ...counted, tokens: counted.tokens - tokens }, answer: { tokens, until } };
    });

  const leave = async (): Promise<void> => {
    while (held.tokens < 1 || clock.now() >= held.until) {
      const taken = await takeOut();
      if (taken === null) return alone.take();
      if (typeof taken === 'number') await clock.wait(taken);
      else held = taken;
    }
    held = { ...held, tokens: held.tokens - 1 };
  };

  const slow = async (): Promise<void> => {
    held = nothing;
    await store.change(name, (count) => {
      const next = slowedDown(stand(count), published);
      rate = next.rate;
      return { next, answer: undefined };
    });
  };

  /** Does it after all that was asked for before, or something else where AWS refuses the table. A bug is met by whoever comes next, too. */
  const inTurn = (work: () => Promise<void>, otherwise: () => Promise<void> | void): Promise<void> => {
    const ask = (): Promise<void> | void => (clock.now() < aloneUntil ? otherwise() : work());
    queue = queue.then(ask).catch((error: unknown) => {
      if (!isAwsRefusal(explain(error, 'PutItem'))) throw error;
      aloneUntil = clock.now() + aloneMilliseconds;
      return otherwise();
    });
    queue.catch(() => undefined);
    return queue;
  };

  return {
    take: () => inTurn(leave, alone.take),
    throttled: () => {
      alone.throttled();
      void inTurn(slow, () => undefined);
    },
    rate: () => rate,
  };
}
