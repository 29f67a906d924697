import type { SeenUse, UseSpan } from '../../core/finding/seen-use.ts';
import { concurrently } from '../concurrently.ts';
import type { SeasonStore } from '../store-ports.ts';
import { bodiesIn, bodyItems, bodyOf, changeBodies } from './store-bodies.ts';
import type { Item } from './store-items.ts';
import type { Table } from './store-table.ts';

/** A span as it is stored. Earlier versions did not keep whether one account was alone: then others may have been there. */
type PlainSpan = readonly [
  first: number,
  last: number,
  quietUntil: number,
  accountId: string,
  alone?: boolean,
];

/** The spans of a service at one entity, as they are stored. */
type PlainSpans = readonly PlainSpan[];

/** What is in the body of an item. */
interface Body {
  readonly service: string;
  readonly entities: readonly (readonly [entityId: string, spans: PlainSpans])[];
}

/** Services that are changed at once. */
const atOnce = 4;

/** Keeps what was seen in the table, an item a service: `SEEN#organization` / `USE#service#n`, compressed, without an end. */
export function createSeasonStore(table: Table): SeasonStore {
  return {
    load: async (organizationId) => partsIn(await bodyItems(table, keyOf(organizationId), ['USE#'])),
    change: async (organizationId, services, next) => {
      const key = keyOf(organizationId);
      await concurrently(services, atOnce, (service) =>
        changeBodies(table, key, [`USE#${service}#`], (items) => {
          const [before = new Map()] = partsIn(items);
          const { seen, services: grown } = next(before, service);
          return grown.map((each) => () => bodyOf('seen use', key, `USE#${each}`, plain(each, seen)));
        }),
      );
    },
  };
}

/** Of what a crash of an earlier version left by half the next reports show the last 400 days. */
function* partsIn(items: readonly Item[]): Generator<SeenUse> {
  for (const [, body] of bodiesIn(() => 'seen use', items) as Iterable<readonly [string, Body | null]>)
    if (body) yield new Map([[body.service, spansOf(body.entities)]]);
}

function keyOf(organizationId: string): string {
  return `SEEN#${organizationId}`;
}

function plain(service: string, seen: SeenUse): Body {
  const entities = [...(seen.get(service) ?? [])].map(
    ([entityId, spans]) =>
      [
        entityId,
        spans.map((span): PlainSpan => [span.first, span.last, span.quietUntil, span.accountId, span.alone]),
      ] as const,
  );
  return { service, entities };
}

function spansOf(entities: Body['entities']): ReadonlyMap<string, readonly UseSpan[]> {
  return new Map(
    entities.map(([entityId, spans]) => [
      entityId,
      spans.map(([first, last, quietUntil, accountId, alone = false]) => ({
        first,
        last,
        quietUntil,
        accountId,
        alone,
      })),
    ]),
  );
}
