import type { AccessReport } from '../core/finding/access-report.ts';
import { buildKnowledge, type Knowledge } from '../core/finding/knowledge.ts';
import { useOf } from '../core/finding/use.ts';
import { type Entity, entityOf, type OrganizationTree } from '../core/organization/organization.ts';
import { indexPolicies } from '../core/policy/policy-index.ts';
import { judge } from '../core/review/judgement.ts';
import { reportsToAsk } from '../core/review/next-questions.ts';
import type { ReviewRequest } from '../core/review/review-facts.ts';
import { type ChangingWorld, changingWorld, reportAt } from './changing-world.ts';
import { atLeast, atMost, type FigureOptions, information, type Row } from './figure.ts';
import { reviewOf } from './review-of.ts';
import { now } from './true-reports.ts';

/** Of the jobs of asking everywhere, in per cent. */
const checkpoints = [5, 10, 25, 50, 100];

/** What a review has decided after some of the jobs of asking everywhere, beside asking in the order of the tree. */
export async function measureJobOrder({ quick }: FigureOptions): Promise<readonly Row[]> {
  const rows = (accounts: number, depth: 'ou' | 'account') =>
    rowsOf(changingWorld({ seed: 7, accounts }), depth);
  return [...rows(quick ? 1_000 : 5_000, 'ou'), ...rows(quick ? 250 : 5_000, 'account')];
}

function rowsOf(world: ChangingWorld, depth: ReviewRequest['depth']): readonly Row[] {
  const { tree } = world;
  const policyIndex = indexPolicies(tree, world.policies);
  const reports = new Map<string, AccessReport>();
  const reportOf = (id: string): AccessReport => {
    const known = reports.get(id) ?? reportAt(world, policyIndex, id, now);
    reports.set(id, known);
    return known;
  };
  const everywhere = inTreeOrder(tree, depth);
  const { asked, decided } = askAsReview(world, depth, reportOf);
  const size = `${tree.accounts.length.toLocaleString('en-US')} accounts, ${tree.entities.size - tree.accounts.length - 1} OUs`;
  const cutOff = now - reviewOf({ ...world, reports: [] }).request.thresholdDays * 86_400_000;
  const after = (ids: readonly string[], percent: number): number => {
    const jobs = ids.slice(0, Math.round((everywhere.length * percent) / 100));
    return decidedShare(world, buildKnowledge({ tree, reports: jobs.map(reportOf), cutOff }), depth);
  };
  const against = `the same share in the order of the tree, ${size}, to ${depth} depth`;
  return [
    atMost(0, {
      name: `jobs asked whose questions were decided, ${depth} depth`,
      value: decided,
      unit: 'jobs',
      against: `${asked.length} jobs, ${size}`,
    }),
    information({
      name: `jobs of a cold review, ${depth} depth`,
      value: asked.length / everywhere.length,
      unit: '×',
      against: `asking root, every OU${depth === 'account' ? ' and every account' : ''}: ${everywhere.length} jobs, ${size}`,
    }),
    ...checkpoints.map((percent) => {
      const ours = after(asked, percent);
      const theirs = after(everywhere, percent);
      return atLeast(theirs, {
        name: `pairs of account and service decided after ${percent} % of the jobs, ${depth} depth`,
        value: ours,
        unit: 'of all',
        against: `${theirs.toFixed(3)}: ${against}`,
      });
    }),
  ];
}

function inTreeOrder(tree: OrganizationTree, depth: ReviewRequest['depth']): readonly string[] {
  const ids: string[] = [];
  const visit = (entity: Entity): void => {
    ids.push(entity.id);
    for (const id of entity.childIds) {
      const child = entityOf(tree, id);
      if (child.type === 'ou' || depth === 'account') visit(child);
    }
  };
  visit(entityOf(tree, tree.rootId));
  return ids;
}

/** Asks as a review does; counts the jobs that nothing open was left for when their turn came. */
function askAsReview(
  { policies, tree }: ChangingWorld,
  depth: ReviewRequest['depth'],
  reportOf: (id: string) => AccessReport,
): { readonly asked: readonly string[]; readonly decided: number } {
  const { facts, request } = reviewOf({ tree, policies, reports: [] }, depth);
  // Only what findings need: drafts ask no more here, since no SCP of this world reaches out of the scope.
  const observing = { ...request, configuration: { ...request.configuration, mode: 'observe' as const } };
  const asked: string[] = [];
  let decided = 0;
  for (;;) {
    const judgement = judge({ ...facts, reports: asked.map(reportOf) }, observing);
    const open = reportsToAsk({ judgement, request: observing, facts: { reports: [] } });
    if (open.length === 0) return { asked, decided };
    decided += open.filter((id) => !judgement.detection.openQuestions.has(id)).length;
    asked.push(...open);
  }
}

/** The share of all pairs of judged account and service that these reports decide: neither suspended nor young. */
function decidedShare(
  { services, tree }: ChangingWorld,
  knowledge: Knowledge,
  depth: 'ou' | 'account',
): number {
  let decided = 0;
  const judgedBelow = ({ endAccount, firstAccount }: Entity): number =>
    tree.accounts
      .slice(firstAccount, endAccount)
      .filter(({ joinedAt, state }) => state === 'ACTIVE' && joinedAt < knowledge.cutOff).length;
  const visit = (entity: Entity, reached: readonly string[]): void => {
    const children = entity.childIds.map((id) => entityOf(tree, id));
    const lower = children.filter(({ type }) => type === 'ou' || depth === 'account');
    const accounts = judgedBelow(entity);
    // At the depth of OUs it is enough for an account that its own OU uses the service.
    const own = accounts - lower.reduce((sum, child) => sum + judgedBelow(child), 0);
    const used: string[] = [];
    for (const service of reached) {
      const { kind } = useOf(knowledge, entity.id, service);
      if (kind === 'unused' || kind === 'not-listed') decided += accounts;
      else if (kind === 'used') {
        decided += own;
        used.push(service);
      }
    }
    if (used.length > 0) for (const child of lower) visit(child, used);
  };
  const root = entityOf(tree, tree.rootId);
  visit(root, services);
  return decided / (judgedBelow(root) * services.length);
}
