declare const grants: {
  /** The roles of the functions that this installation has, as resources of a CloudFormation template. */
  readonly roles: () => Promise<{ readonly Resources: Readonly<Record<string, object>> }>;
  /** The table of grants for README, in Markdown. */
  readonly permissionTable: () => string;
};
export = grants;
