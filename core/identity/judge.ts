import type { Configuration } from '../base/configuration.ts';
import { type AccountIndex, type PolicySource, reachedBy, sourceKey } from './account-index.ts';
import type { ActionCatalogue } from './action-use.ts';
import { namesUnseen } from './granted-services.ts';
import { type AccountPlace, identityExemption } from './identity-exemptions.ts';
import { type IdentityKnowledge, isUsed, type ServiceUse, useOf } from './identity-knowledge.ts';
import type { IdentityCode, IdentityReason } from './identity-refusal.ts';
import type { IdentityServiceRow, ReportLevel } from './identity-report.ts';
import { whyServiceKept } from './kept-statements.ts';
import type { CareSettings } from './never-touched.ts';
import { isNewPermission } from './permission-age.ts';
import { whyQuarantineWaits } from './quarantine-waits.ts';
import type { Subject } from './subject.ts';
import { waysInOf } from './ways-in.ts';

/** What is held since nobody else is sure to administer: all of IAM, or the way in by `sts`; and the Denies because of which, as words to append. */
export interface LastWay {
  readonly namespace: 'iam' | 'sts';
  readonly why: string;
}

/** All that one account is judged by. Times are epoch milliseconds. */
export interface IdentityCase {
  readonly index: AccountIndex;
  readonly knowledge: IdentityKnowledge;
  readonly care: CareSettings;
  readonly configuration: Configuration;
  readonly organizationId: string;
  readonly place: AccountPlace;
  readonly catalogue: ActionCatalogue;
  readonly level: ReportLevel;
  readonly thresholdDays: number;
  readonly asOf: number;
  /** Texts by which the account's last administrator may do everything in IAM or comes in, by `resourceKey` of where they stand. */
  readonly lastAdministrators: ReadonlyMap<string, LastWay>;
  /** ARNs of roles that are about to be stopped by a Deny of everything: their policies stay. */
  readonly stopping: ReadonlySet<string>;
}

/** All that exemptions and kept services are told by. */
type HoldCase = Pick<IdentityCase, 'asOf' | 'configuration' | 'index' | 'place'>;

/** Why something unused stays: `exempt` by a person's word, `kept` by a mark or the configuration, `held` because nobody can know. */
export interface Hold {
  readonly status: 'exempt' | 'kept' | 'held';
  readonly code?: IdentityCode;
  readonly detail: string;
}

/** What is to be done about one service of one subject. */
export type Judgement =
  | ServiceUse
  | { readonly kind: 'kept'; readonly row: IdentityServiceRow; readonly hold: Hold };

/** Judges one service of one subject by its own report, its exemptions and the services that are kept. */
export function judgeService(given: IdentityCase, subject: Subject, namespace: string): Judgement {
  const use = useOf(given.knowledge, subject.arn, namespace);
  if (use.kind !== 'unused') return use;
  const hold = subjectHold(given, subject, namespace);
  return hold === null ? use : { kind: 'kept', row: use.row, hold };
}

/** The exemption, or the setting, that keeps a service of a subject whatever its report says, or null. */
export function serviceHold(given: HoldCase, subject: Subject, namespace: string): Hold | null {
  const { configuration } = given;
  // Whom an edit touches is asked only where somebody is exempt: it is asked for every service of everybody.
  const exempt =
    configuration.exemptions.length === 0
      ? null
      : exemptionHold(given, [subject.arn, ...touchedArns(given, subject)], namespace);
  if (exempt !== null) return exempt;
  if (!configuration.identities.keepServices.includes(namespace)) return null;
  return { status: 'kept', detail: `${namespace} is named in identities.keepServices` };
}

/** What keeps a service of a subject whatever its report says, a quarantine that hides its use too, or null. */
export function subjectHold(given: IdentityCase, subject: Subject, namespace: string): Hold | null {
  const hold = serviceHold(given, subject, namespace);
  if (hold !== null) return hold;
  const waits = whyQuarantineWaits(given.index, given.stopping, subject);
  return waits === null ? null : { status: 'held', ...waits };
}

/** The exemption that keeps a service with the account, or with one of these users, groups, roles or policies, or null. */
export function exemptionHold(given: HoldCase, arns: readonly string[], namespace: string): Hold | null {
  const { asOf: at, configuration, place } = given;
  const exemption = identityExemption(configuration.exemptions, place, { arns, namespace, at });
  if (exemption === null) return null;
  const { owner, reason, until } = exemption;
  return { status: 'exempt', detail: `${reason} (${owner}, until ${until})` };
}

/** A hold as the reason of a refusal or of advice. */
export function reasonOfHold({ code, detail, status }: Hold): IdentityReason {
  return { code: code ?? (status === 'exempt' ? 'EXEMPT' : 'KEEP_MARK'), detail };
}

/** ARNs of everybody whom an edit at a subject touches: bearers of a policy, members of a group. */
function touchedArns({ index }: HoldCase, subject: Subject): readonly string[] {
  const bearers =
    subject.type === 'policy' ? (index.bearers.get(subject.arn) ?? []) : [index.principals.get(subject.arn)];
  return bearers.flatMap((bearer) =>
    bearer ? [bearer.arn, ...reachedBy(index, bearer).map(({ arn }) => arn)] : [],
  );
}

/** By what a permission counts as newer than the threshold. */
export function sinceOf({ catalogue, knowledge }: Pick<IdentityCase, 'catalogue' | 'knowledge'>) {
  return { cutOff: knowledge.cutOff, knownActions: catalogue.knownActions };
}

/** Why one policy goes on granting a service although its row shows no use, or null. */
export function permissionHold(
  given: IdentityCase,
  source: PolicySource,
  row: IdentityServiceRow,
): Hold | null {
  const { serviceNamespace: namespace } = row;
  const { document, managed, name } = source;
  if (document === null) {
    const detail = `the text of ${name} was not understood, so what it grants is unknown`;
    return { status: 'held', code: 'MALFORMED_POLICY', detail };
  }
  const last = given.lastAdministrators.get(sourceKey(source));
  if (last?.namespace === namespace) {
    const what = namespace === 'iam' ? 'may do everything in IAM' : 'comes in as an administrator';
    const detail = `by ${name} somebody ${what}, and of nobody else in the account that is sure${last.why}`;
    return { status: 'held', code: 'LAST_ADMINISTRATOR', detail };
  }
  const exempt = exemptionHold(given, source.arn === null ? [] : [source.arn], namespace);
  if (exempt !== null) return exempt;
  const kept = whyServiceKept(document, namespace, waysInOf(given.index.account, given.care));
  if (kept !== null) return { status: 'kept', code: 'KEEP_MARK', detail: `${name}: ${kept}` };
  const isNamed = document.statements.some(
    (statement) => statement.effect === 'Allow' && namesUnseen(statement, namespace),
  );
  // Whatever its date: that of a call to its API says nothing of what is asked of its data. In use, each action has its own row.
  if (!isUsed(row, given.knowledge.cutOff) && isNamed) {
    const detail = `${name} names ${namespace}, whose use reports may not show`;
    return { status: 'held', code: 'NOT_TRACKED', detail };
  }
  const isOwn = managed !== null && source.type === 'customer-managed';
  // In use, each action is asked about by itself.
  const isWhole = !isUsed(row, given.knowledge.cutOff);
  if (isOwn && isWhole && isNewPermission(managed, { namespace }, sinceOf(given))) {
    const detail = `a version of ${name} that may have been in force at the cut-off did not grant ${namespace}, or less of it: nobody had the whole threshold to use what is newer`;
    return { status: 'held', code: 'NEW_PERMISSION', detail };
  }
  return null;
}
