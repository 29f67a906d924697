import { whyStatementKept } from '../policy/kept-statements.ts';
import { nothingButUnseen, unseenByRecord } from '../policy/unseen-by-record.ts';
import type { Role } from './account-identities.ts';
import { grantsService } from './granted-services.ts';
import { identityExemption } from './identity-exemptions.ts';
import type { IdentityReason } from './identity-refusal.ts';
import type { IdentityCase } from './judge.ts';
import { namedServices } from './unlisted-services.ts';
import { waysInOf } from './ways-in.ts';

/** Why an unused role is not stopped by a policy, or null: it may be. Trust in services, providers and other accounts is for the check `in-service`. */
export function whyNoQuarantine(given: IdentityCase, role: Role): IdentityReason | null {
  const { name } = role;
  if (role.instanceProfiles.length > 0)
    return reason(
      'IN_SERVICE',
      `${name} is in an instance profile (${role.instanceProfiles.join(', ')}): an instance may need it at its next start`,
    );
  return whyRoleExempt(given, role) ?? whyRoleKept(given, role) ?? whyUseUnknown(given, role);
}

/** AWS's record of a role's last use does not cover what databases, brokers and the like judge themselves: silence proves nothing there. */
function whyUseUnknown({ index }: IdentityCase, { arn, name }: Role): IdentityReason | null {
  for (const source of index.borne.get(arn) ?? []) {
    if (source.document === null)
      return reason(
        'MALFORMED_POLICY',
        `the text of ${source.name} was not understood: what ${name} may use is unknown`,
      );
    const unseen = unseenByRecord(source.document.statements);
    if (unseen.length > 0)
      return reason(
        'NOT_TRACKED',
        `${source.name} names ${namedServices(unseen)}, whose use AWS's record of ${name} may not show: it may be in use`,
      );
  }
  return null;
}

/** Why it is unknown whether a silent role is in use, or null: all that it may do is such that its use may not show. */
export function whyNotSurelyUnused({ index }: IdentityCase, { arn, name }: Role): IdentityReason | null {
  const statements = (index.borne.get(arn) ?? []).flatMap(({ document }) => document?.statements ?? []);
  const unseen = nothingButUnseen(statements);
  if (unseen.length === 0) return null;
  return reason(
    'NOT_TRACKED',
    `${name} may use ${namedServices(unseen)} alone, whose use AWS's record of a role may not show: it may be in use`,
  );
}

/** The exemption that covers something the role may do, as a refusal, or null: a Deny of everything would take that too. */
export function whyRoleExempt(given: IdentityCase, role: Role): IdentityReason | null {
  const { asOf: at, configuration, place } = given;
  if (configuration.exemptions.length === 0) return null;
  for (const namespace of grantedTo(given, role)) {
    const exemption = identityExemption(configuration.exemptions, place, { arns: [role.arn], namespace, at });
    if (exemption === null) continue;
    const { owner, reason: why, until } = exemption;
    return reason('EXEMPT', `${namespace} of ${role.name} is exempt: ${why} (${owner}, until ${until})`);
  }
  return null;
}

function whyRoleKept(given: IdentityCase, role: Role): IdentityReason | null {
  const { keepServices } = given.configuration.identities;
  const kept =
    keepServices.length === 0 ? [] : grantedTo(given, role).filter((each) => keepServices.includes(each));
  if (kept.length > 0)
    return reason(
      'KEEP_MARK',
      `${role.name} may use ${kept.join(', ')}, which identities.keepServices keeps: a Deny of everything would take it`,
    );
  const waysIn = waysInOf(given.index.account, given.care);
  for (const { document, name } of given.index.borne.get(role.arn) ?? [])
    for (const statement of document?.statements ?? []) {
      const why = whyStatementKept(statement, waysIn);
      if (why === null) continue;
      const which = `statement ${statement.sid ?? 'without a Sid'} of ${name}`;
      return reason('KEEP_MARK', `${which} stays: ${why}; a Deny of everything would stand above it`);
    }
  return null;
}

/** The services that the texts of a role allow some action of, sorted. */
function grantedTo({ catalogue, index, knowledge }: IdentityCase, { arn }: Role): readonly string[] {
  const report = knowledge.reports.get(arn);
  const listed = report?.status === 'completed' ? [...report.rows.keys()] : [];
  const documents = (index.borne.get(arn) ?? []).flatMap(({ document }) => document ?? []);
  return [...new Set([...catalogue.knownActions.keys(), ...listed])]
    .filter((namespace) => documents.some((document) => grantsService(document, namespace)))
    .sort();
}

function reason(code: IdentityReason['code'], detail: string): IdentityReason {
  return { code, detail };
}
