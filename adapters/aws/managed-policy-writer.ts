import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  type IAMClient,
  ListEntitiesForPolicyCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import { identityLimits } from '../../core/base/limits.ts';
import type { ManagedPolicy, PolicyVersion } from '../../core/identity/account-identities.ts';
import { defaultTextOf } from '../../core/identity/identity-values.ts';
import type { IdentityWrite, WriteChecks } from '../identity-ports.ts';
import type { Clock } from '../ports.ts';
import { namedBy } from './account-details.ts';
import { requireAsSeen, requireStillAsSeen } from './as-seen.ts';
import { nextMarker, unlessAbsent } from './iam-pages.ts';
import { readHead, readManagedPolicy } from './managed-policy-reader.ts';
import { readPages } from './pages.ts';
import { AwsRefusal, refusing, shortAnswer } from './refusal.ts';

/** What a managed policy is written with: reads are tried again, writes are not. */
export interface PolicyClients {
  readonly reading: IAMClient;
  readonly writing: IAMClient;
  /** Says how old a look is, and waits for AWS to show what was detached. */
  readonly clock: Clock;
}

/** Leaves a text as the default version of a managed policy, makes the policy where it is not there, or deletes it (null). Throws `AwsRefusal`, where another text stands there than was seen too. */
export async function writeManagedPolicy(
  clients: PolicyClients,
  arn: string,
  write: IdentityWrite,
  checks: WriteChecks,
): Promise<void> {
  const policy = await readManagedPolicy(clients.reading, arn);
  const { after, before } = write;
  requireAsSeen(operationOf(write), before, policy && defaultTextOf(policy));
  if (policy === null) {
    if (after !== null) await createPolicy(clients.writing, arn, after, write.creation);
  } else if (after === null) {
    await deletePolicy(clients, policy, checks);
  } else {
    await setText(clients, policy, { after, before }, checks);
  }
}

function operationOf({ after, before }: IdentityWrite): string {
  if (after === null) return 'iam:DeletePolicy';
  return before === null ? 'iam:CreatePolicy' : 'iam:CreatePolicyVersion';
}

/** Right before a call that writes. Another version may have become the default since the policy was read, and the text of a version never changes: its id tells. */
async function requireReady(
  { clock, reading }: PolicyClients,
  operation: string,
  { arn, defaultVersionId }: ManagedPolicy,
  { mayWrite }: WriteChecks,
): Promise<void> {
  await mayWrite();
  await requireStillAsSeen(clock, operation, defaultVersionId, async () => {
    const head = await readHead(reading, arn);
    return head?.defaultVersionId ?? null;
  });
}

async function createPolicy(
  client: IAMClient,
  arn: string,
  text: string,
  creation: IdentityWrite['creation'],
): Promise<void> {
  const { name, path } = namedBy(arn);
  const tags = Object.entries(creation?.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  const input = {
    PolicyName: name,
    Path: path,
    PolicyDocument: text,
    ...(creation?.description ? { Description: creation.description } : {}),
    ...(tags.length > 0 ? { Tags: tags } : {}),
  };
  await refusing('iam:CreatePolicy', () => client.send(new CreatePolicyCommand(input)));
}

/** A version with exactly this text becomes the default again; else a new one is made, in the place of the oldest where there are as many as AWS takes. */
async function setText(
  clients: PolicyClients,
  policy: ManagedPolicy,
  { after, before }: { readonly after: string; readonly before: string | null },
  checks: WriteChecks,
): Promise<void> {
  const { writing } = clients;
  const { arn, versions, defaultVersionId } = policy;
  const same = versions.findLast(({ text }) => text === after);
  if (same) {
    const operation = 'iam:SetDefaultPolicyVersion';
    const input = { PolicyArn: arn, VersionId: same.id };
    await requireReady(clients, operation, policy, checks);
    await refusing(operation, () => writing.send(new SetDefaultPolicyVersionCommand(input)));
    return;
  }
  if (versions.length >= identityLimits.versionsPerPolicy) {
    // The version that a roll back makes the default again is never the one that goes.
    const oldest = versions.find(({ id, text }) => id !== defaultVersionId && text !== before);
    if (oldest) await deleteVersion(clients, policy, oldest, checks);
  }
  const operation = 'iam:CreatePolicyVersion';
  const input = { PolicyArn: arn, PolicyDocument: after, SetAsDefault: true };
  await requireReady(clients, operation, policy, checks);
  await refusing(operation, () => writing.send(new CreatePolicyVersionCommand(input)));
}

/** How long AWS may go on seeing bearers of a policy that was detached just now, and how often it is asked, in milliseconds. Recorded: 7 to 9 s. */
const leaving = { bound: 15_000, interval: 1_000 } as const;

/** Versions go first, the default with the policy. A policy that is still borne is refused before anything of it is gone. */
async function deletePolicy(
  clients: PolicyClients,
  policy: ManagedPolicy,
  checks: WriteChecks,
): Promise<void> {
  const { clock, reading, writing } = clients;
  const { arn, versions, defaultVersionId } = policy;
  const operation = 'iam:DeletePolicy';
  const until = clock.now() + leaving.bound;
  await unlessBorne(clock, until, async () => {
    const bearers = await readBearers(reading, arn);
    if (bearers.length === 0) return;
    const said = `${arn} is still attached to ${bearers.join(', ')}`;
    throw new AwsRefusal({ operation, code: conflict, kind: 'other', said, isUnsent: true });
  });
  for (const version of versions) {
    if (version.id !== defaultVersionId) await deleteVersion(clients, policy, version, checks);
    else await checks.keep(version);
  }
  await unlessBorne(clock, until, async () => {
    await requireReady(clients, operation, policy, checks);
    await unlessAbsent(() =>
      refusing(operation, () => writing.send(new DeletePolicyCommand({ PolicyArn: arn }))),
    );
  });
}

/** IAM API reference, DeletePolicy: the policy is attached. */
const conflict = 'DeleteConflict';

/** Tries again while the policy is said to be borne: that is a refusal, so nothing was done. */
async function unlessBorne(clock: Clock, until: number, attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      const isBorne = error instanceof AwsRefusal && error.code === conflict;
      if (!isBorne || clock.now() + leaving.interval > until) throw error;
    }
    await clock.wait(leaving.interval);
  }
}

async function deleteVersion(
  clients: PolicyClients,
  policy: ManagedPolicy,
  version: PolicyVersion,
  checks: WriteChecks,
): Promise<void> {
  await checks.keep(version);
  const operation = 'iam:DeletePolicyVersion';
  const input = { PolicyArn: policy.arn, VersionId: version.id };
  await requireReady(clients, operation, policy, checks);
  await unlessAbsent(() =>
    refusing(operation, () => clients.writing.send(new DeletePolicyVersionCommand(input))),
  );
}

/** The users, groups and roles that bear the policy or are bound by it, as far as the first page with one tells; none where it is not there. */
export async function readBearers(client: IAMClient, arn: string): Promise<readonly string[]> {
  const operation = 'ListEntitiesForPolicy';
  const pages = readPages(operation, async (marker) => {
    const input = { PolicyArn: arn, MaxItems: identityLimits.pageItems, Marker: marker };
    const page = await client.send(new ListEntitiesForPolicyCommand(input));
    if (!(page.PolicyUsers ?? page.PolicyGroups ?? page.PolicyRoles))
      throw shortAnswer(operation, 'the answer has no list');
    const items = [
      ...(page.PolicyUsers ?? []).map(({ UserName }) => `user ${UserName}`),
      ...(page.PolicyGroups ?? []).map(({ GroupName }) => `group ${GroupName}`),
      ...(page.PolicyRoles ?? []).map(({ RoleName }) => `role ${RoleName}`),
    ];
    return { items, nextToken: nextMarker(operation, page) };
  });
  const found = await unlessAbsent(async () => {
    for await (const bearers of pages) if (bearers.length > 0) return bearers;
    return [];
  });
  return found ?? [];
}
