import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam';
import { identityLimits } from '../../core/base/limits.ts';
import type { ManagedPolicy, PolicyVersion } from '../../core/identity/account-identities.ts';
import type { PolicyMarks } from '../../core/identity/policy-marks.ts';
import { isAwsManaged, oldestFirst, toPolicyHead, toTags } from './account-details.ts';
import { nextMarker, unlessAbsent } from './iam-pages.ts';
import { readAll } from './pages.ts';
import { decodeDocument, unreadable } from './policy-document.ts';
import { isAwsRefusal, refusing } from './refusal.ts';

/** The default version can be replaced and deleted between two reads; more often than this in a row it is not read again. */
const defaultReads = 3;

/** A managed policy with its versions, of AWS's own the default one alone; null: it is not there. */
export async function readManagedPolicy(client: IAMClient, arn: string): Promise<ManagedPolicy | null> {
  for (let reads = 1; ; reads += 1) {
    const head = await readHead(client, arn);
    if (head === null) return null;
    const versions = isAwsManaged(arn)
      ? [await unlessAbsent(() => readVersion(client, arn, head.defaultVersionId))]
      : ((await unlessAbsent(() => readVersions(client, arn))) ?? []);
    const read = versions.filter((version) => version !== null);
    if (read.some(({ id }) => id === head.defaultVersionId)) return { ...head, versions: oldestFirst(read) };
    if (reads === defaultReads) throw changedMeanwhile(arn);
  }
}

/** The text of the default version exactly as it was stored; null: the policy is not there. */
export async function readDefaultText(client: IAMClient, arn: string): Promise<string | null> {
  for (let reads = 1; ; reads += 1) {
    const head = await readHead(client, arn);
    if (head === null) return null;
    const version = await unlessAbsent(() => readVersion(client, arn, head.defaultVersionId));
    if (version) return version.text;
    if (reads === defaultReads) throw changedMeanwhile(arn);
  }
}

/** One version with its text. Throws `AwsRefusal`, with `NoSuchEntity` where there is none. */
async function readVersion(client: IAMClient, arn: string, versionId: string): Promise<PolicyVersion> {
  const operation = 'GetPolicyVersion';
  const input = { PolicyArn: arn, VersionId: versionId };
  const { PolicyVersion } = await refusing(operation, () => client.send(new GetPolicyVersionCommand(input)));
  return {
    id: versionId,
    text: decodeDocument(operation, PolicyVersion?.Document),
    createdAt: PolicyVersion?.CreateDate?.getTime() ?? 0,
  };
}

/** Every version with its text, oldest first; those deleted meanwhile are left out. Throws `AwsRefusal`, with `NoSuchEntity` where the policy is not there. */
async function readVersions(client: IAMClient, arn: string): Promise<PolicyVersion[]> {
  const operation = 'ListPolicyVersions';
  const listed = await readAll(operation, async (marker) => {
    const input = { PolicyArn: arn, MaxItems: identityLimits.pageItems, Marker: marker };
    const page = await client.send(new ListPolicyVersionsCommand(input));
    return { items: page.Versions, nextToken: nextMarker(operation, page) };
  });
  const versions: PolicyVersion[] = [];
  for (const { VersionId } of listed) {
    const version = await unlessAbsent(() => readVersion(client, arn, VersionId ?? ''));
    if (version) versions.push(version);
  }
  return oldestFirst(versions);
}

/** Description and tags of a customer-managed policy; null: the caller may not read them. Throws `AwsRefusal`, with `NoSuchEntity` where the policy is not there. */
export async function readMarksOfPolicy(client: IAMClient, arn: string): Promise<PolicyMarks | null> {
  try {
    const { Policy } = await refusing('GetPolicy', () =>
      client.send(new GetPolicyCommand({ PolicyArn: arn })),
    );
    return { description: Policy?.Description || null, tags: toTags(Policy?.Tags) };
  } catch (error) {
    if (isAwsRefusal(error) && error.kind === 'access-denied') return null;
    throw error;
  }
}

/** A managed policy without its versions; null: it is not there. */
export async function readHead(
  client: IAMClient,
  arn: string,
): Promise<Omit<ManagedPolicy, 'versions'> | null> {
  const answer = await unlessAbsent(() =>
    refusing('GetPolicy', () => client.send(new GetPolicyCommand({ PolicyArn: arn }))),
  );
  return answer === null ? null : toPolicyHead(answer.Policy ?? {});
}

function changedMeanwhile(arn: string) {
  return unreadable('GetPolicyVersion', `the default version of ${arn} was never there when it was read`);
}
