import { covers, overlap } from './wildcards.ts';

/** One statement of a policy as access reports read it; patterns are in lower case. */
export interface Statement {
  readonly allow: boolean;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditional: boolean;
  /** ARNs that `iam:PolicyARN` has to equal, by `ArnEquals` or `StringEquals`, in lower case; none: no such condition. */
  readonly policyArns: readonly string[];
}

/** What an Allow grants: one action pattern on one resource pattern, both in lower case. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
}

const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((item) =>
    String(item).toLowerCase(),
  );

/** The statements of a policy text; a text that AWS would not accept has none, so it neither allows nor denies. */
export const statementsOf = (content: string): readonly Statement[] => {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return [];
  }
  const given = (document as { Statement?: unknown } | null)?.Statement;
  const list = Array.isArray(given) ? given : given === undefined ? [] : [given];
  return list
    .filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
    .map((item) => ({
      allow: item.Effect === 'Allow',
      actions: texts(item.Action),
      notActions: texts(item.NotAction),
      resources: texts(item.Resource),
      notResources: texts(item.NotResource),
      conditional: item.Condition !== undefined && Object.keys(item.Condition as object).length > 0,
      policyArns: policyArnsOf(item.Condition),
    }));
};

/** What a condition wants of `iam:PolicyARN`: the one that narrows a session to one policy. */
const policyArnsOf = (condition: unknown): readonly string[] =>
  Object.entries((condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>).flatMap(
    ([operator, keys]) =>
      /^(Arn|String)Equals$/.test(operator)
        ? Object.entries(keys).flatMap(([key, value]) =>
            key.toLowerCase() === 'iam:policyarn' ? texts(value) : [],
          )
        : [],
  );

const wildcardOnly = /^\*+$/;

/** The part of an action pattern that lies in the service, or null. */
const within = (pattern: string, namespace: string): string | null => {
  if (wildcardOnly.test(pattern)) return `${namespace}:*`;
  return pattern.startsWith(`${namespace}:`) ? pattern : null;
};

// Observed: an Allow of an object action on a bucket ARN without a key part grants nothing.
const canMatch = ({ action, resource }: Grant): boolean =>
  !(
    action.startsWith('s3:') &&
    action.includes('object') &&
    resource.startsWith('arn:aws:s3:::') &&
    !/[/*]/.test(resource.slice(13))
  );

/** What the Allow statements grant of a service, each Deny left aside. */
export const grantsOf = (statements: readonly Statement[], namespace: string): readonly Grant[] => {
  const grants: Grant[] = [];
  for (const statement of statements) {
    if (!statement.allow) continue;
    const whole = `${namespace}:*`;
    const named = statement.actions.flatMap((pattern) => within(pattern, namespace) ?? []);
    const excepted = statement.notActions.flatMap((pattern) => within(pattern, namespace) ?? []);
    const actions =
      statement.notActions.length > 0 && !excepted.some((pattern) => covers(pattern, whole))
        ? [whole]
        : named;
    const resources = statement.notResources.length > 0 ? ['*'] : statement.resources;
    for (const action of actions) {
      for (const resource of resources) grants.push({ action, resource });
    }
  }
  return grants.filter(canMatch);
};

/** True if the statement takes the whole grant away; a conditional Deny takes nothing (observed). */
export const takes = (statement: Statement, grant: Grant, namespace: string): boolean => {
  if (statement.allow || statement.conditional) return false;
  const action =
    statement.notActions.length > 0
      ? !statement.notActions.some((pattern) => overlap(within(pattern, namespace) ?? pattern, grant.action))
      : statement.actions.some((pattern) => covers(within(pattern, namespace) ?? pattern, grant.action));
  if (!action) return false;
  return statement.notResources.length > 0
    ? !statement.notResources.some((pattern) => overlap(pattern, grant.resource))
    : statement.resources.some((pattern) => covers(pattern, grant.resource));
};
