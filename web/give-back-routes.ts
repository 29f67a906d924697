import type { Context } from 'hono';
import { meaningOfIntent } from '../core/change/content/intents.ts';
import { membersOf } from '../core/change/content/service-groups.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { findLink } from '../core/change/links/links.ts';
import { pastedToken } from '../core/change/links/pasted.ts';
import { type DecisionRefusal, refusalStatus } from '../core/change/links/refusal.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import { freezeOf } from '../flow/freeze.ts';
import { proposeGiveBackByLink } from '../flow/give-back-by-link.ts';
import { exemptionsOf } from '../flow/standing-exemptions.ts';
import type { AppPorts } from './app-ports.ts';
import { changeAnswer } from './change-answer.ts';

import { messagePage } from './pages/message-page.ts';
import { isChangeId, readForm } from './requests.ts';

/** What a form leads to that gives back some services of an applied change: a proposal. Null: there is no such link. */
export async function giveBackByLink(
  ports: AppPorts,
  id: string,
  context: Context,
): Promise<Response | null> {
  const read = await readForm(context, ports.pageUrl ?? null);
  if (!read.ok) return context.html(messagePage('Nothing was recorded', read.detail), read.status);
  const form = read.value;
  const token = pastedToken(form.get('token') ?? '');
  const change = await ports.stores.changes.load(id);
  const found = change && findLink(change.links, token);
  if (!change || !found || found.link.purpose !== 'roll-back') return null;
  const { evidence } = change.record.content;
  const groups = form.getAll('groups').flatMap((group) => membersOf(evidence, group) ?? [group]);
  // Two forms lead here: some services for everybody, or one principal for some days.
  const isExemption = form.has('exempt-reason');
  const input = isExemption
    ? {
        principals: form.getAll('principals').slice(0, 1),
        days: form.get('days') ?? '',
        reason: form.get('exempt-reason') ?? '',
      }
    : {
        services: [...new Set([...form.getAll('services'), ...groups])],
        reason: form.get('give-reason') ?? '',
      };
  const reasonField = isExemption ? 'exempt-reason' : 'give-reason';
  const proposed = await proposeGiveBackByLink(ports, change, token, input, ports.configuration);
  // See Other: loading again asks for the page and sends nothing twice.
  if (proposed.ok)
    return context.redirect(`/changes/${id}?token=${token}&asked=${proposed.value.record.id}`, 303);
  const refusals = proposed.reasons.map((refusal) => ofThisForm(refusal, reasonField));
  const failed = { refusals, entered: form };
  const freeze = await freezeOf(ports.stores, change.record);
  const exemptions = await exemptionsOf(ports.stores, change.record);
  const page = changeAnswer({ ...ports, exemptions, freeze }, change, token, failed);
  return context.html(page, refusalStatus[proposed.reasons[0].code]);
}

/** The give-back that a page is asked to show, if it takes something out of what this change denies; nothing of any other change. */
export async function askedOf(
  { stores }: Pick<AppPorts, 'stores'>,
  record: ChangeRecord,
  asked: string | undefined,
): Promise<ChangeRecord | null> {
  if (asked === undefined || !isChangeId(asked)) return null;
  const other = (await stores.changes.load(asked))?.record ?? null;
  const isIts =
    other !== null &&
    meaningOfIntent(other.content).givesBack &&
    kindOf(record.content).writesTheSame(record, other);
  return isIts ? other : null;
}

/** The page has several forms, and a reason in each. */
function ofThisForm(refusal: DecisionRefusal, reasonField: string): DecisionRefusal {
  return refusal.field === 'reason' ? { ...refusal, field: reasonField } : refusal;
}
