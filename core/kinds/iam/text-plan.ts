import { list } from '../../base/counted.ts';
import { type PolicySource, principalNamed } from '../../identity/account-index.ts';
import { actionUse } from '../../identity/action-use.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import { reportOf, usersOf } from '../../identity/identity-knowledge.ts';
import type { IdentityReason } from '../../identity/identity-refusal.ts';
import {
  type IdentityCase,
  judgeService,
  permissionHold,
  reasonOfHold,
  sinceOf,
  subjectHold,
} from '../../identity/judge.ts';
import { namersOf } from '../../identity/naming-texts.ts';
import { uneditable, untouchable, untouchableItself } from '../../identity/never-touched.ts';
import { isNewPermission } from '../../identity/permission-age.ts';
import type { Subject } from '../../identity/subject.ts';
import { unlistedServices } from '../../identity/unlisted-services.ts';
import { type Narrowed, narrowed, type Taking } from './narrowed.ts';
import { untouchableReached } from './why-not-taken.ts';

/** What becomes of one policy text, by the use of everybody who bears it. */
export interface TextPlan {
  readonly source: PolicySource;
  /** Why something that is unused by somebody stays in it all the same, by the id of the finding. */
  readonly stays: ReadonlyMap<string, IdentityReason>;
  readonly outcome: Narrowed;
  /** Why the edit is not ours to make, although it would be right; null: it is. */
  readonly blocked: IdentityReason | null;
  /** What names the policy where nothing of it is left, in words: then it is detached and not deleted. */
  readonly namedBy: readonly string[];
}

/** Plans one text from all the findings that it takes part in: what all its bearers leave unused, and nobody else uses by it. */
export function planText(
  given: IdentityCase,
  source: PolicySource,
  findings: readonly IdentityFinding[],
): TextPlan {
  const services = new Set<string>();
  const actions = new Set<string>();
  const stays = new Map<string, IdentityReason>();
  for (const finding of findings) {
    const namespace = finding.serviceNamespace ?? '';
    if (finding.kind === 'unused-actions') {
      const { newer, old } = unusedByAll(given, source, finding);
      for (const action of old) actions.add(action);
      if (old.length === 0) stays.set(finding.id, whyActionsStay(given, source, namespace, newer));
      continue;
    }
    const why = whyServiceStays(given, source, namespace);
    if (why === null) services.add(namespace);
    else stays.set(finding.id, why);
  }
  const isLeft = services.size === 0 && actions.size === 0;
  const outcome = isLeft
    ? ({ kind: 'unchanged', notes: [] } as const)
    : narrowed(given, source, { services, actions, ...reportedOf(given, source) });
  const namedBy =
    outcome.kind === 'nothing-left' && source.arn !== null ? namersOf(given.index.account, source.arn) : [];
  const blocked = whyBlocked(given, source, outcome);
  return { source, stays, outcome, blocked, namedBy };
}

/** Whose report tells the use of a text: the managed policy's own, or that of whoever has the inline policy. */
function subjectOfText(given: IdentityCase, { arn, managed, name, owner }: PolicySource): Subject {
  if (arn !== null) return { type: 'policy', name, arn, path: managed?.path ?? '/' };
  if (owner === null) throw new Error(`the inline policy ${name} is nobody's`);
  return principalNamed(given.index, owner);
}

function reportedOf(given: IdentityCase, source: PolicySource): Pick<Taking, 'rows' | 'unlisted'> {
  const { catalogue, index, knowledge } = given;
  const subject = subjectOfText(given, source);
  const report = reportOf(knowledge, subject.arn);
  if (report === null) return { rows: [], unlisted: new Set() };
  return { rows: [...report.rows.values()], unlisted: unlistedServices(index, catalogue, subject, report) };
}

function whyServiceStays(
  given: IdentityCase,
  source: PolicySource,
  namespace: string,
): IdentityReason | null {
  const judged = judgeService(given, subjectOfText(given, source), namespace);
  switch (judged.kind) {
    case 'used': {
      const who = usersOf(judged.row, given.knowledge.cutOff);
      const names = who.length === 0 ? 'somebody' : who.map(nameInArn).join(', ');
      return reason(
        'USED_BY_OTHERS',
        `${names} used ${judged.row.serviceName} within the threshold by ${source.name}`,
      );
    }
    case 'unknown':
      return reason(
        'EVIDENCE_MISSING',
        `${judged.why}, so who uses ${namespace} by ${source.name} is unknown`,
      );
    case 'not-permitted':
      return reason('EVIDENCE_MISSING', `the report of ${source.name} does not list ${namespace}`);
    case 'kept':
      return reasonOfHold(judged.hold);
    case 'unused': {
      const hold = permissionHold(given, source, judged.row);
      return hold === null ? null : reasonOfHold(hold);
    }
  }
}

/** Actions of a finding that nobody else attempted by the same text either, and those of them that may be newer than the threshold. */
function unusedByAll(
  given: IdentityCase,
  source: PolicySource,
  { actions, serviceNamespace }: IdentityFinding,
): { readonly old: readonly string[]; readonly newer: readonly string[] } {
  const namespace = serviceNamespace ?? '';
  if (subjectHold(given, subjectOfText(given, source), namespace) !== null) return { old: [], newer: [] };
  const { document, managed, type } = source;
  const row = reportOf(given.knowledge, subjectOfText(given, source).arn)?.rows.get(namespace);
  const use = row && document ? actionUse(row, [document], given.catalogue, given.knowledge.cutOff) : null;
  const wanted = new Set(actions?.unused.map(({ name }) => name));
  const unused = (use?.unused ?? []).filter(({ name }) => wanted.has(name)).map(({ name }) => name);
  const isOld = (action: string): boolean =>
    type !== 'customer-managed' ||
    (managed !== null && !isNewPermission(managed, { namespace, action }, sinceOf(given)));
  const named = (names: readonly string[]) => names.map((name) => `${namespace}:${name}`);
  return { old: named(unused.filter(isOld)), newer: named(unused.filter((name) => !isOld(name))) };
}

function whyActionsStay(
  given: IdentityCase,
  source: PolicySource,
  namespace: string,
  newer: readonly string[],
): IdentityReason {
  const hold = subjectHold(given, subjectOfText(given, source), namespace);
  if (hold !== null) return reasonOfHold(hold);
  const why = whyServiceStays(given, source, namespace);
  if (why !== null && why.code !== 'USED_BY_OTHERS') return why;
  if (newer.length > 0) {
    const detail = `a version of ${source.name} that may have been in force at the cut-off did not grant ${list(newer)}, or less of it`;
    return reason('NEW_PERMISSION', detail);
  }
  return reason('USED_BY_OTHERS', `others attempted these actions of ${namespace} by ${source.name}`);
}

function whyBlocked(
  { care, index }: IdentityCase,
  source: PolicySource,
  outcome: Narrowed,
): IdentityReason | null {
  const own = source.type === 'aws-managed' ? null : uneditable(source, care, index.account);
  if (own !== null) return own;
  const { arn, owner } = source;
  const inlineOf = owner === null ? [] : [principalNamed(index, owner)];
  const bearers = arn === null ? inlineOf : (index.bearers.get(arn) ?? []);
  // What nothing is left of is detached from each of them.
  const isOnThem = arn === null || outcome.kind === 'nothing-left';
  for (const bearer of bearers) {
    const itself = isOnThem ? untouchableItself(bearer, care) : untouchable(bearer, care);
    const why = itself ?? untouchableReached(index, bearer, care);
    if (why !== null)
      return { ...why, detail: `${source.name} is attached to somebody who is never touched: ${why.detail}` };
  }
  return null;
}

/** The type and name behind an ARN of IAM, for sentences: `user nikhilj`. */
function nameInArn(arn: string): string {
  const [, type = '', name = arn] = /:(user|role|group|policy)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return type === '' ? arn : `${type} ${name}`;
}

function reason(code: IdentityReason['code'], detail: string): IdentityReason {
  return { code, detail };
}
