import { type AccountState, fullAccessPolicyId, type Scenario, type ScenarioChild } from './scenario.ts';
import { writtenOut } from './scenario-generate.ts';
import serviceNames from './service-names.json' with { type: 'json' };
import { type Use, usesOf } from './uses.ts';

/** An account as the sandbox keeps it; `parent` and `uses` change while it runs. */
export interface WorldAccount {
  readonly type: 'ACCOUNT';
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Milliseconds since 1970. */
  readonly joined: number;
  /** It existed before and was invited. */
  readonly invited?: boolean;
  readonly state: AccountState;
  parent: string;
  uses: Use[];
}

/** A root or OU; a root has no parent. Children are listed in the order of their arrival. */
export interface WorldPlace {
  readonly type: 'ROOT' | 'ORGANIZATIONAL_UNIT';
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly units: string[];
  readonly accounts: Set<string>;
}

/** A root, OU or account. */
export type WorldEntity = WorldPlace | WorldAccount;

/** A service control policy with its exact text; `version` grows with every change of the text. */
export interface WorldPolicy {
  readonly id: string;
  name: string;
  description: string;
  content: string;
  version: number;
  readonly awsManaged: boolean;
  readonly targets: Set<string>;
}

/** The whole mutable state of one organization in the sandbox. */
export interface World {
  readonly scenario: Scenario;
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly rootId: string;
  /** Milliseconds since 1970 on the sandbox's own clock. */
  now(): number;
  /** Moves the sandbox's clock forward; running report jobs finish, reuse windows end. */
  advanceSeconds(seconds: number): void;
  readonly entities: Map<string, WorldEntity>;
  readonly accounts: Map<string, WorldAccount>;
  readonly policies: Map<string, WorldPolicy>;
  readonly policyTypes: Set<string>;
  readonly tags: Map<string, Map<string, string>>;
  /** Display names of the services that AWS knows, by namespace, in byte order of the namespace. */
  readonly services: ReadonlyMap<string, string>;
}

/** The text of AWS's own policy that allows everything. */
const fullAccessText =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

const dayMs = 86_400_000;

interface Clock {
  /** The instant that every `daysAgo` counts from: exactly the scenario's `now`, however long it takes to build the world. */
  readonly start: number;
  readonly now: () => number;
  readonly advance: (seconds: number) => void;
}

const startClock = (scenario: Scenario, machine: () => number): Clock => {
  const started = machine();
  const start = scenario.now === undefined ? started : Date.parse(scenario.now);
  let offset = start - started;
  return {
    start,
    now: () => machine() + offset,
    advance: (seconds) => {
      offset += seconds * 1000;
    },
  };
};

const catalogueOf = (scenario: Scenario): ReadonlyMap<string, string> => {
  const removed = new Set(scenario.catalogue?.remove ?? []);
  const rows = [...serviceNames, ...(scenario.catalogue?.add ?? [])].filter(
    ({ namespace }) => !removed.has(namespace),
  );
  rows.sort((left, right) => (left.namespace < right.namespace ? -1 : 1));
  return new Map(rows.map(({ namespace, name }) => [namespace, name]));
};

const policiesOf = (
  scenario: Scenario,
  entities: ReadonlyMap<string, WorldEntity>,
): Map<string, WorldPolicy> => {
  const policies = new Map<string, WorldPolicy>();
  for (const policy of scenario.policies ?? []) {
    const isFullAccess = policy.id === fullAccessPolicyId;
    policies.set(policy.id, {
      id: policy.id,
      name: policy.name,
      description: policy.description ?? (isFullAccess ? 'Allows access to every operation' : ''),
      content: typeof policy.content === 'string' ? policy.content : JSON.stringify(policy.content),
      version: 1,
      awsManaged: policy.awsManaged ?? isFullAccess,
      targets: new Set(policy.targets ?? (isFullAccess ? entities.keys() : [])),
    });
  }
  if (!policies.has(fullAccessPolicyId)) {
    policies.set(fullAccessPolicyId, {
      id: fullAccessPolicyId,
      name: 'FullAWSAccess',
      description: 'Allows access to every operation',
      content: fullAccessText,
      version: 1,
      awsManaged: true,
      targets: new Set(entities.keys()),
    });
  }
  return policies;
};

/** Builds the state that a checked scenario describes, whose time goes on as this clock does. The management account is added to the root where the tree lacks it. */
export const createWorld = (given: Scenario, machine = (): number => Date.now()): World => {
  const scenario = writtenOut(given);
  const clock = startClock(scenario, machine);
  const { start } = clock;
  const { id: organizationId, managementAccountId } = scenario.organization;
  const entities = new Map<string, WorldEntity>();
  const accounts = new Map<string, WorldAccount>();
  const tags = new Map<string, Map<string, string>>();
  const noteTags = (id: string, given: Readonly<Record<string, string>> | undefined): void => {
    if (given !== undefined) tags.set(id, new Map(Object.entries(given)));
  };

  const addChild = (child: ScenarioChild, parent: WorldPlace): void => {
    if ('ou' in child) {
      const unit: WorldPlace = {
        type: 'ORGANIZATIONAL_UNIT',
        id: child.ou,
        name: child.name,
        parent: parent.id,
        units: [],
        accounts: new Set(),
      };
      entities.set(unit.id, unit);
      parent.units.push(unit.id);
      noteTags(unit.id, child.tags);
      for (const inner of child.children ?? []) addChild(inner, unit);
      return;
    }
    const account: WorldAccount = {
      type: 'ACCOUNT',
      id: child.account,
      name: child.name,
      email: child.email ?? `aws+${child.account}@example.com`,
      ...(child.invited === true ? { invited: true } : {}),
      joined:
        child.joined === undefined ? start - (child.joinedDaysAgo ?? 1000) * dayMs : Date.parse(child.joined),
      state: child.state ?? 'ACTIVE',
      parent: parent.id,
      uses: usesOf(child, parent.id, start),
    };
    entities.set(account.id, account);
    accounts.set(account.id, account);
    parent.accounts.add(account.id);
    noteTags(account.id, child.tags);
  };

  const root: WorldPlace = {
    type: 'ROOT',
    id: scenario.root.id,
    name: scenario.root.name ?? 'Root',
    parent: null,
    units: [],
    accounts: new Set(),
  };
  entities.set(root.id, root);
  noteTags(root.id, scenario.root.tags);
  for (const child of scenario.root.children ?? []) addChild(child, root);
  if (!accounts.has(managementAccountId)) {
    addChild(
      { account: managementAccountId, name: scenario.organization.managementAccountName ?? 'management' },
      root,
    );
  }
  for (const policy of scenario.policies ?? []) noteTags(policy.id, policy.tags);

  return {
    scenario,
    organizationId,
    managementAccountId,
    rootId: root.id,
    now: clock.now,
    advanceSeconds: clock.advance,
    entities,
    accounts,
    policies: policiesOf(scenario, entities),
    policyTypes: new Set(scenario.policyTypes ?? ['SERVICE_CONTROL_POLICY']),
    tags,
    services: catalogueOf(scenario),
  };
};
