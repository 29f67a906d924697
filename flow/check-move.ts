import type { ReviewPorts } from '../adapters/ports.ts';
import { list } from '../core/base/counted.ts';
import { dayMilliseconds } from '../core/base/limits.ts';
import type { RegionReading } from '../core/organization/enabled-regions.ts';
import { namedEntity } from '../core/organization/named-entity.ts';
import { chainOf, entityOf } from '../core/organization/organization.ts';
import { regionCoverage } from '../core/organization/region-coverage.ts';
import { indexPolicies } from '../core/policy/policy-index.ts';
import { checkMove, type LostByMove } from '../core/review/check-move.ts';
import { askAboutAccount } from './ask-sources.ts';
import { BadEvent } from './bad-event.ts';
import { partitionOf, readSnapshot } from './organization-snapshot.ts';

/** So long may the reading of SCPs take, in milliseconds. */
const readingMilliseconds = 600_000;

/** What a move would take away, or why nobody knows. */
export interface MoveAnswer {
  readonly account: { readonly id: string; readonly name: string };
  readonly to: { readonly id: string; readonly name: string };
  readonly thresholdDays: number;
  readonly lost: readonly LostByMove[];
  /** Why the answer is not whole: a report that failed, SCPs that were not read, Regions of which AWS keeps no data. Empty: it is. */
  readonly unknown: readonly string[];
  /** What nobody asked, because the configuration leaves it out; null: nothing. */
  readonly notAsked: string | null;
}

/** Looks at the SCPs of where an account is and would be, and at what it used within the threshold. Reads only. Throws `BadEvent` for names that nobody has. */
export async function lookAtMove(
  ports: ReviewPorts,
  given: {
    readonly account: string;
    readonly to: string;
    readonly thresholdDays: number;
    /** Whether it is asked which Regions the account may use (`sources.regions`). */
    readonly asksRegions: boolean;
  },
): Promise<MoveAnswer> {
  const now = ports.clock.now();
  const [{ policies, tree }, caller] = await Promise.all([
    readSnapshot(ports, now + readingMilliseconds),
    ports.caller.identity(),
  ]);
  const named = (name: string, key: string) => {
    const found = namedEntity(tree, name);
    if ('why' in found) throw new BadEvent(`${key}: ${found.why}`);
    return entityOf(tree, found.id);
  };
  const [account, to] = [named(given.account, 'ACCOUNT'), named(given.to, '--to')];
  if (account.type !== 'account') throw new BadEvent(`ACCOUNT: ${account.shortPath} is no account`);
  if (account.id === tree.managementAccountId)
    throw new BadEvent('ACCOUNT: SCPs do not bind the management account, so a move takes nothing from it');
  if (to.type === 'account') throw new BadEvent(`--to: ${to.shortPath} is an account: give a root or an OU`);
  const index = indexPolicies(tree, policies);
  const onTheWay = new Set([...chainOf(tree, account.id), ...chainOf(tree, to.id)].map(({ id }) => id));
  const notUnderstood = new Set([
    ...index.unread.map(({ id }) => id),
    ...index.malformed.map(({ policyId }) => policyId),
  ]);
  const unread = policies
    .filter(({ id, targets }) => notUnderstood.has(id) && targets.some((target) => onTheWay.has(target.id)))
    .map(({ name }) => `the SCP ${name} was not understood`);
  const cutOff = now - given.thresholdDays * dayMilliseconds;
  const reading = given.asksRegions ? await regionsOf(ports, account.id) : 'off';
  const { coverage, detail } = regionCoverage(partitionOf(caller.arn), reading, cutOff);
  const isLeftOut = coverage === 'not-read' && reading === 'off';
  const unseen = coverage === 'whole' || isLeftOut ? [] : [detail];
  const report = await ports.reports.report({ id: account.id, path: account.path }, undefined);
  const answer = {
    account: { id: account.id, name: account.shortPath },
    to: { id: to.id, name: to.shortPath },
    thresholdDays: given.thresholdDays,
    notAsked: isLeftOut ? detail : null,
  };
  if (report.status === 'failed') {
    const { code, message } = report.failure;
    return {
      ...answer,
      lost: [],
      unknown: [...unread, ...unseen, `the report of the account failed: ${code}: ${message}`],
    };
  }
  const lost = checkMove(index, { accountId: account.id, toId: to.id, cutOff }, report);
  const { unnamed = [] } = report;
  const noService =
    unnamed.length === 0 ? [] : [`rows of the report of the account name no service (${list(unnamed)})`];
  return { ...answer, lost, unknown: [...unread, ...unseen, ...noService] };
}

async function regionsOf(ports: ReviewPorts, accountId: string): Promise<RegionReading> {
  const { regions } = await askAboutAccount(ports, [{ type: 'regions', accountIds: [accountId] }]);
  return regions?.get(accountId) ?? { failure: 'AWS did not answer' };
}
