import { isOnOwnCredentials, whyStatementKept } from '../policy/kept-statements.ts';
import type { Principal, Role } from './account-identities.ts';
import { type PolicySource, reachedBy } from './account-index.ts';
import type { DeleteQuestion, DeleteReason } from './delete-question.ts';
import { grantsService } from './granted-services.ts';
import { pathsOf } from './grants.ts';
import { exemptionHold, type Hold, reasonOfHold, serviceHold } from './judge.ts';
import { untouchable } from './never-touched.ts';
import { isNewPermission } from './permission-age.ts';
import { whyQuarantineWaits } from './quarantine-waits.ts';
import { trustOf } from './trust.ts';
import { namedServices } from './unlisted-services.ts';
import { waysInOf } from './ways-in.ts';

/**
 * Why a review would leave it alone whatever its report says. Somebody who has it or is a member is never touched or is
 * in service. Or an exemption, a setting or a mark keeps what it grants. Or some of it may be newer than the threshold.
 */
export function holdsOf(question: DeleteQuestion): readonly DeleteReason[] {
  return [
    ...neverTouched(question),
    ...inService(question),
    ...stopped(question),
    ...kept(question),
    ...newer(question),
  ];
}

/** Who is stopped uses nothing that shows. Of a role itself AWS's record of its last use tells, of a user that of his credentials, whatever is denied. */
function stopped({ index, subject }: DeleteQuestion): readonly DeleteReason[] {
  const isPerson = subject.type === 'role' || subject.type === 'user';
  const waits = isPerson ? null : whyQuarantineWaits(index, new Set(), subject);
  return waits === null ? [] : [waits];
}

/** Everybody whom the deletion touches beside the thing itself: bearers of a policy with the members of groups, members of a group. */
function othersTouched({ index, subject }: DeleteQuestion): readonly Principal[] {
  const group = index.principals.get(subject.arn);
  const bearers = index.bearers.get(subject.arn) ?? (group?.type === 'group' ? [group] : []);
  const touched = bearers.flatMap((bearer) => [bearer, ...reachedBy(index, bearer)]);
  return [...new Set(touched)].filter(({ arn }) => arn !== subject.arn);
}

function neverTouched(question: DeleteQuestion): readonly DeleteReason[] {
  const { care, subject } = question;
  const how = subject.type === 'group' ? 'has a member' : 'reaches somebody';
  return othersTouched(question).flatMap((each): readonly DeleteReason[] => {
    const why = untouchable(each, care);
    return why === null
      ? []
      : [{ ...why, detail: `${subject.name} ${how} who is never touched: ${why.detail}` }];
  });
}

/** What runs by a role that services, instances or others outside use stops where a policy of it goes, and nobody can see what that is. */
function inService(question: DeleteQuestion): readonly DeleteReason[] {
  const { index, subject } = question;
  const by = (role: Role): readonly string[] => {
    const { accountIds, isUnknown, providers, services } = trustOf(role);
    const outside = accountIds.filter((id) => id !== index.account.accountId);
    return [
      ...role.instanceProfiles.map((arn) => `instance profile ${arn.slice(arn.lastIndexOf('/') + 1)}`),
      ...[...services, ...providers, ...outside],
      ...(isUnknown ? ['anybody'] : []),
    ];
  };
  return othersTouched(question).flatMap((each): readonly DeleteReason[] => {
    const users = each.type === 'role' ? by(each) : [];
    if (users.length === 0) return [];
    const detail = `${subject.name} is attached to role ${each.name}, which is in service (${users.join(', ')}): what would stop there is not read`;
    return [{ code: 'IN_SERVICE', detail }];
  });
}

/** What the deletion takes: the text of a policy, and what a user, group or role bears itself. What a user has by his groups stays with them. */
function sourcesOf({ index, subject }: DeleteQuestion): readonly PolicySource[] {
  return [index.policies.get(subject.arn) ?? index.borne.get(subject.arn) ?? []].flat();
}

/** Exemptions and settings for services, and marked statements. */
function kept(question: DeleteQuestion): readonly DeleteReason[] {
  const { care, index, subject } = question;
  const given = { ...question, configuration: care.configuration };
  const granted = pathsOf(index, subject).map(({ source }) => source);
  const all = [...new Set([...granted, ...sourcesOf(question)])];
  const holds = [
    // One of every service holds whatever is granted.
    exemptionHold(given, [subject.arn], '*'),
    ...servicesIn(question, all).flatMap((namespace): readonly (Hold | null)[] => [
      serviceHold(given, subject, namespace),
      exemptionHold(
        given,
        all.flatMap(({ arn, document }) =>
          arn !== null && document !== null && grantsService(document, namespace) ? arn : [],
        ),
        namespace,
      ),
    ]),
  ];
  const reasons = new Map(
    holds.flatMap((hold) => {
      if (hold === null) return [];
      const why = reasonOfHold(hold);
      return [[`${why.code} ${why.detail}`, why] as const];
    }),
  );
  return [...reasons.values(), ...marked(question, waysInOf(index.account, care))];
}

function marked(question: DeleteQuestion, waysIn: readonly string[]): readonly DeleteReason[] {
  const { type } = question.subject;
  // With a user or role its own credentials go.
  const isOneself = type === 'user' || type === 'role';
  return sourcesOf(question).flatMap(({ document, name }): readonly DeleteReason[] => {
    for (const statement of document?.statements ?? []) {
      const why = whyStatementKept(statement, waysIn);
      if (why === null || (isOneself && isOnOwnCredentials(statement))) continue;
      const detail = `${name}: statement ${statement.sid ?? 'without a Sid'} is to be kept: ${why}`;
      return [{ code: 'KEEP_MARK', detail }];
    }
    return [];
  });
}

/** Policies of the account's own that grant, since lately, what nobody had the whole threshold to use. */
function newer(question: DeleteQuestion): readonly DeleteReason[] {
  const { catalogue, cutOff } = question;
  return sourcesOf(question).flatMap((source): readonly DeleteReason[] => {
    const { managed, name, type } = source;
    if (managed === null || type !== 'customer-managed' || managed.createdAt >= cutOff) return [];
    const since = { cutOff, knownActions: catalogue.knownActions };
    const services = servicesIn(question, [source]).filter((namespace) =>
      isNewPermission(managed, { namespace }, since),
    );
    if (services.length === 0) return [];
    const detail = `a version of ${name} that may have been in force at the cut-off did not grant ${namedServices(services)}, or less of it`;
    return [{ code: 'NEW_PERMISSION', detail }];
  });
}

/** The services that policies allow: the known ones, and those that the report lists beside them. */
function servicesIn(
  { catalogue, report }: DeleteQuestion,
  sources: readonly PolicySource[],
): readonly string[] {
  const listed = report?.status === 'completed' ? [...report.rows.keys()] : [];
  const documents = sources.flatMap(({ document }) => document ?? []);
  return [...new Set([...catalogue.knownActions.keys(), ...listed])].filter((namespace) =>
    documents.some((document) => grantsService(document, namespace)),
  );
}
