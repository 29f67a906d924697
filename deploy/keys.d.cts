import type { Configuration } from '../core/base/configuration.ts';

type Members = Readonly<Record<string, unknown>>;

declare const keys: {
  /** The keys that the stack makes, and the properties that the key of the configuration puts into other resources, by logical id. */
  readonly keyResources: (
    configuration: Configuration,
    logs: readonly string[],
  ) => {
    readonly Resources: Readonly<Record<string, Members>>;
    readonly extensions: Readonly<Record<string, { readonly Properties: Members }>>;
  };
};
export = keys;
