import {
  anyText,
  type Check,
  count,
  fail,
  flag,
  list,
  map,
  notNegative,
  number,
  oneOf,
  positive,
  shape,
  shown,
  text,
} from './check.ts';
import { checkIdentities, identityArn } from './iam/identities-check.ts';
import { isObject } from './json.ts';
import { accountStates, fullAccessPolicyId, type Scenario } from './scenario.ts';

const accountId = text(/^\d{12}$/, 'an account id of 12 digits');
const unitId = text(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/, 'an OU id like ou-ex01-development');
const rootId = text(/^r-[0-9a-z]{4,32}$/, 'a root id like r-ex01');
const policyId = text(/^p-[0-9a-zA-Z_]{8,128}$/, 'a policy id like p-newsvctest');
const namespace = text(/^[a-z0-9-]+$/, 'a service namespace like lex');
const time: Check = (value, path) => {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value)))
    fail(path, `expected an ISO time, found ${shown(value)}`);
};
const tags = map(anyText, text(/^[\s\S]*$/, 'a text'));
const entityId: Check = (value, path) => {
  if (typeof value !== 'string' || !/^(r-|ou-|\d{12}$)/.test(value))
    fail(path, `expected the id of a root, OU or account, found ${shown(value)}`);
};
const entityOrIdentity: Check = (value, path) =>
  typeof value === 'string' && value.startsWith('arn:') ? identityArn(value, path) : entityId(value, path);
const use = shape(
  { daysAgo: number },
  { everyDays: positive, untilDaysAgo: number, region: anyText, at: entityId },
);
const uses: Check = (value, path) => (Array.isArray(value) ? list(use)(value, path) : use(value, path));
const account = shape(
  { account: accountId, name: anyText },
  {
    joined: time,
    joinedDaysAgo: notNegative,
    invited: flag,
    state: oneOf(...accountStates),
    email: anyText,
    tags,
    usage: map(namespace, uses),
  },
);
const child: Check = (value, path) => {
  if (isObject(value) && value.ou !== undefined) return unit(value, path);
  if (isObject(value) && value.account !== undefined) return account(value, path);
  fail(path, 'expected an OU (with the key "ou") or an account (with the key "account")');
};
const unit: Check = (value, path) =>
  shape({ ou: unitId, name: anyText }, { tags, children: list(child) })(value, path);
const content: Check = (value, path) => {
  if (typeof value !== 'string' && !isObject(value))
    fail(path, `expected a policy document or its text, found ${shown(value)}`);
};
const jobSeconds: Check = (value, path) => {
  list(notNegative)(value, path);
  const [least, most] = value as number[];
  if ((value as number[]).length !== 2 || (least as number) > (most as number))
    fail(path, 'expected [least, most] seconds');
};

const checkTrail = shape(
  { database: anyText, table: anyText },
  {
    workgroup: anyText,
    outputLocation: anyText,
    failure: anyText,
    partitions: list(anyText),
    sinceDaysAgo: count,
    seconds: notNegative,
    scannedBytes: notNegative,
    shortBy: count,
    pageRows: count,
    silent: list(accountId),
    calls: list(
      shape(
        { account: accountId, source: anyText, name: anyText, daysAgo: notNegative },
        {
          caller: accountId,
          principal: anyText,
          type: anyText,
          invokedBy: anyText,
          region: anyText,
          count,
          error: anyText,
          eventType: anyText,
        },
      ),
    ),
  },
);

const scenario = shape(
  {
    organization: shape(
      {
        id: text(/^o-[0-9a-z]{10,32}$/, 'an organization id like o-exampleorg1'),
        managementAccountId: accountId,
      },
      { managementAccountName: anyText, featureSet: oneOf('ALL', 'CONSOLIDATED_BILLING'), inUse: flag },
    ),
    root: shape({ id: rootId }, { name: anyText, tags, children: list(child) }),
  },
  {
    now: time,
    moveAttribution: oneOf('current', 'at-use'),
    policies: list(
      shape(
        { id: policyId, name: anyText, content },
        {
          description: text(/^[\s\S]{0,512}$/, 'at most 512 characters'),
          targets: list(entityId),
          awsManaged: flag,
          tags,
        },
      ),
    ),
    report: shape(
      {},
      { jobSeconds, reuseBy: oneOf('credential', 'role'), failures: map(entityOrIdentity, anyText) },
    ),
    identities: map(accountId, checkIdentities),
    generate: shape(
      { accounts: count, ou: unitId },
      { usage: map(namespace, uses), identities: checkIdentities },
    ),
    denied: list(text(/^[a-z0-9-]+:[A-Za-z0-9*]+$|^\*$/, 'an action like organizations:ListPolicies')),
    accessKeys: map(anyText, shape({ user: anyText }, { account: accountId, denied: list(anyText) })),
    emptyPages: flag,
    storedMinified: flag,
    policyTypes: list(anyText),
    regions: map(accountId, list(anyText)),
    cost: map(
      accountId,
      list(
        shape(
          { service: anyText, amount: number },
          { quantity: number, usageType: anyText, record: anyText },
        ),
      ),
    ),
    trail: checkTrail,
    trustedServices: list(anyText),
    delegatedAdministrators: map(accountId, list(anyText)),
    catalogue: shape({}, { add: list(shape({ namespace, name: anyText })), remove: list(namespace) }),
    $schema: anyText,
    description: anyText,
  },
);

/** Places of the tree by id, each with its JSON path; ids that occur twice and OUs nested deeper than five are refused. */
const collectIds = (checked: Scenario): ReadonlySet<string> => {
  const seen = new Map<string, string>();
  const note = (id: string, path: string): void => {
    const before = seen.get(id);
    if (before !== undefined) fail(path, `${id} occurs a second time, first at ${before}`);
    seen.set(id, path);
  };
  const walk = (children: NonNullable<Scenario['root']['children']>, path: string, depth: number): void => {
    for (const [index, item] of children.entries()) {
      const here = `${path}.children[${index}]`;
      if ('account' in item) {
        note(item.account, `${here}.account`);
        continue;
      }
      note(item.ou, `${here}.ou`);
      if (depth > 5) fail(here, 'AWS nests OUs at most five deep');
      walk(item.children ?? [], here, depth + 1);
    }
  };
  note(checked.root.id, '$.root.id');
  walk(checked.root.children ?? [], '$.root', 1);
  return new Set([...seen.keys(), checked.organization.managementAccountId]);
};

const checkTargets = (checked: Scenario, ids: ReadonlySet<string>): void => {
  const names = new Set<string>();
  const policyIds = new Set<string>();
  const attached = new Set<string>();
  for (const [index, policy] of (checked.policies ?? []).entries()) {
    if (names.has(policy.name)) fail(`$.policies[${index}].name`, `a second policy is named ${policy.name}`);
    if (policyIds.has(policy.id)) fail(`$.policies[${index}].id`, `${policy.id} occurs a second time`);
    names.add(policy.name);
    policyIds.add(policy.id);
    for (const [position, target] of (policy.targets ?? []).entries()) {
      if (!ids.has(target)) fail(`$.policies[${index}].targets[${position}]`, `${target} is not in the tree`);
      attached.add(target);
    }
  }
  const index = (checked.policies ?? []).findIndex(
    ({ id, targets }) => id === fullAccessPolicyId && targets !== undefined,
  );
  if (index < 0) return;
  for (const id of ids) {
    if (!attached.has(id))
      fail(
        `$.policies[${index}].targets`,
        `${id} would have no SCP attached; AWS keeps at least one on every root, OU and account`,
      );
  }
};

const checkReferences = (checked: Scenario, ids: ReadonlySet<string>): void => {
  for (const id of Object.keys(checked.report?.failures ?? {})) {
    if (!id.startsWith('arn:') && !ids.has(id)) fail(`$.report.failures.${id}`, `${id} is not in the tree`);
  }
  for (const id of Object.keys(checked.identities ?? {})) {
    if (!ids.has(id)) fail(`$.identities.${id}`, `${id} is not in the tree`);
  }
  for (const key of ['regions', 'cost'] as const) {
    for (const id of Object.keys(checked[key] ?? {})) {
      if (!ids.has(id)) fail(`$.${key}.${id}`, `${id} is not in the tree`);
    }
  }
  for (const id of Object.keys(checked.delegatedAdministrators ?? {})) {
    if (!ids.has(id)) fail(`$.delegatedAdministrators.${id}`, `${id} is not in the tree`);
  }
};

/** The value as a scenario, or a ScenarioError whose message names the JSON path of the first fault. */
export const checkScenario = (value: unknown): Scenario => {
  scenario(value, '$');
  const checked = value as Scenario;
  const ids = collectIds(checked);
  checkTargets(checked, ids);
  checkReferences(checked, ids);
  return checked;
};
