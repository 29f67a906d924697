import type { OrganizationTree } from '../../organization/organization.ts';
import { entityOf } from '../../organization/organization.ts';
import { isWeaker } from '../../proof/verdict.ts';
import type { ChangeContent } from '../content/change.ts';
import { digested } from '../content/digest.ts';
import type { Actor, ChangeEvent } from '../life/events.ts';
import { type ChangeRecord, hasEnded, nextInstant } from '../life/life.ts';
import type { Starter } from '../life/starter.ts';

/** What is known when a change is proposed. */
export interface ProposalContext {
  readonly tree: OrganizationTree;
  readonly actor: Actor;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long people have to decide, in hours. */
  readonly linkHours: number;
  /** Who started the review, and whoever started what led to it and may not approve alone. */
  readonly starter: Starter;
  /** How an applied change was undone since, as the end of a sentence; null: it was not. */
  readonly undoneWords: (record: ChangeRecord) => string | null;
}

/** The event that brings a drafted change before people: a first proposal, a further revision, or null where nothing new is to be said. */
export function proposalEvent(
  content: ChangeContent,
  record: ChangeRecord | null,
  { now, ...known }: ProposalContext,
): ChangeEvent | null {
  const context = { ...known, now: record === null ? now : nextInstant(record, now) };
  if (record === null) return proposed(content, 1, context);
  const again = whyAgain(record, context);
  if (again !== null) return { ...proposed(content, record.revision + 1, context), detail: again };
  if (record.state.status !== 'proposed') return null;
  const detail = differenceFrom(content, record, context.tree);
  if (detail === null) return null;
  const revision = record.revision + 1;
  return { type: 'revised', ...headAndContent(content, revision, context), detail };
}

/** Why a change is proposed once more, or null while it lives. */
function whyAgain(record: ChangeRecord, context: ProposalContext): string | null {
  const { revision, state } = record;
  if (hasEnded(record)) return `proposed again: revision ${revision} was ${ending(state)}`;
  const undone = state.status === 'applied' ? context.undoneWords(record) : null;
  return undone === null ? null : `proposed again: revision ${revision} was applied, and ${undone}`;
}

/** How a revision ended, in words, and why where somebody would ask. */
function ending(state: ChangeRecord['state']): string {
  switch (state.status) {
    case 'superseded':
      return `no longer valid (${state.reason.detail})`;
    case 'apply-failed':
      return `not applied (${state.failure.detail})`;
    case 'expired':
      return 'not answered in time';
    default:
      return state.status.replaceAll('-', ' ');
  }
}

/** The event that brings the same content before people once more, because somebody else started it as well. */
export function revisedFor(
  { content, history, revision, state, targetPaths }: ChangeRecord,
  starter: Starter,
  detail: string,
  { actor, linkHours, now }: Pick<ProposalContext, 'actor' | 'linkHours' | 'now'>,
): ChangeEvent {
  const revised = digested({ ...content, revision: revision + 1 });
  const at = nextInstant({ history }, now);
  return {
    type: 'revised',
    at,
    actor,
    revision: revised.revision,
    starter,
    targetPaths,
    detail,
    content: revised,
    expiresAt: state.status === 'proposed' ? state.expiresAt : at + linkHours * 3_600_000,
  };
}

/** The event that ends an open change which its review no longer stands behind. */
export function supersededEvent(
  record: ChangeRecord,
  code: string,
  detail: string,
  context: Pick<ProposalContext, 'actor' | 'now'>,
): ChangeEvent {
  return {
    type: 'superseded',
    at: nextInstant(record, context.now),
    actor: context.actor,
    revision: record.revision,
    reason: { code, detail },
  };
}

function proposed(content: ChangeContent, revision: number, context: ProposalContext) {
  return { type: 'proposed' as const, ...headAndContent(content, revision, context) };
}

function headAndContent(content: ChangeContent, revision: number, context: ProposalContext) {
  return {
    at: context.now,
    actor: context.actor,
    revision,
    content: digested({ ...content, revision }),
    starter: context.starter,
    expiresAt: context.now + context.linkHours * 3_600_000,
    targetPaths: Object.fromEntries(content.targets.map(({ id }) => [id, entityOf(context.tree, id).path])),
  };
}

/** Why the open revision no longer says what a person should approve, or null if it does. Accounts that left, and accounts created since, do not make it stale: they are shown and inherit. */
function differenceFrom(content: ChangeContent, record: ChangeRecord, tree: OrganizationTree): string | null {
  const open = record.content;
  const withdrawn = open.services.filter((service) => !content.services.includes(service));
  if (withdrawn.length > 0) return `withdrawn, no longer unused or no longer open: ${withdrawn.join(', ')}`;
  if (valuesOf(open) !== valuesOf(content)) return 'the text to be written has changed';
  const verdicts = (of: ChangeContent): string =>
    of.certificate.checks.map((check) => `${check.name}=${check.verdict}`).join(' ');
  if (verdicts(open) !== verdicts(content)) return 'verdicts of the certificate have changed';
  // An approval of what is proven of fewer accounts by now would be void right before the write.
  const shown = new Map(open.certificate.checks.map((check) => [check.name, check]));
  const weaker = content.certificate.checks.filter((check) =>
    isWeaker(check, shown.get(check.name) ?? check),
  );
  if (weaker.length > 0)
    return `not proven of other accounts than were shown: ${weaker.map(({ name }) => name).join(', ')}`;
  if (open.requiredApprovals !== content.requiredApprovals)
    return content.requiredApprovals === 1
      ? 'one approval is enough now'
      : `${content.requiredApprovals} approvals are required now`;
  const created = new Set(
    tree.accounts.filter(({ invited, joinedAt }) => joinedAt >= open.asOf && !invited).map(({ id }) => id),
  );
  const movedIn = content.accountIds.filter((id) => !open.accountIds.includes(id) && !created.has(id));
  return movedIn.length > 0 ? `came into the blast radius: ${movedIn.join(', ')}` : null;
}

/** What the steps leave, in one text. */
function valuesOf({ steps }: ChangeContent): string {
  return JSON.stringify(steps.map(({ after }) => after));
}
