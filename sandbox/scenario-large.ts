import { type Chance, chanceFrom } from './chance.ts';
import {
  type Scenario,
  type ScenarioAccount,
  ScenarioError,
  type ScenarioPolicy,
  type ScenarioUnit,
  type ScenarioUse,
} from './scenario.ts';
import serviceNames from './service-names.json' with { type: 'json' };

/** What a large organization is made from: the same figures make the same organization. */
export interface LargeOptions {
  /** Any whole number. */
  readonly seed: number;
  /** 10 to 50,000. */
  readonly accounts: number;
}

const most = { accounts: 50_000, units: 2_000 };
const accountsPerUnit = 25;
const stages = ['Production', 'Staging', 'Development', 'Sandbox'];
const lines = [
  'Retail',
  'Wealth',
  'Payments',
  'Insurance',
  'Markets',
  'Data',
  'Platform',
  'Security',
  'Labs',
  'Corporate',
];

/** So many services of the long tail are used at all. */
const usedOfTail = 330;

/** What almost every account uses, every day. */
const everywhere = [
  'iam',
  'sts',
  's3',
  'ec2',
  'cloudwatch',
  'logs',
  'kms',
  'cloudtrail',
  'config',
  'ssm',
  'cloudformation',
  'lambda',
];

/** How use goes on over time. The days are before the start; below 0 they are after it. */
const patterns: readonly { readonly share: number; readonly use: (chance: Chance) => ScenarioUse }[] = [
  { share: 62, use: (chance) => ({ daysAgo: 100 + chance.below(800), everyDays: 1 + chance.below(7) }) },
  { share: 5, use: (chance) => ({ daysAgo: 900, everyDays: 28 + chance.below(5) }) },
  { share: 15, use: (chance) => stopped(900, chance.below(800)) },
  { share: 8, use: (chance) => stopped(700, -chance.below(365)) },
  { share: 6, use: (chance) => ({ daysAgo: -chance.below(365), everyDays: 1 + chance.below(7) }) },
  { share: 4, use: (chance) => ({ daysAgo: 760 + chance.below(365), everyDays: chance.of([91, 182, 365]) }) },
];

const stopped = (daysAgo: number, untilDaysAgo: number): ScenarioUse => ({
  daysAgo,
  everyDays: 3,
  untilDaysAgo,
});

/**
 * An organization of this size, with business lines, stages and teams, and SCPs as people write them. A few services are
 * used by many and most by few; use begins, ends and comes back while the sandbox's clock runs. Throws a ScenarioError
 * for figures out of bounds.
 */
export const largeScenario = ({ accounts, seed }: LargeOptions): Scenario => {
  if (!Number.isInteger(accounts) || accounts < 10 || accounts > most.accounts)
    throw new ScenarioError(`accounts: ${accounts} is no whole number from 10 to ${most.accounts}`);
  if (!Number.isInteger(seed)) throw new ScenarioError(`seed: ${seed} is no whole number`);
  const chance = chanceFrom(seed);
  // The long tail: a few services are used by many, most by hardly anybody.
  const tail = chance.mixed(
    serviceNames.map(({ namespace }) => namespace).filter((name) => !everywhere.includes(name)),
  );
  const units = lines.map((name, index) => lineUnit(name, index));
  const teams = teamsFor(units, accounts, chance);
  for (let number = 0; number < accounts; number += 1) {
    const { children, popular } = teams[number % teams.length] as Team;
    children.push(accountOf(number, popular, tail, chance));
  }
  return {
    organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
    moveAttribution: 'current',
    root: { id: 'r-ex01', children: units.map(({ unit }) => unit) },
    policies: policiesOf(units),
  };
};

interface Line {
  readonly unit: ScenarioUnit & { readonly children: ScenarioUnit[] };
  readonly stages: readonly (ScenarioUnit & { readonly children: ScenarioUnit[] })[];
}

interface Team {
  readonly children: ScenarioAccount[];
  /** How far into the long tail the team begins: each has its own favourites. */
  readonly popular: number;
}

const unitId = (name: string): string => `ou-ex01-${name.toLowerCase().padEnd(8, '0')}`;

const lineUnit = (name: string, index: number): Line => {
  const children = stages.map((stage, place) => ({
    ou: unitId(`l${index}s${place}`),
    name: stage,
    children: [] as ScenarioUnit[],
  }));
  return { unit: { ou: unitId(`l${index}`), name, children }, stages: children };
};

/** The OUs that hold accounts: one for so many accounts, spread over the stages of every line. */
const teamsFor = (units: readonly Line[], accounts: number, chance: Chance): readonly Team[] => {
  const places = units.flatMap((line) => line.stages);
  const upper = lines.length + places.length;
  const count = Math.max(1, Math.min(most.units - upper, Math.round(accounts / accountsPerUnit)));
  return Array.from({ length: count }, (_none, number) => {
    const children: ScenarioAccount[] = [];
    const name = `team-${String(number).padStart(4, '0')}`;
    places[number % places.length]?.children.push({
      ou: unitId(`t${String(number).padStart(7, '0')}`),
      name,
      children,
    });
    return { children, popular: chance.below(60) };
  });
};

const accountOf = (
  number: number,
  popular: number,
  tail: readonly string[],
  chance: Chance,
): ScenarioAccount => {
  const usage: Record<string, ScenarioUse> = {};
  for (const service of everywhere)
    if (chance.below(100) < 95) usage[service] = { daysAgo: 900, everyDays: 1 };
  // Of the long tail each further service is used less and less, and only few accounts go far into it.
  const depth = chance.below(100) < 8 ? 36 : 8 + chance.below(10);
  for (let rank = 0; rank < depth; rank += 1 + chance.below(4)) {
    const place = popular + Math.floor(rank * rank * 0.25 * (0.5 + chance.below(100) / 100));
    if (place < usedOfTail) usage[tail[place] as string] = patternOf(chance);
  }
  return {
    account: String(200_000_000_000 + number),
    name: `workload-${String(number).padStart(5, '0')}`,
    joinedDaysAgo: chance.below(100) < 2 ? chance.below(180) : 200 + chance.below(2_500),
    ...(chance.below(100) < 1 ? { state: 'SUSPENDED' as const } : {}),
    usage,
  };
};

const patternOf = (chance: Chance): ScenarioUse => {
  let left = chance.below(100);
  for (const { share, use } of patterns) {
    if (left < share) return use(chance);
    left -= share;
  }
  throw new Error('the shares of the patterns do not add up to 100');
};

const deny = (...actions: readonly string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Deny', Effect: 'Deny', Action: actions, Resource: '*' }],
});

/** A guardrail of Control Tower on all, one SCP a line, one for all production, and one for two sandboxes. */
const policiesOf = (units: readonly Line[]): readonly ScenarioPolicy[] => [
  {
    id: 'p-guardrail1',
    name: 'aws-guardrails-AbCdEf',
    content: deny('cloudtrail:StopLogging', 'config:StopConfigurationRecorder'),
    targets: units.map(({ unit }) => unit.ou),
  },
  ...units.map(({ unit }, index) => ({
    id: `p-line0000${index}`,
    name: `${unit.name}Line`,
    content: deny('organizations:LeaveOrganization', 'a4b:*'),
    targets: [unit.ou],
  })),
  {
    id: 'p-production',
    name: 'Production',
    content: deny('ec2:DeleteVpc', 'braket:*'),
    targets: units.flatMap(({ stages: [production] }) => production?.ou ?? []),
  },
  {
    id: 'p-sandboxes0',
    name: 'Sandboxes',
    content: deny('directconnect:*'),
    targets: units.slice(0, 2).flatMap((line) => line.stages[3]?.ou ?? []),
  },
];
