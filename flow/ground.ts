import type { CallFailure, ReviewPorts } from '../adapters/ports.ts';
import { buildTree, type OrganizationTree } from '../core/access/organization.ts';
import type { ReviewFacts } from '../core/review-facts.ts';
import { callFailureOf } from './apply-ports.ts';

/** The organization as it stands before the first report. */
export interface Ground {
  readonly tree: OrganizationTree;
  readonly policies: ReviewFacts['policies'];
  readonly trustedServicePrincipals: ReviewFacts['trustedServicePrincipals'];
}

/** The organization, or its tree alone and what kept the rest from being read. */
export type GroundRead = Ground & { readonly failure: CallFailure | null };

/** Reads tree, SCPs and trusted services side by side. Throws what AWS refuses. */
export async function readGround(ports: ReviewPorts): Promise<Ground> {
  const [facts, policies, trustedServicePrincipals] = await Promise.all([
    ports.organization.readTree(),
    ports.organization.readPolicies(),
    ports.organization.readTrustedServices(),
  ]);
  return { tree: buildTree(facts), policies, trustedServicePrincipals };
}

/** The same, keeping the tree where something passing keeps the rest from being read; that nothing more is known stands beside it. Throws where AWS refuses the tree. */
export async function readGroundOrTree(ports: ReviewPorts): Promise<GroundRead> {
  const tree = ports.organization.readTree();
  const whole = readGround({ ...ports, organization: { ...ports.organization, readTree: () => tree } });
  try {
    return { ...(await whole), failure: null };
  } catch (error) {
    const failure = callFailureOf(error);
    if (failure === null || isLasting(failure)) throw error;
    return { tree: buildTree(await tree), policies: [], trustedServicePrincipals: null, failure };
  }
}

/** Whether the same call would be refused at any time: then the user is told so, and nothing is answered. */
export function isLasting({ kind }: CallFailure): boolean {
  return kind === 'access-denied' || kind === 'set-up' || kind === 'answer';
}
