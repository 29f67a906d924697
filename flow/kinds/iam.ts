import type { IdentitySessions, ResourceReader, WritableAccount } from '../../adapters/identity-ports.ts';
import type { ChangeContent } from '../../core/change/content/change.ts';
import {
  identityPartOf,
  identityResource,
  identityStepsOf,
} from '../../core/change/content/identity-content.ts';
import type { Write } from '../../core/change/engine/next-action.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { policyArnOf, resourceKey } from '../../core/identity/identity-values.ts';
import type { LiveIdentities } from '../../core/kinds/iam/live.ts';
import { iamWriting } from '../../core/kinds/iam/writing.ts';
import { type ApplyPorts, callFailureOf } from '../apply-ports.ts';
import { NotNow } from '../carry-out.ts';
import { NotSent } from '../not-sent.ts';
import type { Checks } from '../write-steps.ts';
import { proveIamAgain, voidsIamRollBack } from './iam-proof.ts';
import type { KindInFlow } from './kind-in-flow.ts';

/** Edits of accounts' IAM with what is read for them. */
export const iamInFlow: KindInFlow<LiveIdentities> = {
  kind: iamWriting,
  look: async (ports, { record: { content } }) => {
    const opened = await ports.sessions.openToRead(identityPartOf(content).accountId);
    if (opened.status === 'unreachable') throw new NotNow(`${opened.code}: ${opened.message}`);
    return readLive(opened.resources, content);
  },
  write: writeStep,
  proveAgain: async (ports, record, notBefore) => {
    const { opened, reason, tree } = await proveIamAgain(ports, record, notBefore);
    return { reason, tree, look: ({ record: { content } }) => readLive(opened.resources, content) };
  },
  voidsRollBack: voidsIamRollBack,
  // What comes to bear a policy while it is written bears the narrowed one: nothing is lost that was not shown.
  seenWhenApplied: async () => [],
};

/** What stands now in each resource, read side by side. */
async function readLive(reader: ResourceReader, content: ChangeContent): Promise<LiveIdentities> {
  const resources = identityStepsOf(content).map(({ resource }) => resource);
  const values = await Promise.all(
    resources.map(async (resource) => [resourceKey(resource), await reader.read(resource)] as const),
  );
  const made = identityStepsOf(content).flatMap(({ before, resource }) =>
    before === null ? (policyArnOf(resource) ?? []) : [],
  );
  const bearers = await Promise.all(made.map(async (arn) => [arn, await reader.readBearers(arn)] as const));
  return { values: new Map(values), bearers: new Map(bearers) };
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
  await opened.writer.write(
    { ...step, ...(creation && { creation }) },
    { keep: (version) => keep({ policyArn, id: version.id, text: version.text }), mayWrite },
  );
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
    throw notEntered(opened.code, `${opened.message}; ${wayOut}`);
  } catch (error) {
    const failure = callFailureOf(error);
    throw failure === null ? error : notEntered(failure.code, failure.message);
  }
}

function notEntered(code: string, message: string): NotSent {
  return new NotSent(code, message, 'access-denied');
}
