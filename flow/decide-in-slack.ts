import { NewerFormat } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { DecisionContext } from '../core/change/deciding/decide.ts';
import { approverInSlack } from '../core/change/deciding/in-slack.ts';
import { whyNoForm } from '../core/change/deciding/may-act.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import { type SlackView, sayingView } from '../core/message/slack/modal-kit.ts';
import { reviewFields, reviewView } from '../core/message/slack/review-view.ts';
import type { SlackInteraction } from '../core/message/slack/slack-interaction.ts';
import { decidedElsewhere, notAnApprover, refusedInSlack } from '../core/message/slack/slack-refusals.ts';
import { type ChangeView, changeView } from '../core/message/views/change-view.ts';
import { hintFor } from '../core/message/words/reader-hint.ts';
import { type DecidePorts, recordRequest } from './decide.ts';
import { type FreezePorts, freezeOf } from './freeze.ts';

/** What deciding in Slack needs. */
export interface SlackDecisionPorts extends Omit<DecidePorts, 'stores'> {
  readonly stores: DecidePorts['stores'] & FreezePorts;
  readonly configuration: Configuration;
}

/** What a modal is told about what was sent by it: what to mend in which field, or what takes its place. */
export type SlackAnswer =
  | { readonly type: 'mend'; readonly errors: Readonly<Record<string, string>> }
  | { readonly type: 'view'; readonly view: SlackView };

type Of<Type extends SlackInteraction['type']> = Extract<SlackInteraction, { readonly type: Type }>;

/** The modal for whoever pressed the button of a change: the form, or why there is none for him. Reads alone. */
export async function reviewInSlack(ports: SlackDecisionPorts, pressed: Of<'review'>): Promise<SlackView> {
  return orLater(async () => {
    const change = await ports.stores.changes.load(pressed.changeId);
    if (change === null) return noChange;
    const { record } = change;
    const { configuration } = ports;
    const now = ports.clock.now();
    const found = approverInSlack(record, pressed.person, configuration);
    const view = await viewOf(ports, record, now);
    if (!found.ok) return refusedPerson(found.reasons[0], view, record, configuration);
    const approver = found.value;
    const actor = { type: 'approver', id: approver.id } as const;
    const context: DecisionContext = { ...configuration, now, approver, actor, channel: 'slack' };
    const why = whyNoForm('decide', record, context);
    if (why !== null) return refusedInSlack([why], view);
    return reviewView({
      view,
      reader: { name: approver.name, hint: hintFor(approver.id, 'decide', record, context) },
    });
  });
}

/** Records what somebody sent by the modal, by the rules of every decision. Sent twice it is recorded once: the second is refused, and shows how the change stands. */
export async function decideInSlack(ports: SlackDecisionPorts, sent: Of<'decide'>): Promise<SlackAnswer> {
  const { input, person, pointer } = sent;
  const errors: Record<string, string> = {};
  const view = await orLater(async () => {
    const request = { purpose: 'decide', ...input } as const;
    const outcome = await recordRequest(
      ports,
      pointer.change,
      { inSlack: person },
      request,
      ports.configuration,
    );
    if (outcome === null) return noChange;
    const { approver, change, refusals } = outcome;
    const { record } = change;
    const shown = await viewOf(ports, record, ports.clock.now());
    const [first] = refusals;
    if (!first) return sayingView('Recorded', ['Your decision was recorded.', shown.statusSentence]);
    if (approver === null) return refusedPerson(first, shown, record, ports.configuration);
    for (const { detail, field = '' } of refusals)
      if (isField(field))
        errors[field] = errors[field] === undefined ? detail : `${errors[field]}. ${detail}`;
    return refusedInSlack(refusals, shown, pointer.revision);
  });
  const isMendable = Object.keys(errors).length > 0;
  return isMendable ? { type: 'mend', errors } : { type: 'view', view };
}

const noChange = sayingView('Nothing to decide', [
  'There is no such change any more. Use the newest message.',
]);

function isField(field: string): boolean {
  return (reviewFields as readonly string[]).includes(field);
}

/** Why this person decides nothing here: a stranger is told who can, and an approver where. */
function refusedPerson(
  { code }: DecisionRefusal,
  view: ChangeView,
  record: ChangeRecord,
  configuration: Configuration,
): SlackView {
  return code === 'HIGH_RISK' ? decidedElsewhere(view, configuration) : notAnApprover(record, configuration);
}

async function viewOf(
  { configuration, stores }: SlackDecisionPorts,
  record: ChangeRecord,
  now: number,
): Promise<ChangeView> {
  return changeView(record, { now, configuration, freeze: await freezeOf(stores, record) });
}

/** What a later version stored is told as such; every other error is for whoever answers the request. */
async function orLater(make: () => Promise<SlackView>): Promise<SlackView> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof NewerFormat)
      return sayingView('Not possible here', [`Nothing was recorded: ${error.message}`]);
    throw error;
  }
}
