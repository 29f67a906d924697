import type { Stores } from '../adapters/store-ports.ts';
import type { PublishPorts } from './publish.ts';

/** What each store writes. Reads are left alone: whoever lost his lease may look. */
const writes = {
  changes: ['create', 'save'],
  reviews: ['saveReview', 'saveReports', 'saveTree'],
  grants: ['save'],
  seasons: ['change'],
  evidence: ['change'],
  collections: ['keep'],
  accountLists: ['keep', 'keepLine', 'countDone'],
  findings: ['put', 'resolve'],
  exemptions: ['put', 'remove'],
  outbox: ['putEvents', 'removeEvents', 'putMessage', 'removeMessage'],
  requests: ['close'],
  runs: ['noteProgress'],
  // A review writes no lock and no switch: its role may not.
  locks: [],
  // People ask, whatever a review does.
  askedBack: [],
} as const satisfies { readonly [Store in keyof Stores]: readonly (keyof Stores[Store])[] };

/** The same ports, with `check` before everything that they write or send: it throws where nothing may be written any more. */
export function fenced({ bus, stores, topic }: PublishPorts, check: () => Promise<void>) {
  const kept = Object.entries(writes).map(([name, calls]) => {
    return [name, guarded(stores[name as keyof Stores], calls, check)];
  });
  const fencedStores = Object.fromEntries(kept) as Stores;
  const { collections } = fencedStores;
  // Pages are written by what a read answers.
  const pages: typeof collections.pages = async (...asked) =>
    guarded(await collections.pages(...asked), ['keep'], check);
  return {
    bus: guarded(bus, ['put'], check),
    topic: guarded(topic, ['publish'], check),
    stores: { ...fencedStores, collections: { ...collections, pages } },
  };
}

function guarded<Port extends object>(
  port: Port,
  names: readonly string[],
  check: () => Promise<void>,
): Port {
  const calls = Object.entries(port).map(([name, call]) => {
    if (!names.includes(name)) return [name, call];
    const checked = async (...input: readonly unknown[]): Promise<unknown> => {
      await check();
      return call(...input);
    };
    return [name, checked];
  });
  return Object.fromEntries(calls) as Port;
}
