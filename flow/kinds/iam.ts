import type { IdentitySessions, ResourceReader, WritableAccount } from '../../adapters/identity-ports.ts';
import type { ChangeContent, Step } from '../../core/change/content/change.ts';
import {
  identityPartOf,
  identityResource,
  identityStepsOf,
} from '../../core/change/content/identity-content.ts';
import { stepDue, type Write } from '../../core/change/engine/next-action.ts';
import { journalOf, wasSent } from '../../core/change/life/journal.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import type { PrincipalName } from '../../core/identity/account-identities.ts';
import { isCopyOf } from '../../core/identity/copy-name.ts';
import type { IdentityResource, IdentityStep } from '../../core/identity/identity-step.ts';
import { attachmentsOf, policyArnOf, resourceKey } from '../../core/identity/identity-values.ts';
import { wordsFor } from '../../core/kinds/iam/apply-step.ts';
import type { LiveIdentities } from '../../core/kinds/iam/live.ts';
import { iamWriting } from '../../core/kinds/iam/writing.ts';
import { type ApplyPorts, callFailureOf } from '../apply-ports.ts';
import { NotNow } from '../carry-out.ts';
import { NotSent } from '../not-sent.ts';
import type { Checks } from '../write-once.ts';
import { proveIamAgain, voidsIamRollBack } from './iam-proof.ts';
import type { KindInFlow } from './kind-in-flow.ts';

/** Edits of accounts' IAM with what is read for them. */
export const iamInFlow: KindInFlow<LiveIdentities> = {
  kind: iamWriting,
  look: async (ports, { record }, _, begins) => {
    const opened = await ports.sessions.openToRead(identityPartOf(record.content).accountId);
    if (opened.status === 'unreachable') throw new NotNow(`${opened.code}: ${opened.message}`);
    return readLive(ports, opened.resources, record, begins);
  },
  write: writeStep,
  proveAgain: async (ports, record, notBefore) => {
    const { opened, reason, tree } = await proveIamAgain(ports, record, notBefore);
    return {
      reason,
      tree,
      look: (change, _, begins) => readLive(ports, opened.resources, change.record, begins),
    };
  },
  voidsRollBack: voidsIamRollBack,
  // What comes to bear a policy while it is written bears the narrowed one: nothing is lost that was not shown.
  seenWhenApplied: async () => [],
};

/** What stands now in the resource of the step that is due. Of a policy that is to be deleted its bearers first: AWS deletes none that has any. */
async function readLive(
  { configuration }: ApplyPorts,
  reader: ResourceReader,
  record: ChangeRecord,
  begins?: () => void,
): Promise<LiveIdentities> {
  const due = stepDue(record);
  const { approvals: needed } = configuration.highRisk;
  if (due === null) return { values: new Map(), bearers: new Map(), gone: [], needed };
  const resource = identityResource(due.resource);
  const arn = due.after === null ? policyArnOf(resource) : null;
  const values = new Map(arn === null ? [] : await readAttachments(reader, record.content, arn));
  const bearers = new Map(arn === null ? [] : [[arn, await reader.readBearers(arn)]]);
  const isBack = record.state.status === 'rolling-back';
  const gone = isBack && due.after !== null ? await readGone(reader, resource) : [];
  for (const arn of isBack ? policiesComingBack(record.content, due) : []) {
    const text = await reader.read({ type: 'managed-policy', arn });
    values.set(arn, text);
    // What the roll back itself makes again AWS may show late.
    if (text === null && !isMadeAgain(record, arn)) gone.push(`policy ${arn}`);
  }
  for (const { resource } of isBack ? [] : standInsFor(record.content, due))
    if ((await reader.read(resource)) === null) gone.push(wordsFor(resource));
  begins?.();
  values.set(resourceKey(resource), await reader.read(resource));
  return { values, bearers, gone, needed };
}

/** The policy that a step attaches again; where it detaches a copy, the one that the copy stands for. */
function policiesComingBack(content: ChangeContent, { after: due, resource: of }: Step): readonly string[] {
  const resource = identityResource(of);
  if (resource.type !== 'policy-attachment') return [];
  if (due !== null) return [resource.policyArn];
  return identityStepsOf(content).flatMap(({ after, resource: other }) =>
    other.type === 'policy-attachment' &&
    after === null &&
    isCopyOf(resource.policyArn, other.policyArn) &&
    isSamePrincipal(other.principal, resource.principal)
      ? [other.policyArn]
      : [],
  );
}

/** The attachment of a copy that stands in the place of the one that a step takes away: somebody may have taken it off again. */
function standInsFor(content: ChangeContent, { after: due, resource: of }: Step): readonly IdentityStep[] {
  const resource = identityResource(of);
  if (resource.type !== 'policy-attachment' || due !== null) return [];
  return identityStepsOf(content).filter(
    ({ after, resource: other }) =>
      other.type === 'policy-attachment' &&
      after !== null &&
      isCopyOf(other.policyArn, resource.policyArn) &&
      isSamePrincipal(other.principal, resource.principal),
  );
}

/** Whether the change deleted a policy, so that rolling it back makes it. */
function isMadeAgain({ content, state }: ChangeRecord, arn: string): boolean {
  return identityStepsOf(content).some(
    ({ after, resource }, index) =>
      after === null && policyArnOf(resource) === arn && wasSent(journalOf(state), index),
  );
}

function isSamePrincipal(one: PrincipalName, other: PrincipalName): boolean {
  return one.type === other.type && one.name === other.name;
}

/** To whom nothing can be given back any more, in words. */
async function readGone(reader: ResourceReader, resource: IdentityResource): Promise<string[]> {
  const gone: string[] = [];
  for (const principal of principalsOf(resource))
    if (!(await reader.isThere(principal))) gone.push(`${principal.type} ${principal.name}`);
  return gone;
}

/** The users, groups and roles without which a resource cannot be. */
function principalsOf(resource: IdentityResource): readonly PrincipalName[] {
  if (resource.type === 'managed-policy') return [];
  if (resource.type !== 'membership') return [resource.principal];
  return [
    { type: 'user', name: resource.user },
    { type: 'group', name: resource.group },
  ];
}

/** Every attachment of a policy that the change writes: AWS's list of its bearers may be late. */
function readAttachments(
  reader: ResourceReader,
  content: ChangeContent,
  arn: string,
): Promise<readonly (readonly [string, string | null])[]> {
  const resources = identityStepsOf(content).map(({ resource }) => resource);
  return Promise.all(
    attachmentsOf(arn, resources).map(
      async (resource) => [resourceKey(resource), await reader.read(resource)] as const,
    ),
  );
}

/** Writes one step in a session that may do no more than that. Throws `NotSent` where there is no such session. */
async function writeStep(
  ports: ApplyPorts,
  { record: { content, id } }: StoredChange,
  { after, before, resource: of }: Write,
  { keep, mayWrite }: Checks,
): Promise<null> {
  const { accountId, deleted } = identityPartOf(content);
  const resource = identityResource(of);
  const step = { resource, before, after };
  const opened = await enterToWrite(ports, accountId, { id, step });
  const policyArn = policyArnOf(resource) ?? '';
  const made = deleted.find(({ arn }) => arn === policyArn);
  const creation = made && { description: made.description, tags: made.tags };
  try {
    await opened.writer.write(
      { ...step, ...(creation && { creation }) },
      { keep: (version) => keep({ policyArn, id: version.id, text: version.text }), mayWrite },
    );
  } finally {
    opened.close();
  }
  return null;
}

async function enterToWrite(
  { configuration, sessions }: ApplyPorts,
  accountId: string,
  change: Parameters<IdentitySessions['openToWrite']>[1],
): Promise<WritableAccount> {
  try {
    const opened = await sessions.openToWrite(accountId, change);
    if (opened.status === 'open') return opened;
    const wayOut = `account ${accountId} has to have the role ${configuration.memberRoles.write} of deploy/member-roles.yml, with memberRoles.externalId and this function among its writers; then the next review proposes this again`;
    throw new NotSent(opened.code, `${opened.message}; ${wayOut}`, 'access-denied');
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure === null || error instanceof NotSent) throw error;
    // Whatever the reason, nothing was sent: what passes is tried again, a denial ends the change.
    throw new NotSent(failure.code, failure.message, failure.kind, failure.refusedByAws);
  }
}
