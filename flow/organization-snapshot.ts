import type { CallFailure, ReviewPorts } from '../adapters/ports.ts';
import {
  policiesAround,
  policiesToRead,
  type ReadingWish,
} from '../core/kinds/scp/drafting/policies-to-read.ts';
import { buildTree, type OrganizationTree } from '../core/organization/organization.ts';
import { unreadOf } from '../core/policy/service-control-policy.ts';
import type { ReviewFacts } from '../core/review/review-facts.ts';
import { callFailureOf } from './apply-ports.ts';

/** The organization as it stands before the first report. */
export interface OrganizationSnapshot {
  readonly tree: OrganizationTree;
  readonly policies: ReviewFacts['policies'];
  readonly trustedServicePrincipals: ReviewFacts['trustedServicePrincipals'];
}

/** The organization, or its tree alone and what kept the rest from being read. */
export type SnapshotRead = OrganizationSnapshot & { readonly failure: CallFailure | null };

/**
 * Reads tree, SCPs and trusted services side by side. Where an instant (epoch ms) is given, the texts of all SCPs too,
 * until then: a review of the whole organization needs them all, and need not wait for the tree. Throws what AWS
 * refuses.
 */
export async function readSnapshot(ports: ReviewPorts, textsUntil?: number): Promise<OrganizationSnapshot> {
  const [facts, policies, trustedServicePrincipals] = await Promise.all([
    ports.organization.readTree(),
    ports.organization.readPolicies(textsUntil),
    ports.organization.readTrustedServices(),
  ]);
  return { tree: buildTree(facts), policies, trustedServicePrincipals };
}

/** The same, keeping the tree where something passing keeps the rest from being read; that nothing more is known stands beside it. Throws where AWS refuses the tree. */
export async function readSnapshotOrTree(
  ports: ReviewPorts,
  textsUntil: number | undefined,
): Promise<SnapshotRead> {
  const tree = ports.organization.readTree();
  const whole = readSnapshot(
    { ...ports, organization: { ...ports.organization, readTree: () => tree } },
    textsUntil,
  );
  try {
    return { ...(await whole), failure: null };
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure === null || isLasting(failure)) throw error;
    return { tree: buildTree(await tree), policies: [], trustedServicePrincipals: null, failure };
  }
}

/** The organization with the texts that were needed and read; the ids of the rest. */
export type SnapshotWithTexts = OrganizationSnapshot & { readonly unreadPolicyIds: readonly string[] };

/** Reads the texts that a review needs and no others: DescribePolicy is the slowest of AWS's calls. What is not read by the deadline (epoch ms) is named. */
export function readTextsFor(
  ports: ReviewPorts,
  snapshot: OrganizationSnapshot,
  wish: ReadingWish,
  deadline: number,
): Promise<SnapshotWithTexts> {
  return readTexts(ports, snapshot, (policies) => policiesToRead(snapshot.tree, policies, wish), deadline);
}

/** Reads the organization and its partition with the texts that bind whatever an edit of this SCP, or a new one, at these targets reaches. */
export async function readSnapshotAround(
  ports: ReviewPorts,
  edit: { readonly policyId: string | null; readonly targets: readonly { readonly id: string }[] },
): Promise<OrganizationSnapshot & { readonly partition: string }> {
  const [snapshot, { arn }] = await Promise.all([readSnapshot(ports), ports.caller.identity()]);
  const asRead = snapshot.policies.find(({ id }) => id === edit.policyId)?.targets ?? [];
  const entityIds = [...edit.targets, ...asRead].map(({ id }) => id);
  const named = edit.policyId === null ? [] : [edit.policyId];
  const around = await readTexts(ports, snapshot, (policies) =>
    policiesAround(snapshot.tree, policies, entityIds, named),
  );
  return { ...around, partition: partitionOf(arn) };
}

/** The partition that an ARN names: `aws`, `aws-cn`. */
export function partitionOf(arn: string): string {
  return arn.split(':')[1] ?? '';
}

/** Texts and tags may show that more texts are needed, so that is asked again after each reading. */
async function readTexts(
  ports: ReviewPorts,
  snapshot: OrganizationSnapshot,
  needed: (policies: OrganizationSnapshot['policies']) => readonly string[],
  deadline?: number,
): Promise<SnapshotWithTexts> {
  let { policies } = snapshot;
  let missed: readonly string[] = [];
  while (missed.length === 0) {
    const unread = unreadAmong(policies, needed(policies));
    if (unread.length === 0) break;
    policies = await ports.organization.readTexts(policies, unread, deadline);
    missed = unreadAmong(policies, unread);
  }
  return { ...snapshot, policies, unreadPolicyIds: missed };
}

function unreadAmong(policies: OrganizationSnapshot['policies'], ids: readonly string[]): readonly string[] {
  const named = new Set(ids);
  return unreadOf(policies).flatMap(({ id }) => (named.has(id) ? id : []));
}

/** Whether the same call would be refused at any time: then the user is told so, and nothing is answered. */
export function isLasting({ kind }: CallFailure): boolean {
  return kind === 'access-denied' || kind === 'set-up' || kind === 'answer';
}
