import type { Configuration } from '../core/base/configuration.ts';
import type { FunctionGrant } from '../core/doctor/simulations.ts';

declare const grants: {
  /** Every grant of every function that a configuration has. */
  readonly functionGrants: (configuration: Configuration) => readonly FunctionGrant[];
  /** The roles of the functions that a configuration has, as resources of a CloudFormation template. */
  readonly rolesFor: (configuration: Configuration) => Readonly<Record<string, object>>;
  /** The same for this installation. Refuses a stage that is too long for the names of the roles. */
  readonly roles: (variables: {
    readonly resolveVariable: (name: string) => Promise<string>;
  }) => Promise<{ readonly Resources: Readonly<Record<string, object>> }>;
  /** Throws where CloudFormation would cut the names of roles with these logical ids at this stage. */
  readonly checkStage: (service: string, stage: string, logicalIds: readonly string[]) => void;
  /** The table of grants for docs/security.md, in Markdown. */
  readonly permissionTable: () => string;
};
export = grants;
