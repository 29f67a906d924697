import type { SeenUse, UseSpan } from '../../core/finding/seen-use.ts';
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

const prefixes = ['USE#'];

/** Keeps what was seen in the table, an item a service: `SEEN#organization` / `USE#service#n`, compressed, without an end. */
export function createSeasonStore(table: Table): SeasonStore {
  return {
    load: async (organizationId) => seenIn(await bodyItems(table, keyOf(organizationId), prefixes)),
    change: (organizationId, next) => {
      const key = keyOf(organizationId);
      return changeBodies(table, key, prefixes, (items) => {
        const { seen, services } = next(seenIn(items));
        return services.map(
          (service) => () => bodyOf('seen use', key, `USE#${service}`, plain(service, seen)),
        );
      });
    },
  };
}

/** Of what a crash of an earlier version left by half the next reports show the last 400 days. */
function seenIn(items: readonly Item[]): SeenUse {
  const bodies = [...bodiesIn(() => 'seen use', items).values()] as readonly (Body | null)[];
  return new Map(bodies.flatMap((body) => (body ? [[body.service, spansOf(body.entities)]] : [])));
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
        ...{ first, last, quietUntil, accountId, alone },
      })),
    ]),
  );
}
