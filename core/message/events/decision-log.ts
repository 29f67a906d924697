import { isoTime } from '../../base/iso-time.ts';
import { sha256 } from '../../base/sha256.ts';
import type { ChangeContent, Step } from '../../change/content/change.ts';
import { toldExemptions } from '../../change/content/exempted.ts';
import { intentOf } from '../../change/content/intents.ts';
import { digestedResource } from '../../change/content/resource-types.ts';
import { undoSteps } from '../../change/content/undo-steps.ts';
import type { Actor, ChangeEvent, ChangeEventType, Failure } from '../../change/life/events.ts';
import { answeredBy } from '../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { Starter } from '../../change/life/starter.ts';
import { kindOf } from '../../kinds/kinds.ts';
import type { DecisionLine } from './decision-line.ts';

type EventOf<Type extends ChangeEventType> = Extract<ChangeEvent, { readonly type: Type }>;
/** What a line says of one type of event beside its head. */
type Said = Partial<DecisionLine>;
type Sayings = {
  readonly [Type in ChangeEventType]: ((event: EventOf<Type>, content: ChangeContent) => Said) | null;
};

const nothingMore = (): Said => ({});
const because = ({ reason }: { readonly reason: string | null }): Said => ({ reason });
const failed = ({ failure }: { readonly failure: Failure }): Said => ({ failure: failureOf(failure) });

/** What an auditor is told of every event; null: it decides and writes nothing. */
const sayings: Sayings = {
  proposed: ({ detail, expiresAt, starter }) => ({
    until: isoTime(expiresAt),
    startedBy: startedBy(starter),
    ...(detail === undefined ? {} : { reason: detail }),
  }),
  revised: ({ detail, expiresAt, starter }) => ({
    until: isoTime(expiresAt),
    reason: detail,
    ...(starter === undefined ? {} : { startedBy: startedBy(starter) }),
  }),
  'version-kept': null,
  notifying: null,
  notified: null,
  'notify-failed': null,
  'reminder-sent': null,
  noted: null,
  'targets-moved': null,
  'approval-recorded': ({ approval: { accepted, channel } }) => ({ channel, accepted: [...accepted] }),
  approved: ({ applyNotBefore }) => ({ applyNotBefore: isoTime(applyNotBefore) }),
  rejected: ({ notAgainBefore, reason }) => ({ reason, until: isoTime(notAgainBefore) }),
  snoozed: ({ reason, until }) => ({ reason, until: isoTime(until) }),
  'services-exempted': ({ exemptionIds = [], reason, services, until }) => ({
    reason,
    until: isoTime(until),
    services: [...services],
    exemptionIds: [...exemptionIds],
  }),
  'exemption-lifted': ({ exemptionId, reason, service }) => ({
    reason,
    services: [service],
    exemptionIds: [exemptionId],
  }),
  asked: ({ question }) => ({ reason: question }),
  'handed-over': ({ reason, toApproverId }) => ({ reason, toApproverId }),
  expired: nothingMore,
  superseded: ({ reason }) => ({ failure: failureOf(reason) }),
  cancelled: because,
  'apply-started': null,
  'step-sending': null,
  'step-done': ({ policyId, step, text }, { steps }) => writtenBy(steps, step, policyId, text),
  'step-refused': failed,
  applied: ({ rollBackUntil }) => ({ rollBackUntil: isoTime(rollBackUntil) }),
  'apply-failed': failed,
  interrupted: ({ detail }) => ({ reason: detail }),
  resumed: because,
  'roll-back-requested': because,
  'roll-back-step-sending': null,
  'roll-back-step-done': ({ outcome, step, text }, { steps }) => {
    const { written } = writtenBy(undoSteps(steps), step, null, text);
    if (written === undefined) return {};
    // A text that would be left empty is deleted, whatever stood there before the change.
    return { written: { ...written, ...(outcome === 'deleted' ? { after: null } : {}), outcome } };
  },
  'roll-back-step-refused': failed,
  'roll-back-failed': failed,
  'rolled-back': nothingMore,
  'drift-detected': null,
  'denied-access-observed': null,
  'came-under-denial': null,
  unknown: ({ name }) => ({ reason: `something that this version does not know: ${name}` }),
};

/** What was decided about a change and written for it since an instant (epoch ms), oldest first. */
export function decisionLines(record: ChangeRecord, since: number): readonly DecisionLine[] {
  const lines: DecisionLine[] = [];
  let { content } = record;
  for (const [index, event] of record.history.entries()) {
    if (event.type === 'proposed' || event.type === 'revised') content = event.content;
    const say = sayings[event.type] as ((event: ChangeEvent, content: ChangeContent) => Said) | null;
    if (say === null || event.at < since) continue;
    lines.push({
      id: `${record.id}#${index + 1}`,
      at: isoTime(event.at),
      type: event.type,
      changeId: record.id,
      revision: event.revision,
      by: { ...event.actor, approverId: answeredBy(event) },
      authenticated: authenticatedBy(event.actor),
      subject: subjectOf(content),
      ...say(event, content),
    });
  }
  return lines;
}

/** A change that cannot be read, so that nobody takes an export without it for whole. `at` in epoch ms. */
export function unreadableLine(changeId: string, at: number, reason: string): DecisionLine {
  return {
    id: `${changeId}#unreadable`,
    at: isoTime(at),
    type: 'unreadable',
    changeId,
    revision: null,
    by: { type: 'system', id: 'export', approverId: null },
    authenticated: 'product',
    subject: null,
    reason,
  };
}

/** One turn of the kill switch. `at` in epoch ms, `by` the ARN that STS named. */
export function freezeLine(turn: {
  readonly id: string;
  readonly frozen: boolean;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}): DecisionLine {
  return {
    id: turn.id,
    at: isoTime(turn.at),
    type: turn.frozen ? 'frozen' : 'freeze-lifted',
    changeId: null,
    revision: null,
    subject: null,
    reason: turn.reason,
    by: { type: 'principal', id: turn.by, approverId: null },
    authenticated: 'aws-credentials',
  };
}

const proofs = { approver: 'personal-link', principal: 'aws-signature', system: 'product' } as const;

function authenticatedBy({ slackUserId, type }: Actor): DecisionLine['authenticated'] {
  return slackUserId === undefined ? proofs[type] : 'slack-signature';
}

function subjectOf(content: ChangeContent): DecisionLine['subject'] {
  const { baseDigest, digest, organizationId, reviewId, services, targets } = content;
  const { edits, noun } = kindOf(content).tell(content);
  return {
    organizationId,
    noun,
    intent: intentOf(content),
    digest,
    baseDigest,
    reviewId,
    targets: targets.map(({ id, name }) => ({ id, name })),
    policies: edits.map(({ id, name }) => ({ id, name })),
    services: [...services],
    ...toldExemptions(content),
  };
}

function startedBy(starter: Starter): DecisionLine['startedBy'] {
  if (starter.type !== 'principal') return { type: starter.type, arn: null, approverId: null };
  return { type: starter.type, arn: starter.arn, approverId: starter.approverId };
}

/** The write of a step. `text` is the one that AWS gave back, where it is not the one that was sent. */
function writtenBy(
  steps: readonly Step[],
  index: number,
  policyId: string | null,
  text: string | undefined,
): Said {
  const step = steps[index];
  if (step === undefined) return {};
  const { after, before, resource } = step;
  const written = { step: index, resource: digestedResource(resource), policyId };
  return { written: { ...written, before: digestedValue(before), after: digestedValue(text ?? after) } };
}

function digestedValue(text: string | null): string | null {
  return text === null || text === 'attached' ? text : sha256(text);
}

function failureOf({ code, detail }: Failure): { code: string; detail: string } {
  return { code, detail };
}
