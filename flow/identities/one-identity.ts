import type { CredentialsReader, OpenedAccount } from '../../adapters/identity-ports.ts';
import type { Configuration } from '../../core/base/configuration.ts';
import { dayMilliseconds } from '../../core/base/limits.ts';
import { type AccountIndex, indexAccount } from '../../core/identity/account-index.ts';
import { checkDelete } from '../../core/identity/check-delete.ts';
import { deleteByHand } from '../../core/identity/delete-by-hand.ts';
import type { DeleteCheck } from '../../core/identity/delete-question.ts';
import { namesService } from '../../core/identity/granted-services.ts';
import { type Grant, grantsOf, pathsOf, unreadPathsOf } from '../../core/identity/grants.ts';
import { ownRolesIn } from '../../core/identity/own-roles.ts';
import { withMarks } from '../../core/identity/policy-marks.ts';
import { shippedCatalogue } from '../../core/identity/shipped-catalogue.ts';
import { type Subject, type SubjectChoice, subjectsOf } from '../../core/identity/subject.ts';
import type { CredentialsReading } from '../../core/identity/user-credentials.ts';
import type { RegionReading } from '../../core/organization/enabled-regions.ts';
import { serviceCatalogue } from '../../core/policy/service-catalogue.ts';
import { callFailureOf } from '../apply-ports.ts';
import { askAboutAccount } from '../ask-sources.ts';
import { BadEvent } from '../bad-event.ts';
import { contextOf, type OrganizationContext } from './account-context.ts';
import type { IdentityReviewPorts, NotEntered } from './review-account.ts';

interface Found {
  readonly status: 'found';
  readonly opened: OpenedAccount;
  readonly index: AccountIndex;
  readonly subject: Subject;
}

/** What a deletion would break, and the lines of the AWS CLI by which a person does it. */
export interface CheckedDeletion {
  readonly status: 'checked';
  readonly check: DeleteCheck;
  readonly byHand: readonly string[];
}

/** What deleting one user, group, role or policy would break, asked by its ARN. Throws `BadEvent` where nothing has that ARN. */
export async function checkDeletion(
  ports: IdentityReviewPorts & { readonly credentials: CredentialsReader },
  arn: string,
  given: {
    readonly accountId: string;
    readonly configuration: Configuration;
    readonly organization: OrganizationContext | null;
    readonly thresholdDays: number;
  },
): Promise<CheckedDeletion | NotEntered> {
  const { accountId, configuration } = given;
  const found = await findOne(ports.sessions, accountId, choiceOf(arn), arn);
  if (found.status === 'unreachable') return found;
  const { opened, subject } = found;
  const index = await withOwner(found);
  const report = await opened.reports.report(subject.arn, 'service');
  const { controls, managementAccountId, place } = contextOf(given.organization, accountId);
  const asOf = ports.clock.now();
  const check = checkDelete({
    index,
    subject,
    report,
    credentials:
      subject.type === 'user' ? await readCredentials(ports.credentials, accountId, subject.name) : null,
    regions: configuration.sources.regions ? await readRegions(ports, accountId) : 'off',
    catalogue: shippedCatalogue,
    care: {
      configuration,
      ownRoleArns: ownRolesIn(index.account),
      managementAccountId,
    },
    controls,
    place,
    asOf,
    cutOff: asOf - given.thresholdDays * dayMilliseconds,
  });
  return { status: 'checked', check, byHand: deleteByHand(index, subject) };
}

/** Description and tags name the owner of a policy. */
async function withOwner({ index, opened, subject }: Found): Promise<AccountIndex> {
  if (index.policies.get(subject.arn)?.type !== 'customer-managed') return index;
  return indexAccount(withMarks(index.account, await opened.reader.readPolicyMarks([subject.arn])));
}

/** What AWS refuses is an answer: the use of the user is then unknown. */
async function readCredentials(
  credentials: CredentialsReader,
  accountId: string,
  userName: string,
): Promise<CredentialsReading> {
  try {
    const read = await credentials.read(accountId, userName);
    return 'status' in read ? { failure: `${read.code}: ${read.message}` } : { credentials: read };
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure === null) throw error;
    return { failure: failure.message };
  }
}

async function readRegions(
  { caller, openSources }: IdentityReviewPorts,
  accountId: string,
): Promise<RegionReading> {
  const sources = openSources();
  try {
    const { regions } = await askAboutAccount({ caller, ...sources }, [
      { type: 'regions', accountIds: [accountId] },
    ]);
    return regions?.get(accountId) ?? { failure: 'AWS did not answer' };
  } finally {
    sources.close();
  }
}

/** How somebody comes by a service. */
export interface ExplainedAccess {
  readonly status: 'explained';
  readonly subject: Subject;
  readonly grants: readonly Grant[];
  /** Paths of which nobody can tell, since their texts were not understood. */
  readonly unread: readonly Grant[];
  /** Whether the service is in the catalogue, or some text on these paths names it. */
  readonly isKnown: boolean;
}

/** Every path by which one user, group or role comes by a service. Throws `BadEvent` where there is nobody of that name. */
export async function explainAccess(
  { sessions }: IdentityReviewPorts,
  accountId: string,
  choice: SubjectChoice,
  namespace: string,
): Promise<ExplainedAccess | NotEntered> {
  const found = await findOne(sessions, accountId, choice);
  if (found.status === 'unreachable') return found;
  const { index, subject } = found;
  const statements = pathsOf(index, subject).flatMap(({ source }) => source.document?.statements ?? []);
  return {
    status: 'explained',
    subject,
    grants: grantsOf(index, subject, namespace),
    unread: unreadPathsOf(index, subject),
    isKnown:
      serviceCatalogue.has(namespace) || statements.some((statement) => namesService(statement, namespace)),
  };
}

async function findOne(
  sessions: IdentityReviewPorts['sessions'],
  accountId: string,
  choice: SubjectChoice,
  asked?: string,
): Promise<Found | NotEntered> {
  const opened = await sessions.openToRead(accountId);
  if (opened.status === 'unreachable') return opened;
  const index = indexAccount(await opened.reader.readIdentities());
  const chosen = subjectsOf(index, choice);
  if (!chosen.ok)
    throw new BadEvent(
      asked ? `${asked}: nothing in account ${accountId} has this ARN` : chosen.reasons[0].detail,
    );
  const [subject] = chosen.value;
  if (!subject) throw new BadEvent(`${choice.kind}: nothing was found`);
  return { status: 'found', opened, index, subject };
}

function choiceOf(arn: string): SubjectChoice {
  const kind = /^arn:[a-z-]+:iam::(?:\d{12}|aws):(user|group|role|policy)\/./.exec(arn)?.[1];
  if (kind === 'user' || kind === 'group' || kind === 'role' || kind === 'policy') return { kind, name: arn };
  throw new BadEvent(`${arn}: must be the ARN of a user, group, role or policy`);
}
