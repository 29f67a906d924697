import {
  anyText,
  type Check,
  count,
  fail,
  flag,
  list,
  map,
  notNegative,
  shape,
  shown,
  text,
} from '../check.ts';
import { isObject } from '../json.ts';
import { shippedPolicyArns } from './build.ts';
import type { ScenarioIdentities } from './scenario-identities.ts';

const name = text(/^[\w+=,.@-]{1,128}$/, 'a name of letters, digits and +=,.@_- (at most 128)');
const path = text(/^\/$|^\/[\x21-\x7e]+\/$/, 'a path like / or /team/');
const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region like us-east-1');
const namespace = text(/^[a-z0-9-]+$/, 'a service namespace like lex');
const action = text(/^[A-Za-z0-9]+$/, 'the name of an action without its prefix, like DescribeInstances');
const policyArn = text(/^arn:aws:iam::(aws|\d{12}):policy\/[\x21-\x7e]+$/, 'the ARN of a managed policy');
const document: Check = (value, at) => {
  if (typeof value !== 'string' && !isObject(value))
    fail(at, `expected a policy document or its text, found ${shown(value)}`);
};
const tags = map(anyText, text(/^[\s\S]*$/, 'a text'));
const inline = map(name, document);
const policyNames = list(text(/^arn:aws:iam::|^[\w+=,.@-]{1,128}$/, 'the name or ARN of a managed policy'));
const boundary = policyArn;

const credentials = shape(
  {},
  {
    passwordDaysAgo: notNegative,
    passwordCreatedDaysAgo: notNegative,
    accessKeys: list(
      shape(
        {},
        {
          active: flag,
          createdDaysAgo: notNegative,
          lastUsed: shape({ daysAgo: notNegative, region, service: namespace }),
        },
      ),
    ),
    sshKeys: notNegative,
    signingCertificates: notNegative,
    serviceCredentials: list(text(/^[a-z0-9-]+\.amazonaws\.com$/, 'a service like codecommit.amazonaws.com')),
  },
);

const identities = shape(
  {},
  {
    users: list(
      shape(
        { name },
        {
          path,
          createdDaysAgo: notNegative,
          groups: list(name),
          policies: policyNames,
          inline,
          boundary,
          tags,
          credentials,
        },
      ),
    ),
    groups: list(shape({ name }, { path, createdDaysAgo: notNegative, policies: policyNames, inline })),
    roles: list(
      shape(
        { name },
        {
          path,
          createdDaysAgo: notNegative,
          description: anyText,
          trust: document,
          policies: policyNames,
          inline,
          lastUsed: shape({ daysAgo: notNegative, region }),
          instanceProfile: name,
          boundary,
          tags,
        },
      ),
    ),
    policies: list(
      shape(
        { name, versions: list(document) },
        {
          path,
          description: anyText,
          awsManaged: flag,
          default: count,
          versionDaysAgo: list(notNegative),
          tags,
        },
      ),
    ),
    use: list(
      shape(
        {
          by: text(/^(user|role)\/[\w+=,.@-]{1,128}$/, 'user/NAME or role/NAME'),
          service: namespace,
          daysAgo: notNegative,
        },
        { region, actions: map(action, notNegative), 'by-policy': anyText },
      ),
    ),
    tracked: map(namespace, list(action)),
    unreachable: flag,
    aliases: list(text(/^[a-z0-9-]{3,63}$/, 'an account alias')),
    generate: shape(
      { roles: count },
      {
        prefix: name,
        policies: policyNames,
        inline,
        createdDaysAgo: notNegative,
        use: shape({ service: namespace, every: count }),
      },
    ),
  },
);

/** The ARN of a user, group, role or managed policy. */
export const identityArn: Check = text(
  /^arn:aws:iam::(aws|\d{12}):(user|group|role|policy)\/[\x21-\x7e]+$/,
  'the id of a root, OU or account, or the ARN of a user, group, role or policy',
);

const once = (items: readonly { readonly name: string }[] | undefined, at: string): void => {
  const seen = new Set<string>();
  for (const [index, item] of (items ?? []).entries()) {
    // IAM User Guide, quotas: names are told apart without regard to letter case.
    const key = item.name.toLowerCase();
    if (seen.has(key)) fail(`${at}[${index}].name`, `${item.name} occurs a second time`);
    seen.add(key);
  }
};

const checkVersions = (given: ScenarioIdentities, at: string): void => {
  for (const [index, { versions, versionDaysAgo, default: chosen }] of (given.policies ?? []).entries()) {
    const here = `${at}.policies[${index}]`;
    if (versions.length < 1 || versions.length > 5)
      fail(`${here}.versions`, `AWS keeps one to five versions, found ${versions.length}`);
    if (chosen !== undefined && chosen > versions.length)
      fail(`${here}.default`, `there is no version ${chosen}`);
    if (versionDaysAgo !== undefined && versionDaysAgo.length !== versions.length)
      fail(`${here}.versionDaysAgo`, 'expected one number a version');
  }
};

const checkNames = (given: ScenarioIdentities, at: string): void => {
  const policies = new Set((given.policies ?? []).map((policy) => policy.name));
  const groups = new Set((given.groups ?? []).map((group) => group.name));
  const own = (given.policies ?? []).map((policy) => `policy${policy.path ?? '/'}${policy.name}`);
  const isKnown = (wanted: string): boolean =>
    wanted.startsWith('arn:')
      ? shippedPolicyArns.has(wanted) || own.includes(wanted.split(':').slice(5).join(':'))
      : policies.has(wanted);
  const needPolicy = (wanted: string, here: string): void => {
    if (!isKnown(wanted)) fail(here, `${wanted} is not among the account's policies`);
  };
  const needPolicies = (wanted: readonly string[] = [], here: string): void => {
    for (const [position, one] of wanted.entries()) needPolicy(one, `${here}.policies[${position}]`);
  };
  for (const key of ['users', 'groups', 'roles'] as const) {
    for (const [index, { policies: wanted }] of (given[key] ?? []).entries())
      needPolicies(wanted, `${at}.${key}[${index}]`);
  }
  for (const key of ['users', 'roles'] as const) {
    for (const [index, { boundary }] of (given[key] ?? []).entries())
      if (boundary !== undefined) needPolicy(boundary, `${at}.${key}[${index}].boundary`);
  }
  for (const [index, user] of (given.users ?? []).entries()) {
    for (const [position, group] of (user.groups ?? []).entries()) {
      if (!groups.has(group))
        fail(`${at}.users[${index}].groups[${position}]`, `${group} is not among the account's groups`);
    }
  }
  needPolicies(given.generate?.policies, `${at}.generate`);
};

const checkUses = (given: ScenarioIdentities, at: string): void => {
  const principals = new Set([
    ...(given.users ?? []).map((user) => `user/${user.name}`),
    ...(given.roles ?? []).map((role) => `role/${role.name}`),
  ]);
  for (const [index, use] of (given.use ?? []).entries()) {
    if (!principals.has(use.by))
      fail(`${at}.use[${index}].by`, `${use.by} is not among the account's principals`);
    for (const [named, daysAgo] of Object.entries(use.actions ?? {})) {
      if (daysAgo < use.daysAgo)
        fail(
          `${at}.use[${index}].actions.${named}`,
          `an action cannot have been used after the service itself (${use.daysAgo} days ago)`,
        );
    }
  }
};

/** Checks the `identities` of one account: its form, and that what it names is there. */
export const checkIdentities: Check = (value, at) => {
  identities(value, at);
  const given = value as ScenarioIdentities;
  for (const key of ['users', 'groups', 'roles', 'policies'] as const) once(given[key], `${at}.${key}`);
  checkVersions(given, at);
  checkNames(given, at);
  checkUses(given, at);
};
