import type { Context } from 'hono';
import { askerOf } from '../core/change/life/life.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { checkLink } from '../core/change/links/links.ts';
import { pastedToken } from '../core/change/links/pasted.ts';
import { type DecisionRefusal, refusalStatus } from '../core/change/links/refusal.ts';
import { changeView } from '../core/message/views/change-view.ts';
import { requestBack } from '../flow/request-back.ts';
import type { AppPorts } from './app-ports.ts';
import { askedOf } from './give-back-routes.ts';
import { messagePage } from './pages/message-page.ts';
import { requestBackPage } from './pages/request-back-page.ts';
import { readForm } from './requests.ts';

/** A request that was refused: why, and what was entered. */
interface Failed {
  readonly refusals: readonly DecisionRefusal[];
  readonly entered: URLSearchParams;
}

/** The page of a link that asks services back: the services and a form, nothing else of the change. `asked`: the change that became of a request. */
export async function requestBackAnswer(
  { clock, configuration, stores }: AppPorts,
  { links, record }: StoredChange,
  token: string,
  asked: string | undefined,
  failed: Failed = { refusals: [], entered: new URLSearchParams() },
): Promise<string> {
  const now = clock.now();
  const usable = checkLink(links, token, 'request-back', record.revision, now);
  const over = usable.ok ? null : usable.reasons[0].detail;
  const other = await askedOf({ stores }, record, asked);
  // Nothing is told of changes that nobody asked for by a link.
  const isAsked = other !== null && askerOf(other)?.verified === false;
  const context = { now, configuration };
  return requestBackPage({
    view: changeView(record, context),
    token: over === null && record.state.status === 'applied' ? token : null,
    over,
    asked: isAsked ? changeView(other, context) : null,
    ...failed,
  });
}

/** What a sent form leads to: a request for the approvers under the name that was typed. Null: there is no such link. */
export async function requestBackByLink(
  ports: AppPorts,
  id: string,
  context: Context,
): Promise<Response | null> {
  const read = await readForm(context, ports.pageUrl ?? null);
  if (!read.ok) return context.html(messagePage('Nothing was recorded', read.detail), read.status);
  const form = read.value;
  const token = pastedToken(form.get('token') ?? '');
  const change = await ports.stores.changes.load(id);
  if (!change) return null;
  const found = checkLink(change.links, token, 'request-back', change.record.revision, ports.clock.now());
  if (!found.ok && found.reasons[0].code === 'UNKNOWN_TOKEN') return null;
  const outcome = found.ok ? await asked(ports, id, form) : found;
  // See Other: loading again asks for the page and sends nothing twice.
  if (outcome.ok)
    return context.redirect(`/changes/${id}?token=${token}&asked=${outcome.value.record.id}`, 303);
  const failed = { refusals: outcome.reasons, entered: form };
  const page = await requestBackAnswer(ports, change, token, undefined, failed);
  return context.html(page, refusalStatus[outcome.reasons[0].code]);
}

function asked(ports: AppPorts, id: string, form: URLSearchParams): ReturnType<typeof requestBack> {
  const who = { type: 'link', name: form.get('name') ?? '' } as const;
  const input = { services: form.getAll('services'), reason: form.get('reason') ?? '' };
  return requestBack(ports, id, who, input, ports.configuration);
}
