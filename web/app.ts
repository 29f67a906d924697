import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { timeout } from 'hono/timeout';
import { Hono } from 'hono/tiny';
import { NewerFormat } from '../adapters/store-ports.ts';
import { pastedId } from '../core/change/links/pasted.ts';
import type { AppPorts } from './app-ports.ts';
import { securityHeaders } from './headers.ts';
import { iamRoutes } from './iam-routes.ts';
import { answerForm } from './link-forms.ts';
import { linkPage } from './link-page.ts';
import { messagePage } from './pages/message-page.ts';
import { requestBackByProof } from './request-back-routes.ts';
import { isChangeId, tokenOf } from './requests.ts';
import { forms } from './send-forms.ts';

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
    const id = pastedId(context.req.param('id'), 'change');
    const change = isChangeId(id) ? await ports.stores.changes.load(id) : null;
    const asked = context.req.query('asked');
    const page = change && (await linkPage(ports, change, tokenOf(context), { asked }));
    return page === null ? unknownLink(context) : context.html(page);
  });
  app.post('/changes/:id/:action', (context) => act(ports, context));
  app.route('/iam', iamRoutes(ports));
  refuseForms(app);
  app.notFound((context) =>
    context.html(messagePage('There is nothing here', 'Use the link of the newest message.'), 404),
  );
  app.onError((error, context) => {
    ports.onError(error);
    const later = error instanceof NewerFormat ? `Nothing was recorded: ${error.message}` : null;
    if (context.req.path.startsWith('/iam/')) {
      const message = later ?? 'nothing is known to have been recorded: look at the change, then try again';
      return context.json({ message }, 503);
    }
    const text =
      'Nothing is known to have been recorded. Open the link of the message again in a moment: the page says what was.';
    return context.html(messagePage('Not possible right now', later ?? text), 503);
  });
  return app;
}

async function act(ports: AppPorts, context: Context): Promise<Response> {
  const { action = '', id: given = '' } = context.req.param();
  const id = pastedId(given, 'change');
  const send = Object.hasOwn(forms, action) ? forms[action] : undefined;
  if (!send || !isChangeId(id)) return unknownLink(context);
  // A program asks by AWS credentials, a person by the form of a link.
  const isProgram = context.req.header('content-type')?.startsWith('application/json');
  if (isProgram && action === 'request-back') return requestBackByProof(ports, id, context);
  return (await answerForm(ports, id, context, send)) ?? unknownLink(context);
}

function refuseForms(app: Hono): void {
  for (const [path, allowed] of [
    ['/healthz', 'GET, HEAD'],
    ['/changes/:id', 'GET, HEAD'],
    ...Object.keys(forms).map((action) => [`/changes/:id/${action}`, 'POST'] as const),
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
