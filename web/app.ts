import { type Context, Hono } from 'hono';
import type { DecisionInput } from '../core/change/decision-fields.ts';
import { findLink, isUsable, type LinkPurpose } from '../core/change/links.ts';
import { type DecisionRefusal, refusalStatus } from '../core/change/refusal.ts';
import type { StoredChange } from '../core/change/stored-change.ts';
import type { Configuration } from '../core/configuration.ts';
import { changeView } from '../core/message/change-view.ts';
import { type DecidePorts, type Outcome, recordRequest } from '../flow/decide.ts';
import { securityHeaders } from './headers.ts';
import { iamRoutes } from './iam-routes.ts';
import { changePage, type PageForm } from './pages/change-page.ts';
import { messagePage } from './pages/message-page.ts';

/** What the pages need. */
export interface AppPorts extends DecidePorts {
  readonly configuration: Configuration;
  /** Called with the id of a change for which something was recorded, so that its events go out at once; it must not throw. */
  readonly onRecorded: (changeId: string) => Promise<void>;
  /** Called with an error that a page could not explain. */
  readonly onError: (error: unknown) => void;
  /** The caller's ARN as API Gateway authorized it, or null. Nothing else ever names an AWS principal. */
  readonly principalOf: (context: Context) => string | null;
}

/** A body is a form of a few fields: this is more than enough, in bytes. */
const bodyBytes = 64 * 1024;

const purposes: Readonly<Record<string, LinkPurpose>> = {
  decisions: 'decide',
  cancel: 'cancel',
  'roll-back': 'roll-back',
};

/** The HTTP side: pages for people with a link, JSON for people with AWS credentials. GET and HEAD change nothing. */
export function createApp(ports: AppPorts): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.res.headers.set(name, value);
  });
  app.get('/healthz', (context) => context.text('ok'));
  app.get('/changes/:id', async (context) => {
    const token = context.req.query('token') ?? '';
    const change = await ports.stores.changes.load(context.req.param('id'));
    if (!change || !findLink(change.links, token)) return context.html(unknownLink(), 404);
    return context.html(render(ports, change, token));
  });
  app.post('/changes/:id/:action', async (context) => {
    const purpose = purposes[context.req.param('action')];
    if (!purpose) return context.html(unknownLink(), 404);
    const form = await readForm(context);
    if (form instanceof Response) return form;
    const token = form.get('token') ?? '';
    const id = context.req.param('id');
    const outcome = await recordRequest(
      ports,
      id,
      { token },
      { purpose, ...inputOf(form) },
      ports.configuration,
    );
    if (!outcome) return context.html(unknownLink(), 404);
    if (outcome.refusals.length === 0) {
      await ports.onRecorded(id);
      return context.redirect(`/changes/${encodeURIComponent(id)}?token=${encodeURIComponent(token)}`, 303);
    }
    return refuse(context, ports, outcome, token, form);
  });
  app.route('/iam', iamRoutes(ports, purposes, bodyBytes));
  app.all('/changes/:id', (context) =>
    context.html(messagePage('Not possible here', 'This address only shows a change.'), 405),
  );
  app.notFound((context) =>
    context.html(messagePage('There is nothing here', 'Use the link of the newest message.'), 404),
  );
  app.onError((error, context) => {
    ports.onError(error);
    const text =
      'Nothing was recorded. Try again in a moment; if it stays like this, the log of the function says why.';
    return context.html(messagePage('Something went wrong', text), 503);
  });
  return app;
}

function refuse(
  context: Context,
  ports: AppPorts,
  outcome: Outcome,
  token: string,
  form: URLSearchParams,
): Response | Promise<Response> {
  const [first] = outcome.refusals;
  const status = first ? refusalStatus[first.code] : 422;
  if (!findLink(outcome.change.links, token)) return context.html(unknownLink(), 404);
  return context.html(
    render(ports, outcome.change, token, { refusals: outcome.refusals, entered: form }),
    status,
  );
}

/** The page of a change for whoever holds this token: with a form while the token acts, read-only with the whole evidence while it is alive, state and decider alone once it is spent or over. */
function render(
  ports: AppPorts,
  change: StoredChange,
  token: string,
  failed?: { readonly refusals: readonly DecisionRefusal[]; readonly entered: URLSearchParams },
): string {
  const { clock, configuration } = ports;
  const found = findLink(change.links, token);
  if (!found) return unknownLink();
  const { link } = found;
  const now = clock.now();
  const view = changeView(change.record, { now, configuration });
  const approver = configuration.approvers.find(({ id }) => id === link.approverId);
  const acts =
    approver !== undefined &&
    isUsable(link, link.purpose, change.record.revision, now) &&
    mayAct(change, link.purpose, now);
  const form: PageForm | null = acts ? { purpose: link.purpose, token, digest: view.digest } : null;
  return changePage({
    view,
    decidingAs: approver?.name ?? link.approverId,
    form,
    isWhole: link.usedAt === undefined && link.revokedAt === undefined && now < link.expiresAt,
    refusals: failed?.refusals ?? [],
    entered: failed?.entered ?? new URLSearchParams(),
  });
}

function mayAct({ record: { state } }: StoredChange, purpose: LinkPurpose, now: number): boolean {
  switch (purpose) {
    case 'decide':
      return state.status === 'proposed' && now < state.expiresAt && state.withdrawn.length === 0;
    case 'cancel':
      return state.status === 'approved';
    case 'roll-back':
      return state.status === 'applied' || state.status === 'apply-failed' || state.status === 'interrupted';
  }
}

/** The fields of a form, or the answer to a body that is none. The token in it is what proves the person; where the browser says that another site sent it, it is refused all the same. */
async function readForm(context: Context): Promise<URLSearchParams | Response> {
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return context.html(
      messagePage(
        'Not accepted',
        'The form was sent from another site. Open the link of the message instead.',
      ),
      403,
    );
  }
  const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    return context.html(messagePage('Not accepted', 'A form is expected.'), 415);
  }
  if (Number(context.req.header('content-length') ?? '0') > bodyBytes) return tooLong(context);
  const body = await context.req.text();
  return Buffer.byteLength(body) > bodyBytes ? tooLong(context) : new URLSearchParams(body);
}

function tooLong(context: Context): Response | Promise<Response> {
  return context.html(messagePage('Not accepted', 'The form is too long.'), 413);
}

/** The fields that a decision knows; whatever else a form carries is left aside. */
function inputOf(form: URLSearchParams): DecisionInput {
  const text = (name: string) => {
    const value = form.get(name);
    return value === null ? {} : { [name]: value };
  };
  return {
    ...text('decision'),
    ...text('digest'),
    ...text('confirm'),
    ...text('reason'),
    ...text('until'),
    services: form.getAll('services'),
    accept: form.getAll('accept'),
  };
}

function unknownLink(): string {
  return messagePage(
    'This link is not known',
    'It may be cut off or older than the change it was for. Use the link of the newest message.',
  );
}
