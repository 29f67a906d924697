import type { AccessReport } from '../access/access-report.ts';
import type { OrganizationTree } from '../access/organization.ts';
import { parsePolicy } from '../policy/document.ts';
import type { PolicyTarget, ServiceControlPolicy } from '../policy/service-control-policy.ts';
import { denialOf } from '../policy/standing.ts';
import { baseDigest } from './digest.ts';
import type { ChangeEvent } from './events.ts';
import { createdPolicyId } from './journal.ts';
import type { ChangeRecord } from './life.ts';
import type { ChangeState } from './state.ts';

/** What a review read that tells how an applied change fares. Times are epoch milliseconds. */
export interface WatchFacts {
  readonly tree: OrganizationTree;
  readonly policies: readonly ServiceControlPolicy[];
  readonly reports: readonly AccessReport[];
  /** Nothing of it was read before. */
  readonly readSince: number;
  readonly now: number;
  /** When a change of ours wrote each SCP last, by policy id. */
  readonly ownWrites: ReadonlyMap<string, number>;
}

/** The code of the history's note that an SCP is as applied again. */
export const driftEndedCode = 'DRIFT_ENDED';

/** A write shows everywhere within this time, and whatever a reader saw before says nothing of it (milliseconds). */
const settlingMilliseconds = 5 * 60_000;

type Applied = Extract<ChangeState, { readonly status: 'applied' }>;

/**
 * What has happened to an applied change that nobody decided: its SCP is not as we left it (said once for each way in
 * which it differs, and once when that ends), or somebody tried what it denies. Empty where there is nothing new.
 */
export function watchApplied(record: ChangeRecord, facts: WatchFacts): readonly ChangeEvent[] {
  const { state } = record;
  if (state.status !== 'applied' || facts.readSince < state.appliedAt + settlingMilliseconds) return [];
  return [...driftEvents(record, state, facts), ...attempts(record, state, facts)];
}

/** When our changes wrote each SCP last (epoch ms, by policy id): applied it, or rolled back. */
export function ownWritesOf(records: readonly ChangeRecord[]): ReadonlyMap<string, number> {
  const writes = new Map<string, number>();
  for (const { content, state } of records) {
    if (state.status !== 'applied' && state.status !== 'rolled-back') continue;
    const policyId = policyOf(content, state);
    const at = state.status === 'applied' ? state.appliedAt : state.rolledBackAt;
    if (policyId !== null) writes.set(policyId, Math.max(at, writes.get(policyId) ?? 0));
  }
  return writes;
}

/** The drift that was told last and has not ended, or null. */
export function openDrift({ history }: Pick<ChangeRecord, 'history'>): string | null {
  const last = history.findLast(
    (event) => event.type === 'drift-detected' || (event.type === 'noted' && event.code === driftEndedCode),
  );
  return last?.type === 'drift-detected' ? last.detail : null;
}

function policyOf(content: ChangeRecord['content'], { journal }: Pick<Applied, 'journal'>): string | null {
  return content.policyId ?? createdPolicyId(journal);
}

function driftEvents(record: ChangeRecord, state: Applied, facts: WatchFacts): readonly ChangeEvent[] {
  const known = openDrift(record);
  const detail = driftOf(record, state, facts);
  if (detail === known) return [];
  const head = headOf(record, facts);
  if (detail !== null) return [{ ...head, type: 'drift-detected', detail }];
  return [{ ...head, type: 'noted', code: driftEndedCode, detail: 'the SCP is as it was applied again' }];
}

/** How the SCP differs from what was applied, in one sentence that is the same for the same difference, or null. */
function driftOf({ content }: ChangeRecord, state: Applied, facts: WatchFacts): string | null {
  const policyId = policyOf(content, state);
  const policy = facts.policies.find(({ id }) => id === policyId);
  const name = `${content.policyName} (${policyId})`;
  if (!policy) return `${name} does not exist any more: nothing of this change is in force`;
  const parts: string[] = [];
  // Where a later change of ours left another text, only what this one denies is looked for.
  const isRewritten = (facts.ownWrites.get(policy.id) ?? 0) > state.appliedAt;
  const lost = policy.targets.length === 0 ? [] : noLongerDenied(content.services, policy);
  if (lost.length > 0) parts.push(`its text no longer denies ${lost.join(', ')}`);
  else if (policy.targets.length > 0 && policy.text !== content.after && !isRewritten)
    parts.push('its text was edited; what this change denies is still denied');
  const expected = content.targets.map(({ id }) => id);
  const gone = content.targets.filter(({ id }) => !policy.targets.some((target) => target.id === id));
  const added = policy.targets.filter(({ id }) => !expected.includes(id));
  if (gone.length > 0) parts.push(`it is no longer attached to ${namesOf(gone)}`);
  if (added.length > 0) parts.push(`it is also attached to ${namesOf(added)}, for which nothing was proved`);
  if (parts.length === 0) return null;
  const seen = baseDigest(
    policy.text,
    policy.targets.map(({ id }) => id),
  ).slice(0, 12);
  return `${name} is not as it was applied: ${parts.join('; ')} (seen: ${seen})`;
}

function noLongerDenied(services: readonly string[], policy: ServiceControlPolicy): readonly string[] {
  const parsed = parsePolicy(policy.text);
  if (!parsed.ok) return services;
  return services.filter(
    (service) => !['whole', 'principals-exempt'].includes(denialOf(parsed.value, service)),
  );
}

function namesOf(targets: readonly PolicyTarget[]): string {
  return targets.map(({ id, name }) => `${name} (${id})`).join(', ');
}

/** Reports count denied attempts as use: a last use after the deny took effect, by an account below a target, was one, or that of a principal whom the deny exempts. */
function attempts(record: ChangeRecord, state: Applied, facts: WatchFacts): readonly ChangeEvent[] {
  const { content, history } = record;
  const targetIds = new Set(content.targets.map(({ id }) => id));
  const since = state.appliedAt + settlingMilliseconds;
  const newest = new Map<string, Extract<ChangeEvent, { readonly type: 'denied-access-observed' }>>();
  for (const report of facts.reports) {
    if (report.status !== 'completed') continue;
    for (const serviceNamespace of content.services) {
      const row = report.rows.get(serviceNamespace);
      if (!row?.lastAccessedEntityPath || (row.lastAccessedAt ?? 0) <= since) continue;
      const way = row.lastAccessedEntityPath.split('/');
      const account = facts.tree.entities.get(way.at(-1) ?? '');
      if (account?.type !== 'account' || !way.some((id) => targetIds.has(id))) continue;
      const key = `${serviceNamespace} ${account.id}`;
      const attemptedAt = row.lastAccessedAt ?? 0;
      if (attemptedAt <= (newest.get(key)?.attemptedAt ?? 0)) continue;
      newest.set(key, {
        ...headOf(record, facts),
        ...{ type: 'denied-access-observed', serviceNamespace, accountId: account.id, attemptedAt },
        ...{ accountName: account.name, region: row.lastAccessedRegion },
      });
    }
  }
  return [...newest.values()].filter(
    (found) =>
      !history.some(
        (event) =>
          event.type === 'denied-access-observed' &&
          event.accountId === found.accountId &&
          event.serviceNamespace === found.serviceNamespace &&
          event.attemptedAt >= found.attemptedAt,
      ),
  );
}

function headOf(record: ChangeRecord, { now }: WatchFacts) {
  const at = Math.max(now, record.history.at(-1)?.at ?? now);
  return { at, actor: { type: 'system', id: 'review' }, revision: record.revision } as const;
}
