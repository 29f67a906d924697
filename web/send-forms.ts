import { membersOf } from '../core/change/content/service-groups.ts';
import { checkLink, findLink, type LinkPurpose } from '../core/change/links/links.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';
import { recordRequest } from '../flow/decide.ts';
import { proposeGiveBackByLink } from '../flow/give-back-by-link.ts';
import { requestBack } from '../flow/request-back.ts';
import type { SendForm } from './link-forms.ts';
import { inputOf } from './requests.ts';

/** The form by which a person decides, cancels or rolls back. */
const decideByLink =
  (purpose: LinkPurpose): SendForm =>
  async (ports, id, token, form) => {
    const request = { purpose, ...inputOf(form) };
    const outcome = await recordRequest(ports, id, { token }, request, ports.configuration);
    const found = outcome && findLink(outcome.change.links, token);
    return found && found.link.purpose !== 'request-back' ? outcome : null;
  };

/** The form that gives back some services of an applied change: it proposes. */
const giveBackByLink: SendForm = async (ports, id, token, form) => {
  const change = await ports.stores.changes.load(id);
  if (!change || findLink(change.links, token)?.link.purpose !== 'roll-back') return null;
  const { evidence } = change.record.content;
  const groups = form.getAll('groups').flatMap((group) => membersOf(evidence, group) ?? [group]);
  // Two forms lead here: some services for everybody, or one principal for some days.
  const reasonField = form.has('exempt-reason') ? 'exempt-reason' : 'give-reason';
  const reason = form.get(reasonField) ?? '';
  const input =
    reasonField === 'exempt-reason'
      ? { principals: form.getAll('principals').slice(0, 1), days: form.get('days') ?? '', reason }
      : { services: [...new Set([...form.getAll('services'), ...groups])], reason };
  const proposed = await proposeGiveBackByLink(ports, change, token, input, ports.configuration);
  return proposed.ok
    ? { change, refusals: [], asked: proposed.value.record.id }
    : { change, refusals: proposed.reasons.map((refusal) => ofThisForm(refusal, reasonField)) };
};

/** The form that asks services back: a request for the approvers under the name that was typed. */
const requestBackByLink: SendForm = async (ports, id, token, form) => {
  const change = await ports.stores.changes.load(id);
  if (!change) return null;
  const found = checkLink(change.links, token, 'request-back', change.record.revision, ports.clock.now());
  if (!found.ok)
    return found.reasons[0].code === 'UNKNOWN_TOKEN' ? null : { change, refusals: found.reasons };
  const who = { type: 'link', name: form.get('name') ?? '' } as const;
  const input = { services: form.getAll('services'), reason: form.get('reason') ?? '' };
  const asked = await requestBack(ports, id, who, input, ports.configuration);
  return asked.ok
    ? { change, refusals: [], asked: asked.value.record.id }
    : { change, refusals: asked.reasons };
};

/** The forms of links, by the last part of the address that they are sent to. */
export const forms: Readonly<Record<string, SendForm>> = {
  decisions: decideByLink('decide'),
  cancel: decideByLink('cancel'),
  'roll-back': decideByLink('roll-back'),
  'give-back': giveBackByLink,
  'request-back': requestBackByLink,
};

/** The page has several forms, and a reason in each. */
function ofThisForm(refusal: DecisionRefusal, reasonField: string): DecisionRefusal {
  return refusal.field === 'reason' ? { ...refusal, field: reasonField } : refusal;
}
