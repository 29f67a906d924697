import catalogue from './service-catalogue.generated.json' with { type: 'json' };

/** The AWS services that were known when this version was made. */
export interface ServiceCatalogue {
  /** The day the catalogue was taken, `YYYY-MM-DD`. */
  readonly date: string;
  readonly namespaces: ReadonlySet<string>;
  has(namespace: string): boolean;
  /** The product's name, or null for an unknown namespace. One name stands for all products under a namespace: prefer the report's. */
  nameOf(namespace: string): string | null;
}

const names: ReadonlyMap<string, string> = new Map(Object.entries(catalogue.namespaces));

/** The shipped catalogue of service namespaces, made from the Service Authorization Reference by `npm run generate`. */
export const serviceCatalogue: ServiceCatalogue = {
  date: catalogue.date,
  namespaces: new Set(names.keys()),
  has: (namespace) => names.has(namespace),
  nameOf: (namespace) => names.get(namespace) ?? null,
};
