import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { NewerFormat } from '../adapters/store-ports.ts';
import { isoTime } from '../core/base/iso-time.ts';
import { type ChangeStatus, changeStatuses } from '../core/change/life/state.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { LinkPurpose } from '../core/change/links/links.ts';
import { pastedId } from '../core/change/links/pasted.ts';
import { refusalStatus } from '../core/change/links/refusal.ts';
import { mayBeExempt } from '../core/kinds/concerns.ts';
import { changeAnswer, exemptAnswer } from '../core/message/events/iam-answers.ts';
import type { ChangeAnswer, IamAnswer } from '../core/message/events/iam-schemas.ts';
import { changeView } from '../core/message/views/change-view.ts';
import { heldWords } from '../core/message/words/freeze-words.ts';
import { recordRequest } from '../flow/decide.ts';
import { freezeOf, standingFreeze } from '../flow/freeze.ts';
import { proposeGiveBack } from '../flow/give-back.ts';
import { exemptionsOf } from '../flow/standing-exemptions.ts';
import type { AppPorts } from './app-ports.ts';
import { decisionRoutes } from './decision-routes.ts';
import { exemptionRoutes } from './exemption-routes.ts';
import { requestRoutes } from './request-routes.ts';
import { isChangeId, readJson, refuseOtherMethods } from './requests.ts';

/** Changes that somebody may still have to do with: what a list shows where no status is asked for. */
const open: readonly ChangeStatus[] = [
  'proposed',
  'approved',
  'applying',
  'applied',
  'apply-failed',
  'interrupted',
  'rolling-back',
];

/** What the last part of an address asks for. */
const purposes: Readonly<Record<string, LinkPurpose | 'resume'>> = {
  decisions: 'decide',
  cancel: 'cancel',
  'roll-back': 'roll-back',
  // A link takes back at most: that a write did not take place is for somebody to say who can look at AWS.
  resume: 'resume',
};

/** The same decisions in JSON for people with AWS credentials: API Gateway authorizes the caller and names the ARN; nothing in a request does. Any authorized caller may read; who may decide is judged as for links. */
export function iamRoutes(ports: AppPorts): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    if (ports.principalOf(context) === null)
      return context.json({ message: 'no AWS principal was authorized for this request' }, 403);
    return next();
  });
  app.get('/changes', async (context) => {
    const asked = [...new Set(context.req.queries('status') ?? open)];
    const unknown = asked.find((status) => !changeStatuses.includes(status as ChangeStatus));
    if (unknown !== undefined)
      return context.json({ message: `status: it is one of ${changeStatuses.join(', ')}` }, 422);
    const changes = await ports.stores.changes.listByStatus(asked as ChangeStatus[]);
    const freeze = await standingFreeze(ports.stores);
    return context.json({
      changes: await Promise.all(
        changes.map(async ({ unsent: _, updatedAt, ...change }) => ({
          ...change,
          updatedAt: isoTime(updatedAt),
          ...(change.status === 'proposed' ? await awaited(ports, change.id) : {}),
          ...(mayBeExempt(change, changes) ? await exempt(ports, change.id) : {}),
        })),
      ),
      frozen: heldWords({ ...ports, freeze }),
    } satisfies IamAnswer<'changes'>);
  });
  app.get('/changes/:id', async (context) => {
    const id = pastedId(context.req.param('id'), 'change');
    const change = isChangeId(id) ? await ports.stores.changes.load(id) : null;
    return change ? context.json({ change: await shown(ports, change) }) : noChange(context);
  });
  app.post('/changes/:id/give-back', async (context) => {
    const id = pastedId(context.req.param('id'), 'change');
    const principalArn = ports.principalOf(context);
    if (principalArn === null || !isChangeId(id)) return noChange(context);
    const read = await readJson(context);
    if (!read.ok) return context.json({ message: read.detail }, read.status);
    const proposed = await proposeGiveBack(ports, id, principalArn, read.value, ports.configuration);
    if (proposed === null) return noChange(context);
    if (proposed.ok) return context.json({ change: await shown(ports, proposed.value) });
    return context.json({ refusals: proposed.reasons }, refusalStatus[proposed.reasons[0].code]);
  });
  app.post('/changes/:id/:action', async (context) => {
    const { action } = context.req.param();
    const id = pastedId(context.req.param('id'), 'change');
    const purpose = Object.hasOwn(purposes, action) ? purposes[action] : undefined;
    const principalArn = ports.principalOf(context);
    if (!purpose || principalArn === null) return context.json({ message: 'there is nothing here' }, 404);
    if (!isChangeId(id)) return noChange(context);
    const read = await readJson(context);
    if (!read.ok) return context.json({ message: read.detail }, read.status);
    const request = { purpose, ...read.value };
    const outcome = await recordRequest(ports, id, { principalArn }, request, ports.configuration);
    if (!outcome) return noChange(context);
    const [first] = outcome.refusals;
    const change = await shown(ports, outcome.change);
    return first
      ? context.json({ refusals: outcome.refusals, change }, refusalStatus[first.code])
      : context.json({ change });
  });
  app.route('/decisions', decisionRoutes(ports));
  app.route('/exemptions', exemptionRoutes(ports));
  app.route('/reviews', requestRoutes(ports));
  refuseOtherMethods(app, {
    '/changes': 'GET, HEAD',
    '/changes/:id': 'GET, HEAD',
    '/changes/:id/:action': 'POST',
  });
  app.all('*', (context) => context.json({ message: 'there is nothing here' }, 404));
  return app;
}

/** What whoever decides has to know of a change before he opens it. */
async function awaited(
  ports: AppPorts,
  id: string,
): Promise<Pick<IamAnswer<'changes'>['changes'][number], 'awaited'>> {
  const change = await loadKnown(ports, id);
  if (change === null) return {};
  const { approvals, decideBy, risk } = await shown(ports, change);
  const { given, required } = approvals;
  return { awaited: { risk: risk.level, decideBy, approvals: { given: given.length, required } } };
}

async function exempt(
  ports: AppPorts,
  id: string,
): Promise<Pick<IamAnswer<'changes'>['changes'][number], 'exempt'>> {
  const change = await loadKnown(ports, id);
  return change === null ? {} : exemptAnswer(await exemptionsOf(ports.stores, change.record));
}

/** The change, or null where a later version stored it: the list names it all the same. */
async function loadKnown({ stores }: AppPorts, id: string): Promise<StoredChange | null> {
  try {
    return await stores.changes.load(id);
  } catch (error) {
    if (error instanceof NewerFormat) return null;
    throw error;
  }
}

async function shown(
  { clock, configuration, stores }: AppPorts,
  { record }: StoredChange,
): Promise<ChangeAnswer> {
  const freeze = await freezeOf(stores, record);
  const exemptions = await exemptionsOf(stores, record);
  return changeAnswer(changeView(record, { now: clock.now(), configuration, exemptions, freeze }));
}

function noChange(context: Context): Response {
  return context.json(
    { message: 'there is no such change: npx --no -- oar changes list shows those there are' },
    404,
  );
}
