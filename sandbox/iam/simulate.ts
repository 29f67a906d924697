import { QueryError, type QueryValue } from '../query-protocol.ts';
import { covers } from '../wildcards.ts';
import { noSuchEntity } from './lookup.ts';
import type { IamContext, IamOperations } from './operation.ts';
import { policiesOf } from './policy-sets.ts';
import { arnOf, type IamRole, type IamUser } from './state.ts';
import { listed, needed, pageOf } from './validation.ts';

type Members = Readonly<Record<string, unknown>>;

/** Values of the context keys of a simulated request, by key in lower case. */
type ContextValues = ReadonlyMap<string, readonly string[]>;

const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

const members = (input: URLSearchParams, name: string): readonly string[] => {
  const found: string[] = [];
  for (let index = 1; input.has(`${name}.member.${index}`); index += 1)
    found.push(input.get(`${name}.member.${index}`) ?? '');
  return found;
};

const contextIn = (input: URLSearchParams): ContextValues => {
  const context = new Map<string, readonly string[]>();
  for (let index = 1; input.has(`ContextEntries.member.${index}.ContextKeyName`); index += 1) {
    const entry = `ContextEntries.member.${index}`;
    const key = (input.get(`${entry}.ContextKeyName`) ?? '').toLowerCase();
    context.set(key, members(input, `${entry}.ContextKeyValues`));
  }
  return context;
};

/** Puts the values of policy variables (`${aws:PrincipalOrgID}`) in; one that is not given matches nothing. */
const filled = (pattern: string, context: ContextValues): string =>
  pattern.replace(/\$\{([^}]+)\}/g, (whole, key: string) => context.get(key.toLowerCase())?.[0] ?? whole);

const matchesValue = (operator: string, pattern: string, value: string): boolean => {
  if (/Bool|IgnoreCase/.test(operator)) return pattern.toLowerCase() === value.toLowerCase();
  return /^(StringLike|ArnLike|ArnEquals)$/.test(operator) ? covers(pattern, value) : pattern === value;
};

/** Whether a condition holds; a key that the request does not say fails it, or holds where the operator negates. Such keys are noted. */
const holds = (condition: unknown, context: ContextValues, missing: Set<string>): boolean =>
  Object.entries((condition ?? {}) as Readonly<Record<string, Members>>).every(([written, keys]) => {
    const operator = written.replace(/^For(AnyValue|AllValues):/, '').replace(/IfExists$/, '');
    const negated = operator.includes('Not');
    return Object.entries(keys).every(([key, wanted]) => {
      const values = context.get(key.toLowerCase());
      if (operator === 'Null') return texts(wanted).includes(String(values === undefined));
      if (values === undefined) {
        missing.add(key);
        return negated || /^ForAllValues:|IfExists$/.test(written);
      }
      const plain = operator.replace('Not', '');
      const patterns = texts(wanted).map((pattern) => filled(pattern, context));
      return (
        values.some((value) => patterns.some((pattern) => matchesValue(plain, pattern, value))) !== negated
      );
    });
  });

const named = (statement: Members, action: string): boolean => {
  const lower = (value: unknown): readonly string[] => texts(value).map((item) => item.toLowerCase());
  return statement.NotAction === undefined
    ? lower(statement.Action).some((pattern) => covers(pattern, action.toLowerCase()))
    : !lower(statement.NotAction).some((pattern) => covers(pattern, action.toLowerCase()));
};

const reaches = (statement: Members, resource: string, context: ContextValues): boolean => {
  const covering = (value: unknown): boolean =>
    texts(value).some((pattern) => covers(filled(pattern, context), resource));
  return statement.NotResource === undefined
    ? covering(statement.Resource)
    : !covering(statement.NotResource);
};

const principalIn = ({ state }: IamContext, input: URLSearchParams): IamUser | IamRole => {
  const arn = needed(input, 'PolicySourceArn');
  const known = [...state.roles.values(), ...state.users.values()];
  const found = known.find((principal) => arnOf(state.accountId, principal) === arn);
  if (found === undefined) throw noSuchEntity(`The entity with ARN ${arn} cannot be found.`);
  return found;
};

// IAM API reference, SimulatePrincipalPolicy: wildcards are for policies, a request names one action.
const checkActions = (actions: readonly string[]): void => {
  const bad = actions.find((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action));
  if (bad !== undefined) throw new QueryError('InvalidInput', `Invalid action: ${bad}`);
};

/** SimulatePrincipalPolicy: identity-based policies alone, as AWS; resource policies and SCPs of the management account say nothing. */
export const simulations: IamOperations = {
  SimulatePrincipalPolicy: (context, input) => {
    const principal = principalIn(context, input);
    const actions = members(input, 'ActionNames');
    checkActions(actions);
    const given = members(input, 'ResourceArns');
    const resources = given.length === 0 ? ['*'] : given;
    const statements = policiesOf(context.state, principal).flatMap(({ text }) => {
      const { Statement } = JSON.parse(text) as { readonly Statement: Members | readonly Members[] };
      return [Statement].flat() as readonly Members[];
    });
    const values = contextIn(input);
    const results = actions.map((action): Readonly<Record<string, QueryValue>> => {
      const each = resources.map((resource) => decided(statements, action, resource, values));
      const decisions = each.map(({ decision }) => decision);
      const overall = decisions.find((decision) => decision !== 'allowed') ?? 'allowed';
      return {
        EvalActionName: action,
        EvalResourceName: resources[0] ?? '*',
        EvalDecision: decisions.includes('explicitDeny') ? 'explicitDeny' : overall,
        MissingContextValues: [...new Set(each.flatMap(({ missing }) => missing))],
        ResourceSpecificResults: given.length === 0 ? [] : each.map(specific),
      };
    });
    return listed('EvaluationResults', pageOf(input, results, 'simulation'), (result) => result);
  },
  SimulateCustomPolicy: (_context, input) => {
    const actions = members(input, 'ActionNames');
    checkActions(actions);
    const own = statementsIn(members(input, 'PolicyInputList'));
    const levels = levelsIn(input);
    const values = contextIn(input);
    const results = actions.map((action): Readonly<Record<string, QueryValue>> => {
      const { decision, missing } = decided(own, action, '*', values);
      const ofLevels = decisionOfLevels(levels, action, values);
      const isAllowed = ofLevels === 'allowed';
      return {
        EvalActionName: action,
        EvalResourceName: '*',
        EvalDecision: decision === 'allowed' ? ofLevels : decision,
        MissingContextValues: missing,
        ...(levels.length === 0
          ? {}
          : { OrganizationsDecisionDetail: { AllowedByOrganizations: isAllowed } }),
      };
    });
    return listed('EvaluationResults', pageOf(input, results, 'simulation'), (result) => result);
  },
};

/** What SCPs decide: every level has to allow the action, and none may deny it (Organizations User Guide, "SCP evaluation"). */
const decisionOfLevels = (
  levels: readonly (readonly Members[])[],
  action: string,
  values: ContextValues,
): string => {
  const decisions = levels.map((level) => decided(level, action, '*', values).decision);
  if (decisions.includes('explicitDeny')) return 'explicitDeny';
  return decisions.every((each) => each === 'allowed') ? 'allowed' : 'implicitDeny';
};

/**
 * Whether SCP texts, a list for each level, allow an action in a request with this context.
 * @internal The laws in test/laws hold the product's evaluator against it.
 */
export const allowedByOrganization = (
  levels: readonly (readonly string[])[],
  action: string,
  context: Readonly<Record<string, string>>,
): boolean => {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value]]));
  return decisionOfLevels(levels.map(statementsIn), action, values) === 'allowed';
};

const statementsIn = (policies: readonly string[]): readonly Members[] =>
  policies.flatMap((text) => {
    try {
      return [(JSON.parse(text) as { readonly Statement: Members | readonly Members[] }).Statement].flat();
    } catch {
      throw new QueryError('InvalidInput', 'Syntax errors in policy.');
    }
  }) as readonly Members[];

/** The SCPs of each level, root first: seven at most, and none without an SCP. */
const levelsIn = (input: URLSearchParams): readonly (readonly Members[])[] => {
  const name = 'OrderedOrganizationPolicyInputList.member';
  const levels: (readonly Members[])[] = [];
  for (
    let index = 1;
    [...input.keys()].some((key) => key.startsWith(`${name}.${index}.`) || key === `${name}.${index}`);
    index += 1
  ) {
    const policies = members(input, `${name}.${index}.ServiceControlPolicyInputList`);
    if (policies.length === 0)
      throw new QueryError(
        'InvalidInput',
        `Organization policy at index ${index - 1} must contain at least one service control policy`,
      );
    levels.push(statementsIn(policies));
  }
  if (levels.length > 7) throw new QueryError('InvalidInput', 'An organization has seven levels at most.');
  return levels;
};

interface Decided {
  readonly resource: string;
  readonly decision: string;
  readonly missing: readonly string[];
}

const decided = (
  statements: readonly Members[],
  action: string,
  resource: string,
  values: ContextValues,
): Decided => {
  const missing = new Set<string>();
  const effects = statements
    .filter((statement) => named(statement, action) && reaches(statement, resource, values))
    .filter((statement) => holds(statement.Condition, values, missing))
    .map(({ Effect }) => Effect);
  const allowed = effects.includes('Allow') ? 'allowed' : 'implicitDeny';
  return { resource, decision: effects.includes('Deny') ? 'explicitDeny' : allowed, missing: [...missing] };
};

const specific = ({ decision, missing, resource }: Decided): QueryValue => ({
  EvalResourceName: resource,
  EvalResourceDecision: decision,
  MissingContextValues: missing,
});
