import { list } from '../../base/counted.ts';
import { identityLimits, propagationMilliseconds } from '../../base/limits.ts';
import { sortedUnique } from '../../base/lists.ts';
import type { AccountIndex } from '../../identity/account-index.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import { isUsed, reportOf } from '../../identity/identity-knowledge.ts';
import type { IdentityStep, MeantLoss } from '../../identity/identity-step.ts';
import { principalsTouched } from '../../identity/identity-values.ts';
import type { IdentityCase } from '../../identity/judge.ts';
import { youngAmong } from '../../identity/young.ts';
import { familyOf } from '../../policy/service-families.ts';
import type { GrantAdvice, Plans } from './advise.ts';
import { eachBearerOnce, editKey, type IamEdit, policyOfEdit } from './edit.ts';
import { lossOf, meantOf } from './edit-loss.ts';
import { notesOnPeople } from './notes-on-people.ts';
import { stepsOf } from './steps-of-edits.ts';
import { titleOf } from './words.ts';

/** What one change would do to an account's IAM: edits that stand or fall together. */
export interface IamDraft {
  readonly title: string;
  readonly edits: readonly IamEdit[];
  readonly steps: readonly IdentityStep[];
  /** Namespaces of which everything that an edit reaches is taken away, sorted. */
  readonly services: readonly string[];
  /** Single actions that are taken away, such as `ec2:CreateFleet`, sorted. */
  readonly actions: readonly string[];
  /** Which steps take what, where one service goes whole by some and action by action by others. Absent: no service does both. */
  readonly meant?: readonly MeantLoss[];
  /** ARNs of the users and roles whose access changes, sorted. */
  readonly principals: readonly string[];
  /** Sentences for people. */
  readonly notes: readonly string[];
  readonly findings: readonly IdentityFinding[];
  /** Names of users and roles whose access changes and that are younger than the threshold. */
  readonly young: readonly string[];
  /** Services in use that belong to the same product as one that is taken away, sorted. */
  readonly relatives: readonly string[];
}

/** One finding with what is advised on each of its paths. */
export interface AdvisedFinding {
  readonly finding: IdentityFinding;
  readonly advice: readonly GrantAdvice[];
}

/** Puts the edits of all findings together: each edit once, and as one change what would have no effect apart. */
export function draftsOf(
  given: IdentityCase,
  plans: Plans,
  advised: readonly AdvisedFinding[],
): readonly IamDraft[] {
  return groupsOf(advised).map((group) => draftOf(given, plans, group));
}

interface EditGroup {
  readonly keys: Set<string>;
  readonly edits: Map<string, IamEdit>;
  /** The edits of each finding, by `editKey`. */
  readonly findings: Map<IdentityFinding, Set<string>>;
}

/** One path alone leaves the access by the others, so all edits of one finding go together; so do all edits of one policy. */
function groupsOf(advised: readonly AdvisedFinding[]): readonly EditGroup[] {
  const groups = new Map<string, EditGroup>();
  const place = (key: string, group: EditGroup): void => {
    groups.set(key, group);
    group.keys.add(key);
  };
  const join = (keys: readonly string[]): EditGroup => {
    const found = new Set(keys.flatMap((key) => groups.get(key) ?? []));
    const [first = { keys: new Set(), edits: new Map(), findings: new Map() }, ...others] = found;
    for (const other of others) {
      for (const [key, edit] of other.edits) first.edits.set(key, edit);
      for (const [finding, edits] of other.findings) first.findings.set(finding, edits);
      for (const key of other.keys) place(key, first);
    }
    for (const key of keys) place(key, first);
    return first;
  };
  for (const { advice, finding } of advised) {
    for (const { edit, isForOthers } of advice) {
      if (edit === null || isForOthers) continue;
      const group = join(keysOf(edit, finding));
      group.edits.set(editKey(edit), edit);
      group.findings.set(finding, (group.findings.get(finding) ?? new Set()).add(editKey(edit)));
    }
  }
  return [...new Set(groups.values())];
}

function keysOf(edit: IamEdit, { id }: IdentityFinding): readonly string[] {
  const policy = policyOfEdit(edit);
  return [`edit ${editKey(edit)}`, `finding ${id}`, ...(policy === null ? [] : [`policy ${policy}`])];
}

function draftOf(given: IdentityCase, plans: Plans, { edits: byKey, findings }: EditGroup): IamDraft {
  const edits = eachBearerOnce([...byKey.values()]);
  const ordered = stepsOf(edits);
  const steps = ordered.map(({ step }) => step);
  const touched = principalsTouched(given.index.account, steps);
  const young = youngAmong(given, touched);
  const losses = edits.map((edit) => lossOf(given, plans, edit));
  const services = sortedUnique(losses.flatMap((loss) => loss.services));
  return {
    title: titleOf(edits),
    edits,
    steps,
    services,
    actions: sortedUnique(losses.flatMap(({ actions }) => actions)),
    ...meantOf(losses, ordered),
    principals: touched.map(({ arn }) => arn),
    notes: [
      ...new Set([
        ...edits.flatMap((edit) => notesOf(given.index, plans, edit)),
        ...severalPathsNotes(findings),
        ...notesOnPeople(given, touched, young),
      ]),
    ],
    findings: [...findings.keys()],
    young,
    relatives: relativesInUse(given, services, [...findings.keys()]),
  };
}

function relativesInUse(
  { knowledge }: IdentityCase,
  services: readonly string[],
  findings: readonly IdentityFinding[],
): readonly string[] {
  const reports = findings.map(({ subject }) => reportOf(knowledge, subject.arn));
  const isInUse = (namespace: string): boolean =>
    reports.some((report) => {
      const row = report?.rows.get(namespace);
      return row !== undefined && isUsed(row, knowledge.cutOff);
    });
  return sortedUnique(services.flatMap(familyOf).filter(isInUse));
}

/** Why edits go together that people might want apart. A policy's bearers are no paths of one another. */
function severalPathsNotes(findings: EditGroup['findings']): readonly string[] {
  const several = [...findings].flatMap(([{ serviceNamespace, subject }, edits]) =>
    edits.size > 1 && subject.type !== 'policy' && serviceNamespace !== null ? [serviceNamespace] : [],
  );
  if (several.length === 0) return [];
  const names = list(sortedUnique(several), 10);
  return [`More than one path grants ${names}: no single one of these edits takes that away.`];
}

function notesOf(index: AccountIndex, plans: Plans, edit: IamEdit): readonly string[] {
  switch (edit.do) {
    case 'new-version':
      return [...outcomeNotes(plans, edit), ...roomNotes(index, edit)];
    case 'edit-inline':
      return outcomeNotes(plans, edit);
    case 'delete-policy':
      return [
        `${edit.source.name} is deleted: its text, path, description, tags and attachments can be put back, its older versions cannot and stay in the evidence.`,
      ];
    case 'replace-by-copy':
      return [
        ...outcomeNotes(plans, edit),
        `The copy of ${edit.source.name} no longer follows AWS's updates. It is attached first; ${propagationMilliseconds.grants / 1000} s later the broad policy is detached.`,
      ];
    case 'deny-all':
      return [`The policies of role ${edit.role} stay; rolling back removes the Deny alone.`];
    case 'detach': {
      const namedBy = edit.source.type === 'aws-managed' ? [] : plans(edit.source).namedBy;
      if (namedBy.length === 0) return [];
      return [`${edit.source.name} is detached and not deleted, since it is named by ${namedBy.join(', ')}.`];
    }
    case 'leave-group':
      return [];
  }
}

function outcomeNotes(plans: Plans, { source }: Extract<IamEdit, { source: unknown }>): readonly string[] {
  const { outcome } = plans(source);
  return 'notes' in outcome ? outcome.notes : [];
}

/** A policy with as many versions as there may be: the oldest that is not the default makes room. */
function roomNotes(
  { account: { quotas } }: AccountIndex,
  { source: { managed, name } }: Extract<IamEdit, { source: unknown }>,
): readonly string[] {
  const most = quotas?.versionsPerPolicy ?? identityLimits.versionsPerPolicy;
  if (managed === null || managed.versions.length < most) return [];
  const oldest = managed.versions.find(({ id }) => id !== managed.defaultVersionId);
  if (!oldest) return [];
  return [
    `${name} has ${managed.versions.length} versions: ${oldest.id}, the oldest that is not the default, is deleted to make room. Its text stays in the evidence.`,
  ];
}
