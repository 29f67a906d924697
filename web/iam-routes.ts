import { type Context, Hono } from 'hono';
import type { LinkPurpose } from '../core/change/links.ts';
import { refusalStatus } from '../core/change/refusal.ts';
import { type ChangeStatus, changeStatuses } from '../core/change/state.ts';
import type { StoredChange } from '../core/change/stored-change.ts';
import { changeView } from '../core/message/change-view.ts';
import { recordRequest } from '../flow/decide.ts';
import type { AppPorts } from './app.ts';

/** The same decisions in JSON for people with AWS credentials: API Gateway authorizes the caller and names its ARN; nothing in a request does. */
export function iamRoutes(
  ports: AppPorts,
  purposes: Readonly<Record<string, LinkPurpose>>,
  bodyBytes: number,
): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    if (ports.principalOf(context) === null)
      return context.json({ message: 'no AWS principal was authorized for this request' }, 403);
    return next();
  });
  app.get('/changes', async (context) => {
    const asked = context.req.queries('status') ?? [
      'proposed',
      'approved',
      'applying',
      'applied',
      'interrupted',
      'rolling-back',
    ];
    const unknown = asked.find((status) => !changeStatuses.includes(status as ChangeStatus));
    if (unknown)
      return context.json({ message: `status: ${unknown} is none of ${changeStatuses.join(', ')}` }, 422);
    return context.json({ changes: await ports.stores.changes.listByStatus(asked as ChangeStatus[]) });
  });
  app.get('/changes/:id', async (context) => {
    const change = await ports.stores.changes.load(context.req.param('id'));
    if (!change) return context.json({ message: `there is no change ${context.req.param('id')}` }, 404);
    return context.json({ change: shown(ports, change) });
  });
  app.post('/changes/:id/:action', async (context) => {
    const purpose = purposes[context.req.param('action')];
    const principalArn = ports.principalOf(context);
    if (!purpose || principalArn === null) return context.json({ message: 'there is nothing here' }, 404);
    const body = await readJson(context, bodyBytes);
    if (body instanceof Response) return body;
    const id = context.req.param('id');
    const outcome = await recordRequest(
      ports,
      id,
      { principalArn },
      { purpose, ...inputOf(body) },
      ports.configuration,
    );
    if (!outcome) return context.json({ message: `there is no change ${id}` }, 404);
    const [first] = outcome.refusals;
    if (first)
      return context.json(
        { refusals: outcome.refusals, change: shown(ports, outcome.change) },
        refusalStatus[first.code],
      );
    await ports.onRecorded(id);
    return context.json({ change: shown(ports, outcome.change) });
  });
  app.notFound((context) => context.json({ message: 'there is nothing here' }, 404));
  return app;
}

function shown({ clock, configuration }: AppPorts, { record }: StoredChange): object {
  return changeView(record, { now: clock.now(), configuration });
}

async function readJson(
  context: Context,
  bodyBytes: number,
): Promise<Readonly<Record<string, unknown>> | Response> {
  const text = await context.req.text();
  if (Buffer.byteLength(text) > bodyBytes) return context.json({ message: 'the body is too long' }, 413);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Readonly<Record<string, unknown>>;
  } catch {
    // Answered below like every other body that is no object.
  }
  return context.json({ message: 'a JSON object is expected' }, 400);
}

/** The fields that a decision knows, of the right type; an actor in a body is not among them. */
function inputOf(body: Readonly<Record<string, unknown>>): object {
  const input: Record<string, unknown> = {};
  for (const name of ['decision', 'digest', 'confirm', 'reason', 'until']) {
    if (typeof body[name] === 'string') input[name] = body[name];
  }
  for (const name of ['services', 'accept']) {
    const list = body[name];
    if (Array.isArray(list)) input[name] = list.filter((item) => typeof item === 'string');
  }
  return input;
}
