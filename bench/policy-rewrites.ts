import { parseConfiguration } from '../core/base/configuration.ts';
import type { AccountIdentities, ManagedPolicy, Role } from '../core/identity/account-identities.ts';
import { noControls } from '../core/identity/administration-reading.ts';
import type { CompletedIdentityReport, IdentityServiceRow } from '../core/identity/identity-report.ts';
import type { IdentityStep } from '../core/identity/identity-step.ts';
import { knownActions } from '../core/policy/known-actions.ts';
import { rewritePolicy } from '../core/policy/rewrite-policy.ts';
import type { RewriteRequest, ServiceUse } from '../core/policy/rewrite-statement.ts';
import { proveIdentityEdit } from '../core/proof/identity/certificate.ts';
import type { IdentitySubject } from '../core/proof/identity/subject.ts';
import { type Catalogue, expandOnce, expansionFormula, readCatalogue } from './baseline-expansion.ts';
import { atMost, type FigureOptions, interleave, type Row } from './figure.ts';
import { readCorpus } from './policy-corpus.ts';
import { day, now, scattered } from './true-reports.ts';

/** Every policy has one of these sets of services in use, half of all each. */
const habits = 16;
/** Large enough that no rewritten text is refused for its size. */
const roomy = 1_000_000;
const thresholdDays = 180;
const accountId = '222222222222';

/** A set of services in use, as the rewriting and as a report says it. */
interface Habit {
  readonly request: RewriteRequest;
  readonly unused: readonly string[];
  readonly rows: ReadonlyMap<string, IdentityServiceRow>;
}

/** The time of rewriting policies, with half of the services unused, and of making the certificate of each edit. */
export async function measurePolicyRewrites({ quick }: FigureOptions): Promise<readonly Row[]> {
  const catalogue = await readCatalogue();
  const { says, texts } = readCorpus(catalogue);
  const all = Array.from({ length: habits }, (_, habit) => habitOf(habit, namespacesIn(texts, catalogue)));
  const rewriteAll = (): number => {
    // What the proof remembers of an account it remembers of this object: each round reads all texts anew.
    const toProve = accountOf(texts);
    let changed = 0;
    for (const [index, text] of texts.entries())
      if (rewriteAndProve(toProve, index, text, all[index % habits] as Habit)) changed += 1;
    return changed;
  };
  const expandAll = (): number => texts.reduce((sum, text) => sum + expandOnce(text, catalogue), 0);
  const changed = rewriteAll();
  if (changed < texts.length / 2 || expandAll() === 0)
    throw new Error(`only ${changed} of ${texts.length} policies were rewritten`);
  const rounds = quick ? 1 : 5;
  const times = await interleave(
    rounds,
    () => milliseconds(rewriteAll),
    () => milliseconds(expandAll),
  );
  return [
    atMost(10, {
      name: 'rewriting and proving AWS managed policies',
      value: times.measured / times.baseline,
      unit: '×',
      against: `${says}, each borne by a role, ${changed} of them changed and each edit proved by the whole certificate; ${expansionFormula}; median of ${rounds} rounds by turns after one of each`,
    }),
  ];
}

/** Those of the catalogue, and those that some text names beside them: AWS's reports list them too. */
function namespacesIn(texts: readonly string[], catalogue: Catalogue): readonly string[] {
  const named = texts.flatMap((text) =>
    [...text.matchAll(/"([a-z0-9-]+):[^":]*"/gi)].map(([, name = '']) => name.toLowerCase()),
  );
  return [...new Set([...catalogue.keys(), ...named])];
}

/** Half of the services in use two days ago, the others never. */
function habitOf(habit: number, namespaces: readonly string[]): Habit {
  const isUsed = (index: number): boolean => scattered(habit, index) % 2 === 0;
  const use = namespaces.map((namespace, index): [string, ServiceUse] => [
    namespace,
    isUsed(index) ? { verdict: 'kept' } : { verdict: 'unused' },
  ]);
  const rows = namespaces.map((namespace, index): [string, IdentityServiceRow] => {
    const lastAccessedAt = isUsed(index) ? now - 2 * day : null;
    const empty = { lastAccessedBy: null, lastAccessedRegion: null, actions: null, usedBy: [] };
    const entitiesEverUsed = isUsed(index) ? 1 : 0;
    return [
      namespace,
      { ...empty, serviceNamespace: namespace, serviceName: namespace, lastAccessedAt, entitiesEverUsed },
    ];
  });
  const unused = namespaces.filter((_, index) => !isUsed(index)).sort();
  return { request: { level: 'service', use: new Map(use) }, unused, rows: new Map(rows) };
}

type AccountToProve = Omit<IdentitySubject, 'steps' | 'services' | 'reports'>;

/** An account in which each of these policies is borne by a role of its own. */
function accountOf(texts: readonly string[]): AccountToProve {
  const configuration = parseConfiguration({ thresholdDays });
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  const roles = texts.map((_, index) => roleOf(index));
  const policies = texts.map((text, index) => policyOf(index, text));
  const account: AccountIdentities = {
    accountId,
    partition: 'aws',
    users: [],
    groups: [],
    roles,
    policies,
    quotas: null,
    readAt: now,
  };
  return {
    account,
    place: [{ id: accountId, name: 'dev-1', path: `o-exampleorg1/r-ex01/${accountId}` }],
    intent: 'narrow',
    actions: [],
    meant: null,
    grantedSince: new Map(),
    controls: noControls,
    knownActions: knownActions(),
    configuration: configuration.value,
    care: { configuration: configuration.value, ownRoleArns: [], managementAccountId: '111111111111' },
    cutOff: now - thresholdDays * day,
    thresholdDays,
    asOf: now,
    readAt: now,
  };
}

/** Whether the policy was changed. Throws where the certificate says that an edit does what it must not: then the time means nothing. */
function rewriteAndProve(
  toProve: AccountToProve,
  index: number,
  text: string,
  { request, rows, unused }: Habit,
): boolean {
  const rewriting = rewritePolicy(text, request, roomy);
  if (rewriting.kind === 'refused') throw new Error(rewriting.detail);
  if (rewriting.kind === 'unchanged') return false;
  const steps = stepsOf(index, text, rewriting.kind === 'rewritten' ? rewriting.text : null);
  const made = { level: 'service', jobId: 'job', createdAt: now, completedAt: now } as const;
  const report: CompletedIdentityReport = { ...made, status: 'completed', subjectArn: arnOf(index), rows };
  const { checks } = proveIdentityEdit({ ...toProve, steps, services: unused, reports: [report] });
  const failed = checks.find(({ name, verdict }) => verdict === 'failed' && mustHold.has(name));
  if (failed) throw new Error(`${failed.name}: ${failed.detail}: ${text}`);
  return true;
}

const mustHold = new Set<string>([
  'nothing-used-lost',
  'never-widens',
  'only-intended-lost',
  'denies-untouched',
]);

/** A new text of the policy, or, where nothing is left, no policy. */
function stepsOf(index: number, before: string, after: string | null): readonly IdentityStep[] {
  const policyArn = arnOf(index);
  const write: IdentityStep = { resource: { type: 'managed-policy', arn: policyArn }, before, after };
  if (after !== null) return [write];
  const principal = { type: 'role', name: `role-${index}` } as const;
  const attachment = { type: 'policy-attachment', principal, policyArn } as const;
  return [{ resource: attachment, before: 'attached', after: null }, write];
}

function arnOf(index: number): string {
  return `arn:aws:iam::${accountId}:policy/policy-${index}`;
}

function policyOf(index: number, text: string): ManagedPolicy {
  const createdAt = now - 900 * day;
  return {
    name: `policy-${index}`,
    arn: arnOf(index),
    id: `ANPA${index}`,
    path: '/',
    isAwsManaged: false,
    defaultVersionId: 'v1',
    versions: [{ id: 'v1', text, createdAt }],
    boundaryUses: 0,
    description: null,
    tags: {},
    createdAt,
  };
}

/** Only the account itself may assume it. */
function roleOf(index: number): Role {
  const Statement = { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' };
  return {
    type: 'role',
    name: `role-${index}`,
    arn: `arn:aws:iam::${accountId}:role/role-${index}`,
    id: `AROA${index}`,
    path: '/',
    createdAt: now - 900 * day,
    inline: [],
    attached: [arnOf(index)],
    boundary: null,
    tags: {},
    lastUsed: null,
    instanceProfiles: [],
    trust: JSON.stringify({ Version: '2012-10-17', Statement }),
  };
}

function milliseconds(work: () => unknown): number {
  const startedAt = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1000;
}
