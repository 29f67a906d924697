import {
  DescribePolicyCommand,
  ListPoliciesCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  type OrganizationsClient,
  type PolicySummary,
} from '@aws-sdk/client-organizations';
import type { EntityType } from '../../core/organization/organization.ts';
import type { PolicyTarget, ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { concurrently } from '../concurrently.ts';
import type { Clock, ReadingPages } from '../ports.ts';
import { kept, keptOrDenied, readAll } from './pages.ts';
import { AwsRefusal, isAwsRefusal, refusing } from './refusal.ts';

/** Policies looked into at a time. */
const policiesAtOnce = 8;

/** How SCPs are read: texts until an instant (epoch ms), and from what a reading kept. */
interface Reading {
  readonly clock: Clock;
  readonly until: number;
  readonly pages: ReadingPages | undefined;
}

/** Every SCP with its targets, and with text and tags as far as they are read by the deadline (epoch ms). A policy that is deleted while it is read is left out. */
export async function readServiceControlPolicies(
  client: OrganizationsClient,
  reading: Reading,
): Promise<ServiceControlPolicy[]> {
  const readPage = async (token: string | undefined) => {
    const page = await client.send(
      new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY', NextToken: token }),
    );
    return { items: page.Policies, nextToken: page.NextToken };
  };
  const summaries = await readAll('ListPolicies', readPage, { pages: reading.pages });
  const policies = await concurrently(summaries, policiesAtOnce, async (summary) => {
    const policy = await listPolicy(client, summary, reading.pages);
    return policy && readUnlessLate(client, policy, reading);
  });
  return policies.filter((policy) => policy !== null);
}

/** The same SCPs, with text and tags of those named that have a target. What is not read by the deadline (epoch ms) stays unread; a policy that was deleted meanwhile is left out. */
export async function readPolicyTexts(
  client: OrganizationsClient,
  policies: readonly ServiceControlPolicy[],
  policyIds: readonly string[],
  reading: Reading,
): Promise<ServiceControlPolicy[]> {
  const wanted = new Set(policyIds);
  const read = await concurrently(policies, policiesAtOnce, async (policy) =>
    wanted.has(policy.id) ? readUnlessLate(client, policy, reading) : policy,
  );
  return read.filter((policy) => policy !== null);
}

/** The policy as it is where it has no target, was read already, or the deadline has passed; also where AWS throttles until then. */
async function readUnlessLate(
  client: OrganizationsClient,
  policy: ServiceControlPolicy,
  { clock, pages, until }: Reading,
): Promise<ServiceControlPolicy | null> {
  if (policy.targets.length === 0 || policy.text !== null || clock.now() >= until) return policy;
  try {
    return await readPolicy(client, policy, pages);
  } catch (error) {
    if (!isAwsRefusal(error)) throw error;
    const isLate = error.kind === 'throttled' ? clock.now() >= until : error.kind === 'time';
    if (isLate && until !== Number.POSITIVE_INFINITY) return policy;
    throw error;
  }
}

async function listPolicy(
  client: OrganizationsClient,
  summary: PolicySummary,
  pages: ReadingPages | undefined,
): Promise<ServiceControlPolicy | null> {
  const id = summary.Id ?? '';
  const awsManaged = summary.AwsManaged === true;
  const named = { id, name: summary.Name ?? id, description: summary.Description ?? '', awsManaged };
  return unlessDeleted(async () => ({
    ...named,
    text: null,
    targets: await readPolicyTargets(client, id, pages),
    tags: null,
  }));
}

function readPolicy(
  client: OrganizationsClient,
  policy: ServiceControlPolicy,
  pages: ReadingPages | undefined,
): Promise<ServiceControlPolicy | null> {
  return unlessDeleted(async () => {
    const [text, tags] = await Promise.all([
      kept(pages, `DescribePolicy ${policy.id}`, () => readPolicyText(client, policy.id)),
      policy.awsManaged ? null : readTags(client, policy.id, pages),
    ]);
    return { ...policy, text, tags };
  });
}

async function unlessDeleted(
  read: () => Promise<ServiceControlPolicy>,
): Promise<ServiceControlPolicy | null> {
  try {
    return await read();
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'PolicyNotFoundException') return null;
    throw error;
  }
}

const entityTypes: Readonly<Record<string, EntityType>> = {
  ROOT: 'root',
  ORGANIZATIONAL_UNIT: 'ou',
  ACCOUNT: 'account',
};

/** The direct attachments of a policy, sorted by id (ListTargetsForPolicy). */
export async function readPolicyTargets(
  client: OrganizationsClient,
  policyId: string,
  pages?: ReadingPages,
): Promise<PolicyTarget[]> {
  const operation = 'ListTargetsForPolicy';
  const readPage = async (token: string | undefined) => {
    const page = await client.send(new ListTargetsForPolicyCommand({ PolicyId: policyId, NextToken: token }));
    return { items: page.Targets, nextToken: page.NextToken };
  };
  const targets = await readAll(operation, readPage, { pages, of: policyId });
  const read = targets.map(({ TargetId, Type, Name }) => {
    const type = entityTypes[Type ?? ''];
    if (!TargetId || !type) {
      const said = `a target of ${policyId} has no id or an unknown type: ${Type}`;
      throw new AwsRefusal({ operation, code: 'UNREADABLE_ANSWER', kind: 'answer', said });
    }
    return { id: TargetId, type, name: Name ?? TargetId };
  });
  return read.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** The text of a policy exactly as AWS gives it (DescribePolicy). */
export async function readPolicyText(client: OrganizationsClient, policyId: string): Promise<string> {
  const operation = 'DescribePolicy';
  const { Policy } = await refusing(operation, () =>
    client.send(new DescribePolicyCommand({ PolicyId: policyId })),
  );
  if (Policy?.Content === undefined) {
    throw new AwsRefusal({
      operation,
      code: 'UNREADABLE_ANSWER',
      kind: 'answer',
      said: `${policyId} came without a text`,
    });
  }
  return Policy.Content;
}

/** Null where the caller may not read tags: the policy is then judged by its name and description. */
async function readTags(
  client: OrganizationsClient,
  policyId: string,
  pages: ReadingPages | undefined,
): Promise<Readonly<Record<string, string>> | null> {
  const readPage = async (token: string | undefined) => {
    const page = await client.send(
      new ListTagsForResourceCommand({ ResourceId: policyId, NextToken: token }),
    );
    return { items: page.Tags, nextToken: page.NextToken };
  };
  return keptOrDenied(pages, `ListTagsForResource ${policyId}`, async () => {
    const tags = await readAll('ListTagsForResource', readPage);
    return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  });
}
