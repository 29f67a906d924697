import { rememberedFor } from '../../base/remembered.ts';
import type { Principal } from '../../identity/account-identities.ts';
import { type AccountIndex, type PolicySource, reachedBy } from '../../identity/account-index.ts';
import { grantsService } from '../../identity/granted-services.ts';
import { pathsThrough } from '../../identity/grants.ts';
import { reportOf, whyUnknown } from '../../identity/identity-knowledge.ts';
import type { IdentityReason } from '../../identity/identity-refusal.ts';
import {
  exemptionHold,
  type IdentityCase,
  judgeService,
  permissionHold,
  reasonOfHold,
} from '../../identity/judge.ts';
import { whyInseparable } from '../../identity/kept-statements.ts';
import { type CareSettings, untouchable, untouchableItself } from '../../identity/never-touched.ts';
import { whyQuarantineWaits } from '../../identity/quarantine-waits.ts';
import type { Subject } from '../../identity/subject.ts';
import { namedServices, unlistedServices } from '../../identity/unlisted-services.ts';
import { waysInOf } from '../../identity/ways-in.ts';
import { youth } from '../../identity/young.ts';

/** Why a policy is not taken from one bearer as a whole, or null: he uses nothing of what it grants. Each service that it grants asks. */
export const whyNotDetach = rememberedFor((given: IdentityCase) =>
  rememberedFor((source: PolicySource) =>
    rememberedFor((bearer: Subject) => neverEdited(given, bearer) ?? whyInUse(given, bearer, [source])),
  ),
);

/** Why a user does not leave a group, or null: he uses nothing of what it grants, and it denies nothing. */
export const whyNotLeave = rememberedFor((given: IdentityCase) =>
  rememberedFor((group: Subject) => {
    const sources = pathsThrough(given.index, group.name).map(({ source }) => source);
    return rememberedFor(
      (user: Subject) => neverEdited(given, user) ?? whyInUse(given, user, sources, [group.arn]),
    );
  }),
);

/** Why nothing that stands on a user, group or role is edited, or null: an edit of a group touches every member. */
export function neverEdited({ care, index }: IdentityCase, { arn }: Subject): IdentityReason | null {
  const principal = index.principals.get(arn);
  return principal
    ? (untouchableItself(principal, care) ?? untouchableReached(index, principal, care))
    : null;
}

/** Why somebody whom an edit at a bearer reaches is never touched, or null. */
export function untouchableReached(
  index: AccountIndex,
  bearer: Principal,
  care: CareSettings,
): IdentityReason | null {
  for (const reached of reachedBy(index, bearer)) {
    const why = bearer.type === 'group' ? untouchable(reached, care) : null;
    if (why !== null) return { ...why, detail: `what ${bearer.name} has reaches its members: ${why.detail}` };
  }
  return null;
}

/** Unknown, kept, held and young count as in use; so does what is granted and what the report does not list. */
function whyInUse(
  given: IdentityCase,
  subject: Subject,
  sources: readonly PolicySource[],
  through: readonly string[] = [],
): IdentityReason | null {
  const { catalogue, index, knowledge, stopping } = given;
  const notJudged = youth(given, subject) ?? whyQuarantineWaits(index, stopping, subject);
  if (notJudged !== null) return notJudged;
  const report = reportOf(knowledge, subject.arn);
  if (report === null) return reason('EVIDENCE_MISSING', whyUnknown(knowledge, subject.arn));
  const unknown = whyGrantsUnknown(
    given,
    subject,
    sources,
    unlistedServices(index, catalogue, subject, report),
  );
  if (unknown !== null) return unknown;
  for (const source of sources) {
    for (const row of report.rows.values()) {
      if (!source.document || !grantsService(source.document, row.serviceNamespace)) continue;
      const judged = judgeService(given, subject, row.serviceNamespace);
      if (judged.kind === 'kept') return reasonOfHold(judged.hold);
      if (judged.kind !== 'unused') return reason('USED_BY_OTHERS', `${row.serviceName} stays`);
      const hold = permissionHold(given, source, row) ?? exemptionHold(given, through, row.serviceNamespace);
      if (hold !== null) return reasonOfHold(hold);
    }
  }
  return null;
}

/** Why a text cannot be taken apart, or what it grants that the report of the subject does not list; null: neither. */
function whyGrantsUnknown(
  { care, index }: IdentityCase,
  subject: Subject,
  sources: readonly PolicySource[],
  unlisted: ReturnType<typeof unlistedServices>,
): IdentityReason | null {
  for (const { document, name } of sources) {
    if (document === null) return reason('MALFORMED_POLICY', `the text of ${name} was not understood`);
    const inseparable = whyInseparable(document, name, waysInOf(index.account, care));
    if (inseparable !== null) return reason('KEEP_MARK', inseparable);
    const unknown = [...unlisted].filter((namespace) => grantsService(document, namespace));
    if (unknown.length > 0)
      return reason(
        'EVIDENCE_MISSING',
        `${name} grants ${namedServices(unknown)}, which the report of ${subject.name} does not list: whether it is used is unknown`,
      );
  }
  return null;
}

function reason(code: IdentityReason['code'], detail: string): IdentityReason {
  return { code, detail };
}
