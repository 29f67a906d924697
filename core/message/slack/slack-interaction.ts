import type { DecisionInput } from '../../change/deciding/decision-fields.ts';
import type { SlackPerson } from '../../change/deciding/in-slack.ts';
import { inputAction } from './modal-kit.ts';
import { reviewAction } from './review-button.ts';
import { type ReviewPointer, reviewCallback, reviewDecisions } from './review-view.ts';

/** What somebody did in Slack, from a request that Slack signed: every field but the person is as untrusted as that of a form. */
export type SlackInteraction =
  | {
      readonly type: 'review';
      readonly person: SlackPerson;
      readonly changeId: string;
      /** By which a modal may be opened, for three seconds. */
      readonly triggerId: string;
    }
  | {
      readonly type: 'decide';
      readonly person: SlackPerson;
      readonly pointer: ReviewPointer;
      readonly input: DecisionInput;
    }
  /** Something that asks nothing of us. */
  | { readonly type: 'other' };

type Fields = Readonly<Record<string, unknown>>;

/** The interaction in the body of a request, a form with one field `payload`; null where it is nothing that Slack sends (Slack's reference "Interaction payloads"). */
export function interactionIn(body: string): SlackInteraction | null {
  const payload = fieldsOf(parsed(new URLSearchParams(body).get('payload') ?? ''));
  const person = payload === null ? null : personIn(payload);
  if (payload === null || person === null || typeof payload.type !== 'string') return null;
  if (payload.type === 'block_actions') return reviewIn(payload, person);
  return payload.type === 'view_submission' ? decisionIn(payload, person) : { type: 'other' };
}

function personIn(payload: Fields): SlackPerson | null {
  const user = fieldsOf(payload.user);
  const userId = textOf(user?.id);
  if (userId === null) return null;
  return {
    userId,
    userTeamId: textOf(user?.team_id),
    teamId: textOf(fieldsOf(payload.team)?.id),
    enterpriseId: textOf(fieldsOf(payload.enterprise)?.id) ?? textOf(fieldsOf(payload.team)?.enterprise_id),
  };
}

function reviewIn({ actions, trigger_id }: Fields, person: SlackPerson): SlackInteraction | null {
  const [first] = Array.isArray(actions) ? actions.map(fieldsOf) : [];
  if (first?.action_id !== reviewAction) return { type: 'other' };
  const triggerId = textOf(trigger_id);
  const changeId = textOf(first.value);
  return triggerId === null || changeId === null ? null : { type: 'review', person, changeId, triggerId };
}

function decisionIn(payload: Fields, person: SlackPerson): SlackInteraction | null {
  const view = fieldsOf(payload.view);
  if (view?.callback_id !== reviewCallback) return { type: 'other' };
  const pointer = pointerIn(textOf(view.private_metadata) ?? '');
  const values = fieldsOf(fieldsOf(view.state)?.values) ?? {};
  return pointer === null ? null : { type: 'decide', person, pointer, input: inputIn(values, pointer) };
}

function pointerIn(metadata: string): ReviewPointer | null {
  const { change, digest, revision } = fieldsOf(parsed(metadata)) ?? {};
  const isWhole = typeof change === 'string' && typeof digest === 'string' && typeof revision === 'number';
  return isWhole ? { change, digest, revision } : null;
}

/** The fields as every form has them; what Slack has no value for is left out, and the rules say that it is missing. */
function inputIn(values: Fields, { digest }: ReviewPointer): DecisionInput {
  const element = (block: string): Fields => fieldsOf(fieldsOf(values[block])?.[inputAction]) ?? {};
  const decision = textOf(fieldsOf(element('decision').selected_option)?.value) ?? '';
  const accept = Object.keys(values)
    .filter((block) => block === 'accept' || /^accept-\d$/.test(block))
    .flatMap((block) => element(block).selected_options)
    .flatMap((chosen) => textOf(fieldsOf(chosen)?.value) ?? []);
  return {
    digest,
    decision: (reviewDecisions as readonly string[]).includes(decision) ? decision : '',
    reason: textOf(element('reason').value) ?? '',
    until: textOf(element('until').selected_date) ?? '',
    confirm: textOf(element('confirm').value) ?? '',
    accept,
  };
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
