import { Hono } from 'hono/tiny';
import { refusalStatus } from '../core/change/links/refusal.ts';
import { liftDecidedExemption, listExemptions } from '../flow/exemptions.ts';
import type { AppPorts } from './app-ports.ts';
import { readJson, refuseOtherMethods } from './requests.ts';

/** Exemptions that people decided on, for people with AWS credentials: any authorized caller may read, an approver whose scopes cover the entity lifts. */
export function exemptionRoutes(ports: AppPorts): Hono {
  const app = new Hono();
  app.get('/', async (context) =>
    context.json({ exemptions: await listExemptions(ports.stores, ports.clock.now()) }),
  );
  app.post('/:id/lift', async (context) => {
    const principalArn = ports.principalOf(context);
    if (principalArn === null) return context.json({ message: 'there is nothing here' }, 404);
    const read = await readJson(context);
    if (!read.ok) return context.json({ message: read.detail }, read.status);
    const id = context.req.param('id');
    const lifted = /^exm-[0-9a-f]{12}$/.test(id)
      ? await liftDecidedExemption(ports, id, principalArn, read.value, ports.configuration)
      : null;
    if (!lifted) {
      const message = 'there is no such exemption: npx --no -- oar exemptions list shows those there are';
      return context.json({ message }, 404);
    }
    const { change, refusals } = lifted;
    const [first] = refusals;
    return first
      ? context.json({ refusals }, refusalStatus[first.code])
      : context.json({ lifted: id, changeId: change.record.id });
  });
  refuseOtherMethods(app, { '/': 'GET, HEAD', '/:id/lift': 'POST' });
  return app;
}
