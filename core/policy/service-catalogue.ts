import catalogue from './service-catalogue.generated.json' with { type: 'json' };

/** The AWS services that were known when this version was made. */
export interface ServiceCatalogue {
  /** The day the catalogue was taken, `YYYY-MM-DD`. */
  readonly date: string;
  readonly namespaces: ReadonlySet<string>;
  has(namespace: string): boolean;
  /** Whether AWS had the service by an instant (epoch ms), as far as catalogues tell: those of the first one count as old. */
  hadBy(namespace: string, at: number): boolean;
  /** The product's name, or null for an unknown namespace. One name stands for all products under a namespace: prefer the report's. */
  nameOf(namespace: string): string | null;
}

const names: ReadonlyMap<string, string> = new Map(Object.entries(catalogue.namespaces));

const newer: Readonly<Record<string, string>> = catalogue.since;

/** The shipped catalogue of service namespaces, made from the Service Authorization Reference by `npm run generate`. */
export const serviceCatalogue: ServiceCatalogue = {
  date: catalogue.date,
  namespaces: new Set(names.keys()),
  has: (namespace) => names.has(namespace),
  hadBy: (namespace, at) => names.has(namespace) && Date.parse(newer[namespace] ?? '1970-01-01') <= at,
  nameOf: (namespace) => names.get(namespace) ?? null,
};
