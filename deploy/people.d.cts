import type { Configuration } from '../core/base/configuration.ts';

declare const people: {
  /** Topics, policies and subscriptions of approvers and operators, as resources of a CloudFormation template. */
  readonly mailResources: (
    configuration: Configuration,
    approverTopicEnd: (approver: { readonly id: string; readonly email: string }) => string,
  ) => Readonly<Record<string, object>>;
};
export = people;
