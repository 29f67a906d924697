import { propagationMilliseconds } from '../../../base/limits.ts';
import { editOf } from '../../../change/content/edit.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { parsePolicy } from '../../../policy/document.ts';
import type { RevertedChange } from '../../../policy/foreign-policies.ts';
import type { ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import { newlyFree } from '../drafting/newly-free.ts';
import { deniesEverybody } from '../ours/intents.ts';
import { appliedText } from '../ours/own-policy.ts';
import { noLongerDenied, showsOwnWrites, type WatchFacts } from './watch-facts.ts';

/** An applied change of an SCP, as far as it tells whether somebody put the SCP back. */
export interface AppliedEdit extends RevertedChange {
  /** The text from before the change, and the one that the last write of ours left. */
  readonly before: string;
  readonly left: string;
  /** What the change denies in the text that was left: later writes of ours took nothing of it. */
  readonly standing: readonly string[];
  /** Whether an earlier review saw it put back. */
  readonly wasPutBack: boolean;
  /** Whether another text would be somebody's doing now: our own writes show. */
  readonly showsOwnWrites: boolean;
}

/** The applied changes whose SCP somebody put back, now or at an earlier review. An SCP that was not read tells nothing. */
export function revertedChanges(
  edits: readonly AppliedEdit[],
  policies: readonly ServiceControlPolicy[],
): readonly RevertedChange[] {
  const textOf = new Map(policies.map(({ id, text }) => [id, text]));
  return edits.filter((edit) => edit.wasPutBack || isPutBack(edit, textOf.get(edit.policyId) ?? null));
}

/** Whether nothing of an edit is left in a text, whatever else was edited: the text denies its services only to those to whom they were denied before it. */
export function isPutBack(edit: AppliedEdit | null, text: string | null): boolean {
  if (!edit?.showsOwnWrites || text === null || !parsePolicy(text).ok) return false;
  const { before, left, standing } = edit;
  const isGone = (service: string): boolean =>
    noLongerDenied(text, left, [service]).length > 0 &&
    [left, before].some((earlier) => newlyFree(text, earlier, service).length === 0);
  return standing.length > 0 && standing.every(isGone);
}

/** An applied change of an SCP that existed before, as placement needs it; else null. */
export function appliedEditFrom(
  record: ChangeRecord,
  facts: Pick<WatchFacts, 'stands' | 'readSince'>,
): AppliedEdit | null {
  const { content, history, id, state } = record;
  const { before, policyId, services, targets } = editOf(content);
  // An exemption that stands again is no deny that somebody put back.
  const isDeny = deniesEverybody(content);
  if (before === null || policyId === null || state.status !== 'applied' || !isDeny) return null;
  const stands = facts.stands.get(policyId);
  const isStanding = (service: string): boolean =>
    stands === undefined || stands.claims.some((claim) => claim.service === service && claim.changeId === id);
  return {
    changeId: id,
    policyId,
    services,
    before,
    targetIds: targets.map((target) => target.id),
    left: stands?.text ?? appliedText(record),
    standing: services.filter(isStanding),
    wasPutBack: history.some((event) => event.type === 'drift-detected' && event.putBack === true),
    showsOwnWrites:
      facts.readSince >= state.appliedAt + propagationMilliseconds.everywhere &&
      showsOwnWrites(stands, facts.readSince),
  };
}
