import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { timeout } from 'hono/timeout';
import { Hono } from 'hono/tiny';
import { NewerFormat } from '../adapters/store-ports.ts';
import { findLink, type LinkPurpose } from '../core/change/links/links.ts';
import { pastedId, pastedToken } from '../core/change/links/pasted.ts';
import { refusalStatus } from '../core/change/links/refusal.ts';
import { recordRequest } from '../flow/decide.ts';
import { freezeOf } from '../flow/freeze.ts';
import { exemptionsOf } from '../flow/standing-exemptions.ts';
import type { AppPorts } from './app-ports.ts';
import { changeAnswer } from './change-answer.ts';
import { askedOf, giveBackByLink } from './give-back-routes.ts';
import { securityHeaders } from './headers.ts';
import { iamRoutes } from './iam-routes.ts';
import { messagePage } from './pages/message-page.ts';
import { requestBackAnswer, requestBackByLink } from './request-back-answer.ts';
import { requestBackByProof } from './request-back-routes.ts';
import { inputOf, isChangeId, readForm, tokenOf } from './requests.ts';

/** What the last part of an address asks for. */
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
  app.use(timeout(ports.answerWithin, new HTTPException(503, { message: 'no answer in time' })));
  app.get('/healthz', (context) => context.text('ok'));
  if (ports.configuration.page === 'none') app.all('/changes/*', noPage);
  app.get('/changes/:id', async (context) => {
    const token = tokenOf(context);
    const id = pastedId(context.req.param('id'), 'change');
    const change = isChangeId(id) ? await ports.stores.changes.load(id) : null;
    const found = change && findLink(change.links, token);
    if (!change || !found) return unknownLink(context);
    if (found.link.purpose === 'request-back')
      return context.html(await requestBackAnswer(ports, change, token, context.req.query('asked')));
    const freeze = await freezeOf(ports.stores, change.record);
    const exemptions = await exemptionsOf(ports.stores, change.record);
    const asked = await askedOf(ports, change.record, context.req.query('asked'));
    return context.html(changeAnswer({ ...ports, exemptions, freeze }, change, token, undefined, asked));
  });
  app.post('/changes/:id/request-back', (context) => askBack(ports, context));
  app.post('/changes/:id/give-back', async (context) => {
    const id = pastedId(context.req.param('id'), 'change');
    const answer = isChangeId(id) ? await giveBackByLink(ports, id, context) : null;
    return answer ?? unknownLink(context);
  });
  app.post('/changes/:id/:action', (context) => act(ports, context));
  app.route('/iam', iamRoutes(ports, purposes));
  refuseOtherMethods(app);
  app.notFound((context) =>
    context.html(messagePage('There is nothing here', 'Use the link of the newest message.'), 404),
  );
  app.onError((error, context) => {
    ports.onError(error);
    const later = error instanceof NewerFormat ? `Nothing was recorded: ${error.message}` : null;
    if (context.req.path.startsWith('/iam/')) {
      return context.json(
        {
          message: later ?? 'nothing is known to have been recorded: look at the change, then try again',
        },
        503,
      );
    }
    const text =
      'Nothing is known to have been recorded. Open the link of the message again in a moment: the page says what was.';
    return context.html(messagePage('Not possible right now', later ?? text), 503);
  });
  return app;
}

/** A program asks by AWS credentials, a person by the form of a link. */
async function askBack(ports: AppPorts, context: Context): Promise<Response> {
  const id = pastedId(context.req.param('id') ?? '', 'change');
  if (!isChangeId(id)) return unknownLink(context);
  if (context.req.header('content-type')?.startsWith('application/json'))
    return requestBackByProof(ports, id, context);
  return (await requestBackByLink(ports, id, context)) ?? unknownLink(context);
}

async function act(ports: AppPorts, context: Context): Promise<Response> {
  const { action = '', id: given = '' } = context.req.param();
  const id = pastedId(given, 'change');
  const purpose = Object.hasOwn(purposes, action) ? purposes[action] : undefined;
  if (!purpose || !isChangeId(id)) return unknownLink(context);
  const read = await readForm(context, ports.pageUrl ?? null);
  if (!read.ok) return context.html(messagePage('Nothing was recorded', read.detail), read.status);
  const token = pastedToken(read.value.get('token') ?? '');
  const request = { purpose, ...inputOf(read.value) };
  const outcome = await recordRequest(ports, id, { token }, request, ports.configuration);
  const found = outcome && findLink(outcome.change.links, token);
  if (!outcome || !found || found.link.purpose === 'request-back') return unknownLink(context);
  const [first] = outcome.refusals;
  // See Other: going back or loading again asks for the page and sends nothing twice. The id was checked, the token found.
  if (!first) return context.redirect(`/changes/${id}?token=${token}`, 303);
  const failed = { refusals: outcome.refusals, entered: read.value };
  const freeze = await freezeOf(ports.stores, outcome.change.record);
  const exemptions = await exemptionsOf(ports.stores, outcome.change.record);
  const page = changeAnswer({ ...ports, exemptions, freeze }, outcome.change, token, failed);
  return context.html(page, refusalStatus[first.code]);
}

function refuseOtherMethods(app: Hono): void {
  for (const [path, allowed] of [
    ['/healthz', 'GET, HEAD'],
    ['/changes/:id', 'GET, HEAD'],
    ['/changes/:id/decisions', 'POST'],
    ['/changes/:id/cancel', 'POST'],
    ['/changes/:id/roll-back', 'POST'],
    ['/changes/:id/request-back', 'POST'],
    ['/changes/:id/give-back', 'POST'],
  ] as const) {
    app.all(path, (context) =>
      context.html(
        messagePage(
          'Not possible here',
          'This address is part of a form. Open the link of the message again.',
        ),
        405,
        { Allow: allowed },
      ),
    );
  }
}

/** Links that were sent before the page was taken away lead nowhere. */
function noPage(context: Context): Response | Promise<Response> {
  const text =
    'This installation has no page: decide with AWS credentials, by "npx --no -- oar changes". Nothing was recorded.';
  return context.html(messagePage('There is no page', text), 404);
}

function unknownLink(context: Context): Response | Promise<Response> {
  const text =
    'It may be cut off or older than the change that it was for. Use the link of the newest message. Nothing was recorded.';
  return context.html(messagePage('This link is not known', text), 404);
}
