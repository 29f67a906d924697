import type { Context } from 'hono';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import { pastedToken } from '../core/change/links/pasted.ts';
import { type DecisionRefusal, refusalStatus } from '../core/change/links/refusal.ts';
import type { AppPorts } from './app-ports.ts';
import { linkPage } from './link-page.ts';
import { messagePage } from './pages/message-page.ts';
import { readForm } from './requests.ts';

/** What came of a form that was sent: the change as it stands now. */
export interface Sent {
  readonly change: StoredChange;
  /** Why nothing was recorded; empty where it was. */
  readonly refusals: readonly DecisionRefusal[];
  /** The id of the change that was proposed instead of a decision. */
  readonly asked?: string;
}

/** Carries out a form of a link. Null: the change has no such link. */
export type SendForm = (
  ports: AppPorts,
  id: string,
  token: string,
  form: URLSearchParams,
) => Promise<Sent | null>;

/** Reads a form, carries it out and shows what came of it. Null: there is no such link. */
export async function answerForm(
  ports: AppPorts,
  id: string,
  context: Context,
  send: SendForm,
): Promise<Response | null> {
  const read = await readForm(context, ports.pageUrl ?? null);
  if (!read.ok) return context.html(messagePage('Nothing was recorded', read.detail), read.status);
  const token = pastedToken(read.value.get('token') ?? '');
  const sent = await send(ports, id, token, read.value);
  if (sent === null) return null;
  const { asked, change, refusals } = sent;
  const [first] = refusals;
  // See Other: going back or loading again asks for the page and sends nothing twice. The id was checked, the token found.
  if (!first)
    return context.redirect(
      `/changes/${id}?token=${token}${asked === undefined ? '' : `&asked=${asked}`}`,
      303,
    );
  const page = await linkPage(ports, change, token, { failed: { refusals, entered: read.value } });
  return page === null ? null : context.html(page, refusalStatus[first.code]);
}
