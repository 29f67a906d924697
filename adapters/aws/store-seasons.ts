import type { SeenUse, UseSpan } from '../../core/finding/seen-use.ts';
import type { SeasonStore } from '../season-ports.ts';
import { bodyItems } from './store-access.ts';
import { whole } from './store-format.ts';
import { itemsUnder, piecesById, putAll } from './store-items.ts';
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

/** Keeps what was seen in the table, an item a service: `SEEN#organization` / `USE#service#n`, compressed, without an end. */
export function createSeasonStore(table: Table): SeasonStore {
  return {
    load: async (organizationId) => {
      const pieces = piecesById(await itemsUnder(table, keyOf(organizationId), 'USE#'));
      // Of what a crash left by half the next reports show the last 400 days; use before these is forgotten.
      const bodies = [...pieces.values()].flatMap((items) => (whole('seen use', items) as Body | null) ?? []);
      return new Map(bodies.map(({ entities, service }) => [service, spansOf(entities)]));
    },
    save: (organizationId, seen, services) =>
      putAll(
        table,
        services.flatMap((service) =>
          bodyItems('seen use', keyOf(organizationId), `USE#${service}`, bodyOf(service, seen)),
        ),
      ),
  };
}

function keyOf(organizationId: string): string {
  return `SEEN#${organizationId}`;
}

function bodyOf(service: string, seen: SeenUse): Body {
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
