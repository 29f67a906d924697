import type { OpenedAccount } from '../../adapters/identity-ports.ts';
import { dayMilliseconds, propagationMilliseconds } from '../../core/base/limits.ts';
import { identityPartOf, identityStepsOf } from '../../core/change/content/identity-content.ts';
import type { Failure } from '../../core/change/life/events.ts';
import { journalOf } from '../../core/change/life/journal.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import type { AccountIdentities } from '../../core/identity/account-identities.ts';
import { policyOf } from '../../core/identity/account-lookup.ts';
import { grantedSinceIn } from '../../core/identity/granted-since.ts';
import type { IdentityReport } from '../../core/identity/identity-report.ts';
import type { IdentityStep } from '../../core/identity/identity-step.ts';
import { policyArnOf } from '../../core/identity/identity-values.ts';
import { ownRolesIn } from '../../core/identity/own-roles.ts';
import { withMarks } from '../../core/identity/policy-marks.ts';
import { shippedCatalogue } from '../../core/identity/shipped-catalogue.ts';
import { approvedStands } from '../../core/kinds/iam/approval-proof.ts';
import { accountBefore } from '../../core/kinds/iam/before-done.ts';
import { subjectToProve } from '../../core/kinds/iam/proof-subject.ts';
import { givesMore } from '../../core/kinds/iam/roll-back-proof.ts';
import { silentSource, withTurnedOff } from '../../core/kinds/silent-source.ts';
import type { OrganizationTree } from '../../core/organization/organization.ts';
import { proveUnfinishedEdit } from '../../core/proof/identity/certificate.ts';
import { questionsAboutEdits } from '../../core/review/identities/identity-source-questions.ts';
import type { ApplyPorts } from '../apply-ports.ts';
import { askAboutAccount } from '../ask-sources.ts';
import { NotNow, SourceSilent } from '../carry-out.ts';
import { contextOf, readOrganizationContext } from '../identities/account-context.ts';

/**
 * Proves an approved change again, from reports made after `notBefore` (epoch ms) and the account
 * read anew after them. Throws `NotNow` where the account or its organization cannot be read now.
 */
export async function proveIamAgain(
  ports: ApplyPorts,
  record: ChangeRecord,
  notBefore: number,
): Promise<{
  readonly reason: Failure | null;
  readonly tree: OrganizationTree;
  readonly opened: OpenedAccount;
}> {
  const { content } = record;
  const { accountId, actions, level, meant, reportedArns } = identityPartOf(content);
  const opened = await enter(ports, accountId);
  const organization = await readOrganizationContext(ports.organization);
  if (organization === null) throw new NotNow('the organization may not be read');
  const reports = await Promise.all(reportedArns.map((arn) => freshReport(opened, arn, level, notBefore)));
  const journal = journalOf(record.state);
  const done = journal.filter(({ phase }) => phase === 'done').length;
  const steps = identityStepsOf(content);
  const read = await readAccount(opened, steps);
  // After a crash some steps are done: the whole is proved against the account as it was without them.
  const account = accountBefore(read, content, done);
  const now = ports.clock.now();
  const isShown = now - (journal.at(-1)?.at ?? now) > propagationMilliseconds.ownReads;
  const written = isShown ? steps.slice(0, done) : [];
  const cutOff = now - content.thresholdDays * dayMilliseconds;
  const { organizationId } = content;
  const seen = await ports.stores.grants.latestBefore({ organizationId, accountId }, cutOff);
  const { controls, managementAccountId, place } = contextOf(organization, accountId);
  const { configuration } = ports;
  const subject = subjectToProve(
    { steps, services: content.services, actions, ...(meant === undefined ? {} : { meant }) },
    {
      account,
      controls,
      reports,
      configuration,
      catalogue: shippedCatalogue,
      grantedSince: grantedSinceIn(account, seen),
      place,
      thresholdDays: content.thresholdDays,
      asOf: now,
      readAt: now,
      care: { configuration, ownRoleArns: ownRolesIn(account), managementAccountId },
      cutOff,
    },
  );
  const answered = await askAboutAccount(ports, questionsAboutEdits([subject], configuration));
  const proven = proveUnfinishedEdit({ ...subject, ...answered }, { account: read, done });
  const certificate = withTurnedOff(proven, content.certificate, configuration);
  const silent = silentSource(record, certificate, configuration, now);
  if (silent !== null) throw new SourceSilent(silent);
  const reason = approvedStands(content, { read, account, written, controls, certificate, reports });
  return { reason, tree: organization.tree, opened };
}

/** Why an applied change may not be rolled back yet, or null: proved again against the account as it stands. */
export async function voidsIamRollBack(ports: ApplyPorts, record: ChangeRecord): Promise<Failure | null> {
  const opened = await enter(ports, identityPartOf(record.content).accountId);
  const account = await readAccount(opened, identityStepsOf(record.content));
  // What this change deleted is read too: where somebody made one of that name since, it stays, and comes back with what it grants.
  const rewritten = identityStepsOf(record.content).flatMap(({ after, resource }) =>
    after === null ? [] : (policyArnOf(resource) ?? []),
  );
  const arns = Object.keys(identityPartOf(record.content).comesBack).filter(
    (arn) => arn.includes(':policy/') && !rewritten.includes(arn),
  );
  const texts = await Promise.all(
    arns.map(async (arn) => [arn, await opened.resources.read({ type: 'managed-policy', arn })] as const),
  );
  const again = { account, texts: new Map(texts) };
  return givesMore(record, again, ports.configuration.highRisk.approvals);
}

async function enter({ sessions }: ApplyPorts, accountId: string): Promise<OpenedAccount> {
  const opened = await sessions.openToRead(accountId);
  if (opened.status === 'unreachable') throw new NotNow(`${opened.code}: ${opened.message}`);
  return opened;
}

async function freshReport(
  { reports }: OpenedAccount,
  arn: string,
  level: Parameters<OpenedAccount['reports']['report']>[1],
  notBefore: number,
): Promise<IdentityReport> {
  const report = await reports.report(arn, level);
  if (report.status === 'completed' && report.createdAt < notBefore)
    throw new NotNow(`AWS gave a report of ${arn} that was made before the cooling ended`);
  return report;
}

/** The account with its quotas, and descriptions and tags of the policies that are written: both name the owner. */
async function readAccount(
  { reader }: OpenedAccount,
  steps: readonly IdentityStep[],
): Promise<AccountIdentities> {
  const read = await reader.readIdentities();
  const arns = steps.flatMap(({ resource }) => policyArnOf(resource) ?? []);
  const own = new Set(arns.filter((arn) => policyOf(read, arn)?.isAwsManaged === false));
  const marks = await reader.readPolicyMarks([...own]);
  // AWS may list a policy for a while after it was deleted, and then has no marks of it.
  const policies = read.policies.filter(({ arn }) => !own.has(arn) || marks.has(arn));
  return withMarks({ ...read, policies }, marks);
}
